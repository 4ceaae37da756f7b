//! A JSON writer that a host drives through its own objects, and that never writes more than it was allowed.

mod text;

use tracewood_span::limits;

use crate::captured::{Captured, Form};
use crate::scratch;

pub(crate) use text::{push_cut_text, push_double, push_escaped, push_int, push_string, push_unsigned};

/// How deep a writer nests at most, whatever the limits say; parsers of servers give up not far beyond.
const N_DEPTH_MAX: usize = 64;
/// So many levels lie in the writer itself; only what is nested deeper costs an allocation.
const N_FRAMES_INLINE: usize = 6;
/// What is kept free for the marks that say what was cut; each is shorter.
const MARK_BYTES_MAX: usize = 48;
/// What stands for a list or mapping that is nested too deep.
const TOO_DEEP: &str = "\"…<too deep>\"";
/// Below this a value with its marks and brackets has no room.
const N_BYTES_MIN: usize = 256;

/// How much of a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How deep lists and mappings are nested; never more than 64.
    pub n_depth_max: usize,
    /// How many items of one list or mapping are kept.
    pub n_items_max: usize,
    /// How many bytes of one text are kept, before escaping.
    pub n_string_bytes_max: usize,
    /// How many bytes the whole takes; never fewer than 256.
    pub n_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            n_depth_max: limits::VALUE_DEPTH_MAX,
            n_items_max: limits::VALUE_ITEMS_MAX,
            n_string_bytes_max: limits::STRING_BYTES_MAX,
            n_bytes_max: limits::CONTENT_BYTES_MAX,
        }
    }
}

/// Writes one JSON value within limits, as a host walks through its own.
///
/// Every method answers whether what it was given was written; after `false` the host may stop early, say with
/// [`skip`](Self::skip) how much it left out, and go on with [`end`](Self::end). Whatever it calls in whatever order,
/// what comes out is valid JSON, no longer than allowed, and says where something was cut.
///
/// ```
/// let mut writer = tracewood_sdk::json::Writer::new(&tracewood_sdk::json::Limits::default());
/// if writer.begin_object() {
///     if writer.key("question") {
///         writer.string("How deep is the \"sea\"?");
///     }
///     writer.end();
/// }
/// assert_eq!(writer.finish().to_json(), r#"{"question":"How deep is the \"sea\"?"}"#);
/// ```
#[derive(Debug)]
pub struct Writer {
    out: Vec<u8>,
    /// What may be written besides brackets and marks.
    n_bytes_room: usize,
    n_items_max: u32,
    n_string_bytes_max: usize,
    n_depth_max: usize,
    n_depth: usize,
    /// The lists and mappings around the innermost one, …
    outer: [Frame; N_FRAMES_INLINE],
    /// … and those of them that have no place there.
    outer_more: Vec<Frame>,
    /// The innermost open list or mapping, or the whole where none is open.
    frame: Frame,
    /// Bytes that would have been written without limits, as far as is known.
    n_bytes_lost: u64,
    is_cut: bool,
    is_full: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Frame {
    n_kept: u32,
    n_left_out: u32,
    /// Where the key of the value to come begins; `0` when there is none.
    key_at: u32,
    is_object: bool,
}

/// A key that is written again and again: in quotes already, with its escapes and the colon.
#[derive(Debug, Clone)]
pub struct Key(Box<str>);

impl Key {
    /// Prepares a key.
    pub fn new(key: &str) -> Self {
        let mut text = Vec::with_capacity(key.len() + 3);
        let (kept, is_whole) = text::cut(key, limits::STRING_BYTES_MAX);
        push_string(&mut text, kept, !is_whole, (key.len() - kept.len()) as u64);
        text.push(b':');
        // What a text is escaped to is a text.
        Self(String::from_utf8(text).unwrap_or_default().into())
    }
}

impl Writer {
    /// A writer with a buffer of the calling thread's pool.
    pub fn new(limits: &Limits) -> Self {
        let n_depth_max = limits.n_depth_max.min(N_DEPTH_MAX);
        let n_bytes_max = limits.n_bytes_max.clamp(N_BYTES_MIN, u32::MAX as usize);
        Self {
            out: scratch::take(),
            n_bytes_room: n_bytes_max - MARK_BYTES_MAX - n_depth_max,
            n_items_max: u32::try_from(limits.n_items_max).unwrap_or(u32::MAX - 1),
            n_string_bytes_max: limits.n_string_bytes_max,
            n_depth_max,
            n_depth: 0,
            outer: [Frame::default(); N_FRAMES_INLINE],
            outer_more: Vec::new(),
            frame: Frame::default(),
            n_bytes_lost: 0,
            is_cut: false,
            is_full: false,
        }
    }

    /// Whether the limit of bytes is reached, so that nothing more will be written.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// Whether nothing was written yet.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// How many items of one list or mapping are kept.
    #[inline]
    pub fn n_items_max(&self) -> usize {
        self.n_items_max as usize
    }

