//! What the terminal can show, and text made safe for it.

use std::io::{self, IsTerminal as _, Write as _};

use unicode_width::UnicodeWidthChar as _;

/// How text may be marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terminal {
    has_colour: bool,
}

/// What a piece of text is marked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Bold,
    Dim,
    Red,
}

impl Terminal {
    /// Standard output; colour only on a terminal that nobody asked to keep plain.
    pub(crate) fn of_stdout() -> Self {
        #[expect(clippy::disallowed_methods, reason = "what the terminal can do is read here and nowhere else")]
        let variable = |name: &str| std::env::var(name).unwrap_or_default();
        let is_plain = !variable("NO_COLOR").is_empty() || variable("TERM") == "dumb";
        Self { has_colour: io::stdout().is_terminal() && !is_plain }
    }

    /// Marks a piece of text.
    pub(crate) fn paint(self, style: Style, text: &str) -> String {
        if !self.has_colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match style {
            Style::Bold => "1",
            Style::Dim => "2",
            Style::Red => "31",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// Writes text to standard output; a reader that went away, such as `head`, is no failure.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Text from a client on one line, with every character that could move the cursor or reorder the line written out.
pub(crate) fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_unsafe(character) => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
    }
    out
}

fn is_unsafe(character: char) -> bool {
    let is_reordering =
        matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_break = matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}');
    character.is_control() || is_reordering || is_break
}

/// How many columns text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// Text of at most so many columns; what is longer ends in an ellipsis.
pub(crate) fn cut(text: &str, n_columns: usize) -> String {
    if width(text) <= n_columns {
        return text.to_owned();
    }
    let mut n_taken = 1;
    let mut out: String = text
        .chars()
        .take_while(|character| {
            n_taken += character.width().unwrap_or(0);
            n_taken <= n_columns
        })
        .collect();
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_written_out() {
        assert_eq!(safe("a\x1b[31mb\u{9b}2J\n\u{202e}c"), "a\\u{1b}[31mb\\u{9b}2J\\n\\u{202e}c");
        assert_eq!(safe("Grüße 東京"), "Grüße 東京");
    }

    #[test]
    fn text_is_cut_by_columns() {
        assert_eq!(cut("tracewood", 9), "tracewood");
        assert_eq!(cut("tracewood", 6), "trace…");
        assert_eq!(cut("東京東京", 5), "東京…");
    }
}
