//! Attribute values: OTLP's `AnyValue` without its encoding.

/// Named values in the order in which they came; a name may stand twice, then the first one counts.
pub type Attributes = Vec<(String, Value)>;

/// The first value that stands under a key.
pub fn attribute<'a>(attributes: &'a [(String, Value)], key: &str) -> Option<&'a Value> {
    attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value)
}

/// The value of an attribute: OTLP's `AnyValue`.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// No value at all.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A floating point number, which may be NaN or infinite.
    Double(f64),
    /// Text.
    String(String),
    /// Bytes that are not text.
    Bytes(Vec<u8>),
    /// Values in order, of any mixture of types.
    Array(Vec<Value>),
    /// Named values in order.
    Map(Attributes),
}

impl Value {
    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, also where a sender wrote it as a whole floating point number or as text.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Double(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
            Self::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The number, also where a sender wrote it as text.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Double(number) => Some(*number),
            Self::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Whether there is no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Double(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_the_types_that_senders_use() {
        assert_eq!(Value::from("12").as_i64(), Some(12));
        assert_eq!(Value::from(12.0).as_i64(), Some(12));
        assert_eq!(Value::from(12.5).as_i64(), None);
        assert_eq!(Value::from("0.25").as_f64(), Some(0.25));
        assert_eq!(Value::from(true).as_i64(), None);
    }
}
