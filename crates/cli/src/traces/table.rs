//! A table whose columns are as wide as what stands in them.

use crate::terminal::{Style, Terminal, width};

/// A cell: its text, and how it is marked.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) style: Option<Style>,
}

impl Cell {
    /// Text without marks.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: None }
    }

    /// Text with marks.
    pub(crate) fn marked(style: Style, text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Some(style) }
    }
}

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// Lays out rows under their headings.
pub(crate) fn lay_out<const N: usize>(heads: [(&str, Side); N], rows: &[[Cell; N]], terminal: Terminal) -> String {
    let mut widths = heads.map(|(head, _)| width(head));
    for row in rows {
        for (column, cell) in widths.iter_mut().zip(row) {
            *column = (*column).max(width(&cell.text));
        }
    }
    let head = heads.map(|(head, _)| Cell::marked(Style::Dim, head));
    let mut out = String::new();
    for row in std::iter::once(&head).chain(rows) {
        let mut line = String::new();
        for ((cell, (_, side)), n_columns) in row.iter().zip(heads).zip(widths) {
            if !line.is_empty() {
                line.push_str("  ");
            }
            let painted = match cell.style {
                Some(style) => terminal.paint(style, &cell.text),
                None => cell.text.clone(),
            };
            let space = " ".repeat(n_columns - width(&cell.text));
            match side {
                Side::Left => line.extend([painted, space]),
                Side::Right => line.extend([space, painted]),
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