    /// How many bytes of one text are kept.
    #[inline]
    pub fn n_string_bytes_max(&self) -> usize {
        self.n_string_bytes_max
    }

    /// How many lists and mappings are open.
    #[inline]
    pub fn n_depth(&self) -> usize {
        self.n_depth
    }

    /// Begins a mapping. After `false` it must not be ended: a mark, or nothing, stands in its place.
    #[inline]
    pub fn begin_object(&mut self) -> bool {
        self.begin(true)
    }

    /// Begins a list. After `false` it must not be ended: a mark, or nothing, stands in its place.
    #[inline]
    pub fn begin_array(&mut self) -> bool {
        self.begin(false)
    }

    fn begin(&mut self, is_object: bool) -> bool {
        if self.n_depth >= self.n_depth_max {
            self.is_cut = true;
            self.scalar(TOO_DEEP.len(), |out| out.extend_from_slice(TOO_DEEP.as_bytes()));
            return false;
        }
        if !self.begin_value(2) {
            return false;
        }
        self.out.push(if is_object { b'{' } else { b'[' });
        match self.outer.get_mut(self.n_depth) {
            Some(place) => *place = self.frame,
            None => self.outer_more.push(self.frame),
        }
        self.n_depth += 1;
        self.frame = Frame { is_object, ..Frame::default() };
        true
    }

    /// Ends the innermost list or mapping.
    pub fn end(&mut self) {
        if self.n_depth == 0 {
            return;
        }
        self.drop_key();
        let Frame { n_kept, n_left_out, is_object, .. } = self.frame;
        if n_left_out > 0 {
            self.is_cut = true;
            // The room for one mark is always kept free; those of outer levels may have to go without.
            if self.out.len() <= self.n_bytes_room {
                let more = if n_left_out == u32::MAX { " at least" } else { "" };
                let comma = if n_kept > 0 { "," } else { "" };
                let key = if is_object { "\"…\":" } else { "" };
                self.out.extend_from_slice(comma.as_bytes());
                self.out.extend_from_slice(key.as_bytes());
                self.out.extend_from_slice("\"…<".as_bytes());
                push_unsigned(&mut self.out, u64::from(n_left_out));
                self.out.extend_from_slice(b" more");
                self.out.extend_from_slice(more.as_bytes());
                self.out.extend_from_slice(b">\"");
            }
        }
        self.out.push(if is_object { b'}' } else { b']' });
        self.n_depth -= 1;
        let outer = self.outer.get(self.n_depth).copied();
        self.frame = outer.or_else(|| self.outer_more.pop()).unwrap_or_default();
    }

    /// Names the value to come, inside a mapping. After `false` the value is not wanted.
    pub fn key(&mut self, key: &str) -> bool {
        self.drop_key();
        if !self.frame.is_object || self.is_full || self.frame.n_kept >= self.n_items_max {
            self.leave_out(key.len() + 4);
            return false;
        }
        let key_at = self.out.len();
        if self.frame.n_kept > 0 {
            self.out.push(b',');
        }
        let (kept, is_whole) = text::cut(key, self.n_string_bytes_max);
        push_string(&mut self.out, kept, !is_whole, (key.len() - kept.len()) as u64);
        self.out.push(b':');
        self.is_cut |= !is_whole;
        if self.out.len() > self.n_bytes_room {
            self.out.truncate(key_at);
            self.is_full = true;
            self.leave_out(key.len() + 4);
            return false;
        }
        self.frame.key_at = key_at as u32;
        true
    }

    /// The same for a key that was prepared, which is written as it is.
    #[inline]
    pub fn prepared_key(&mut self, key: &Key) -> bool {
        self.drop_key();
        let key_at = self.out.len();
        let text = key.0.as_bytes();
        if !self.frame.is_object
            || self.is_full
            || self.frame.n_kept >= self.n_items_max
            || key_at + text.len() + 1 > self.n_bytes_room
        {
            self.is_full |= self.frame.is_object && key_at + text.len() + 1 > self.n_bytes_room;
            self.leave_out(text.len() + 2);
            return false;
        }
        if self.frame.n_kept > 0 {
            self.out.push(b',');
        }
        self.out.extend_from_slice(text);
        self.frame.key_at = key_at as u32;
        true
    }

    /// Counts items of the innermost list or mapping that the host left out.
    pub fn skip(&mut self, n_items: usize) {
        self.frame.n_left_out = self.frame.n_left_out.saturating_add(u32::try_from(n_items).unwrap_or(u32::MAX));
        self.is_cut |= n_items > 0;
    }

    /// Counts bytes that the host left out without going through them.
    pub fn skip_bytes(&mut self, n_bytes: u64) {
        self.n_bytes_lost = self.n_bytes_lost.saturating_add(n_bytes);
        self.is_cut |= n_bytes > 0;
    }

    /// Writes text, cut and marked where it is longer than one text may be, or than there is room for.
    pub fn string(&mut self, text: &str) -> bool {
        self.string_of(text, text.len() as u64)
    }

