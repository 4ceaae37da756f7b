//! How text and numbers look in JSON, and how text is cut.

use std::io::Write;

/// The longest beginning of a text that has at most so many bytes, and whether it is the whole.
pub(crate) fn cut(text: &str, n_bytes_max: usize) -> (&str, bool) {
    if text.len() <= n_bytes_max {
        return (text, true);
    }
    let end = text.floor_char_boundary(n_bytes_max);
    (text.get(..end).unwrap_or_default(), false)
}

/// Writes a text that is too long: its beginning, and a mark with the size of what was cut.
pub(crate) fn push_cut_text(out: &mut Vec<u8>, text: &str, n_bytes_original: u64, n_bytes_max: usize) {
    let (kept, _) = cut(text, n_bytes_max);
    out.extend_from_slice(kept.as_bytes());
    push_mark(out, n_bytes_original.saturating_sub(kept.len() as u64));
}

/// Writes text in quotes, and a mark with the size of what was cut if it was.
pub(crate) fn push_string(out: &mut Vec<u8>, text: &str, is_cut: bool, n_bytes_cut: u64) {
    out.push(b'"');
    push_escaped(out, text.as_bytes());
    if is_cut {
        push_mark(out, n_bytes_cut);
    }
    out.push(b'"');
}

/// Writes `…<truncated 1.2 MB>`.
fn push_mark(out: &mut Vec<u8>, n_bytes: u64) {
    let size = n_bytes as f64;
    // Writing to a vector cannot fail.
    let _ = match n_bytes {
        0..1_000 => write!(out, "…<truncated {n_bytes} B>"),
        1_000..1_000_000 => write!(out, "…<truncated {:.1} kB>", size / 1e3),
        1_000_000..1_000_000_000 => write!(out, "…<truncated {:.1} MB>", size / 1e6),
        _ => write!(out, "…<truncated {:.1} GB>", size / 1e9),
    };
}

/// Writes the inside of a JSON text; the bytes are UTF-8 and stay so.
pub(crate) fn push_escaped(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut rest = bytes;
    loop {
        let n_plain = n_plain_bytes(rest);
        let Some((plain, after)) = rest.split_at_checked(n_plain) else { return };
        out.extend_from_slice(plain);
        let Some((byte, after)) = after.split_first() else { return };
        rest = after;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            other => {
                let digit = |half: u8| if half < 10 { b'0' + half } else { b'a' + half - 10 };
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(other >> 4), digit(other & 15)]);
            }
        }
    }
}

/// How many bytes from the start need no escape; eight are looked at together.
#[inline]
fn n_plain_bytes(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let mut n_plain = 0;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let word = chunk.try_into().map_or(0, u64::from_le_bytes);
        let quote = word ^ (ONES * u64::from(b'"'));
        let backslash = word ^ (ONES * u64::from(b'\\'));
        // A byte's high bit comes out set where the byte is below 0x20, or equal to one of the two. A borrow may also
        // set it in a byte above such a one, never below: the lowest hit is exact.
        let hits = (word.wrapping_sub(ONES * 0x20) & !word)
            | (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash);
        let hits = hits & HIGHS;
        if hits != 0 {
            return n_plain + (hits.trailing_zeros() / 8) as usize;
        }
        n_plain += 8;
    }
    let is_plain = |byte: &u8| *byte >= 0x20 && *byte != b'"' && *byte != b'\\';
    n_plain + chunks.remainder().iter().take_while(|byte| is_plain(byte)).count()
}

/// Writes a whole number.
pub(crate) fn push_int(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        out.push(b'-');
    }
    push_unsigned(out, number.unsigned_abs());
}

/// Writes a whole number that has no sign.
pub(crate) fn push_unsigned(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut n_digits = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        n_digits += 1;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(20 - n_digits..).unwrap_or_default());
}

/// Writes a floating point number so that it reads back the same; NaN and the infinities as text.
pub(crate) fn push_double(out: &mut Vec<u8>, number: f64) {
    let text = match number {
        _ if number.is_nan() => "\"NaN\"",
        f64::INFINITY => "\"Infinity\"",
        f64::NEG_INFINITY => "\"-Infinity\"",
        // Vectors of numbers are common, and the standard library takes several times as long.
        _ => return out.extend_from_slice(zmij::Buffer::new().format_finite(number).as_bytes()),
    };
    out.extend_from_slice(text.as_bytes());
}
