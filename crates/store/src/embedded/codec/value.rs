//! Values of attributes as they lie in their bytes.

use tracewood_span::{Attributes, Content, Value};

use super::DEPTH_MAX;
use super::wire::{Broken, Fields};

/// Named values in order.
pub(crate) type Pairs<'a> = Vec<(&'a str, ValueView<'a>)>;

/// An attribute's value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ValueView<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    String(&'a str),
    Bytes(&'a [u8]),
    Array(Values<'a>),
    Map(Values<'a>),
}

/// The values of a list or map, not looked into yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Values<'a>(&'a [u8]);

/// An input or output.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ContentView<'a> {
    Attribute(u32),
    Value(ValueView<'a>),
}

impl ContentView<'_> {
    pub(super) fn to_content(self) -> Result<Content, Broken> {
        Ok(match self {
            Self::Attribute(place) => Content::Attribute(place),
            Self::Value(value) => Content::Value(value.to_value(0)?),
        })
    }
}

impl<'a> ValueView<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, Broken> {
        let mut value = ValueView::Null;
        for field in Fields(bytes) {
            let (tag, held) = field?;
            value = match tag {
                1 => Self::String(held.text()?),
                2 => Self::Bool(held.varint()? != 0),
                3 => Self::Int(held.varint()? as i64),
                4 => Self::Double(f64::from_bits(held.fixed64()?)),
                5 => Self::Array(Values(held.bytes()?)),
                6 => Self::Map(Values(held.bytes()?)),
                7 => Self::Bytes(held.bytes()?),
                _ => value,
            };
        }
        Ok(value)
    }

    /// The whole value; broken where it is not what this crate wrote.
    pub(super) fn to_value(self, depth: usize) -> Result<Value, Broken> {
        if depth > DEPTH_MAX {
            return Err(Broken);
        }
        Ok(match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(flag),
            Self::Int(number) => Value::Int(number),
            Self::Double(number) => Value::Double(number),
            Self::String(text) => Value::String(text.to_owned()),
            Self::Bytes(bytes) => Value::Bytes(bytes.to_owned()),
            Self::Array(values) => {
                let values = values.each().map(|bytes| ValueView::of(bytes?)?.to_value(depth + 1));
                Value::Array(values.collect::<Result<_, _>>()?)
            }
            Self::Map(values) => {
                let pairs = values.each().map(|bytes| {
                    let (key, value) = pair(bytes?)?;
                    Ok((key.to_owned(), value.to_value(depth + 1)?))
                });
                Value::Map(pairs.collect::<Result<_, _>>()?)
            }
        })
    }

    /// A list, by the bytes of its values.
    #[cfg(test)]
    pub(crate) fn list(bytes: &'a [u8]) -> Self {
        Self::Array(Values(bytes))
    }

    /// The whole value; nothing where it is broken, which no span is that was written here.
    pub(crate) fn or_nothing(self) -> Value {
        self.to_value(0).unwrap_or_default()
    }
}

impl<'a> Values<'a> {
    /// The values of a list.
    pub(crate) fn items(self) -> impl Iterator<Item = ValueView<'a>> {
        self.each().map_while(|bytes| ValueView::of(bytes.ok()?).ok())
    }

    /// The pairs of a map.
    pub(crate) fn pairs(self) -> impl Iterator<Item = (&'a str, ValueView<'a>)> {
        self.each().map_while(|bytes| pair(bytes.ok()?).ok())
    }

    fn each(self) -> impl Iterator<Item = Result<&'a [u8], Broken>> {
        Fields(self.0).filter_map(|field| match field {
            Ok((1, held)) => Some(held.bytes()),
            Ok(_) => None,
            Err(broken) => Some(Err(broken)),
        })
    }
}

pub(super) fn pair(bytes: &[u8]) -> Result<(&str, ValueView<'_>), Broken> {
    let mut pair = ("", ValueView::Null);
    for field in Fields(bytes) {
        match field? {
            (1, held) => pair.0 = held.text()?,
            (2, held) => pair.1 = ValueView::of(held.bytes()?)?,
            _ => {}
        }
    }
    Ok(pair)
}

pub(super) fn whole(pairs: &[(&str, ValueView<'_>)]) -> Result<Attributes, Broken> {
    pairs.iter().map(|(key, value)| Ok(((*key).to_owned(), value.to_value(0)?))).collect()
}

pub(super) fn whole_pair(bytes: &[u8]) -> Result<(String, Value), Broken> {
    let (key, value) = pair(bytes)?;
    Ok((key.to_owned(), value.to_value(0)?))
}

pub(super) fn content(bytes: &[u8]) -> Result<ContentView<'_>, Broken> {
    let mut content = Err(Broken);
    for field in Fields(bytes) {
        match field? {
            (1, held) => content = Ok(ContentView::Attribute(held.varint()? as u32)),
            (2, held) => content = Ok(ContentView::Value(ValueView::of(held.bytes()?)?)),
            _ => {}
        }
    }
    content
}