    /// Writes text that the host cut already, `n_bytes_original` being its length before.
    pub fn string_of(&mut self, text: &str, n_bytes_original: u64) -> bool {
        if !self.begin_value(2) {
            self.skip_bytes(n_bytes_original);
            return false;
        }
        let at = self.out.len();
        let room = self.n_bytes_room.saturating_sub(at + 2);
        let (mut kept, _) = text::cut(text, self.n_string_bytes_max.min(room));
        push_string(&mut self.out, kept, kept.len() as u64 != n_bytes_original, n_bytes_original - kept.len() as u64);
        if self.out.len() > self.n_bytes_room + MARK_BYTES_MAX / 2 {
            // Escapes made it longer than what was planned for; six bytes for one are the worst.
            self.out.truncate(at);
            (kept, _) = text::cut(kept, room / 6);
            push_string(&mut self.out, kept, true, n_bytes_original - kept.len() as u64);
        }
        let n_bytes_cut = n_bytes_original - kept.len() as u64;
        self.skip_bytes(n_bytes_cut);
        // When it was the room that ran out, nothing may follow that would look as if it were the rest.
        self.is_full |= n_bytes_cut > 0 && self.out.len() + MARK_BYTES_MAX > self.n_bytes_room;
        true
    }

    /// Writes a whole number.
    #[inline]
    pub fn int(&mut self, number: i64) -> bool {
        self.scalar(20, |out| push_int(out, number))
    }

    /// Writes a whole number that has no sign.
    #[inline]
    pub fn unsigned(&mut self, number: u64) -> bool {
        self.scalar(20, |out| push_unsigned(out, number))
    }

    /// Writes a floating point number; NaN and the infinities as the texts `NaN`, `Infinity` and `-Infinity`.
    #[inline]
    pub fn double(&mut self, number: f64) -> bool {
        self.scalar(26, |out| push_double(out, number))
    }

    /// Writes true or false.
    #[inline]
    pub fn bool(&mut self, flag: bool) -> bool {
        self.scalar(5, |out| out.extend_from_slice(if flag { b"true" } else { b"false" }))
    }

    /// Writes that there is no value.
    #[inline]
    pub fn null(&mut self) -> bool {
        self.scalar(4, |out| out.extend_from_slice(b"null"))
    }

    #[inline]
    fn scalar(&mut self, n_bytes: usize, push: impl FnOnce(&mut Vec<u8>)) -> bool {
        let may = self.begin_value(n_bytes);
        if may {
            push(&mut self.out);
        }
        may
    }

    /// Ends whatever is open and gives the value; `null` if nothing was written.
    pub fn finish(mut self) -> Captured {
        while self.n_depth > 0 {
            self.end();
        }
        if self.out.is_empty() {
            self.out.extend_from_slice(b"null");
        }
        let n_bytes_original =
            if self.is_cut { (self.out.len() as u64).saturating_add(self.n_bytes_lost).max(1) } else { 0 };
        Captured::json(self.out, n_bytes_original)
    }

    /// Whether a value of so many bytes may follow here, after the comma that it may need.
    #[inline]
    fn begin_value(&mut self, n_bytes: usize) -> bool {
        if self.is_full || self.out.len() + n_bytes >= self.n_bytes_room {
            self.is_full = true;
            self.drop_key();
            self.leave_out(n_bytes);
            return false;
        }
        if self.frame.is_object {
            if self.frame.key_at == 0 && !self.key("") {
                return false;
            }
            self.frame.key_at = 0;
        } else if self.n_depth == 0 {
            if self.frame.n_kept > 0 {
                return false;
            }
        } else {
            if self.frame.n_kept >= self.n_items_max {
                self.leave_out(n_bytes);
                return false;
            }
            if self.frame.n_kept > 0 {
                self.out.push(b',');
            }
        }
        self.frame.n_kept += 1;
        true
    }

    fn leave_out(&mut self, n_bytes: usize) {
        self.is_cut = true;
        self.frame.n_left_out = self.frame.n_left_out.saturating_add(1);
        self.n_bytes_lost = self.n_bytes_lost.saturating_add(n_bytes as u64);
    }

    /// Takes back a key that no value followed.
    fn drop_key(&mut self) {
        if self.frame.key_at > 0 {
            self.out.truncate(self.frame.key_at as usize);
            self.frame.key_at = 0;
        }
    }
}

/// Writes a captured value as JSON.
pub(crate) fn push_captured(out: &mut Vec<u8>, form: Form, bytes: &[u8]) {
    match form {
        Form::Json => out.extend_from_slice(bytes),
        Form::Text => {
            out.push(b'"');
            push_escaped(out, bytes);
            out.push(b'"');
        }
        Form::Int(number) => push_int(out, number),
        Form::Double(number) => push_double(out, number),
        Form::Bool(flag) => out.extend_from_slice(if flag { b"true" } else { b"false" }),
    }
}

#[cfg(test)]
mod tests;
