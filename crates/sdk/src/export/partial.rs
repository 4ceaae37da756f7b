//! The partial success in a server's reply: `ExportTraceServiceResponse`, read by hand since it has three fields.

/// How many spans a reply says were left out, and why; zero for an empty reply and for one that is something else.
pub(crate) fn rejected(body: &[u8]) -> (u64, String) {
    let mut n_rejected = 0;
    let mut message = String::new();
    for_each_field(body, |field, value| {
        if let (1, Field::Bytes(partial)) = (field, value) {
            for_each_field(partial, |field, value| match (field, value) {
                (1, Field::Number(number)) => n_rejected = u64::try_from(number as i64).unwrap_or(0),
                (2, Field::Bytes(text)) => message = String::from_utf8_lossy(text).into_owned(),
                _ => {}
            });
        }
    });
    (n_rejected, message)
}

enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Goes through a message; stops where it cannot be one.
fn for_each_field<'a>(mut rest: &'a [u8], mut take: impl FnMut(u64, Field<'a>)) {
    while let Some(tag) = varint(&mut rest) {
        let value = match tag & 7 {
            0 => varint(&mut rest).map(Field::Number),
            1 => bytes(&mut rest, 8).map(Field::Bytes),
            2 => varint(&mut rest).and_then(|length| bytes(&mut rest, length)).map(Field::Bytes),
            5 => bytes(&mut rest, 4).map(Field::Bytes),
            _ => None,
        };
        let Some(value) = value else { return };
        take(tag >> 3, value);
    }
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn bytes<'a>(rest: &mut &'a [u8], length: u64) -> Option<&'a [u8]> {
    let (bytes, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tracewood_otlp::response::{Encoding, success};

    use super::*;

    #[test]
    fn reply_says_how_many_and_why() {
        let body = success(Encoding::Protobuf, 300, "their ids are zero");
        assert_eq!(rejected(&body), (300, "their ids are zero".to_owned()));
        assert_eq!(rejected(&success(Encoding::Protobuf, 0, "")), (0, String::new()));
        assert_eq!(rejected(b"<html>welcome</html>"), (0, String::new()));
    }

    proptest! {
        #[test]
        fn garbage_never_panics(body in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = rejected(&body);
        }
    }
}
