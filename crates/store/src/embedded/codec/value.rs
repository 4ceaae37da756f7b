//! Values of attributes as they lie in their bytes.

use tracewood_span::wire::{Broken, Fields};
use tracewood_span::{Attributes, Content, Value};

use super::DEPTH_MAX;

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
        for field in Fields::of(bytes) {
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
            return Err(Broken::Deep);
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
    pub(crate) fn items(self) -> Items<'a> {
        Items(Fields::of(self.0))
    }

    /// The pairs of a map.
    pub(crate) fn pairs(self) -> Named<'a> {
        Named(Fields::of(self.0))
    }

    fn each(self) -> impl Iterator<Item = Result<&'a [u8], Broken>> {
        let mut fields = Fields::of(self.0);
        std::iter::from_fn(move || next_bytes(&mut fields))
    }
}

/// The values of a list, as far as they can be read.
pub(crate) struct Items<'a>(Fields<'a>);

/// The pairs of a map, as far as they can be read.
pub(crate) struct Named<'a>(Fields<'a>);

impl<'a> Iterator for Items<'a> {
    type Item = ValueView<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        ValueView::of(next_bytes(&mut self.0)?.ok()?).ok()
    }
}

impl<'a> Iterator for Named<'a> {
    type Item = (&'a str, ValueView<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        pair(next_bytes(&mut self.0)?.ok()?).ok()
    }
}

/// The bytes of the next value or pair of a list or map.
fn next_bytes<'a>(fields: &mut Fields<'a>) -> Option<Result<&'a [u8], Broken>> {
    fields.find_map(|field| match field {
        Ok((1, held)) => Some(held.bytes()),
        Ok(_) => None,
        Err(broken) => Some(Err(broken)),
    })
}

pub(super) fn pair(bytes: &[u8]) -> Result<(&str, ValueView<'_>), Broken> {
    let mut pair = ("", ValueView::Null);
    for field in Fields::of(bytes) {
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
    let mut content = Err(Broken::OtherForm);
    for field in Fields::of(bytes) {
        match field? {
            (1, held) => content = Ok(ContentView::Attribute(held.varint()? as u32)),
            (2, held) => content = Ok(ContentView::Value(ValueView::of(held.bytes()?)?)),
            _ => {}
        }
    }
    content
}
