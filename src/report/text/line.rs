//! What a line of text says, before it is fitted to the screen.

use anstyle::Style as Paint;
use unicode_width::UnicodeWidthStr;

/// One line of the text.
pub(super) enum Line {
    /// A row: a cell for each column.
    Cells(Vec<Entry>),
    /// A remark across all columns.
    Aside(String),
}

/// One cell.
pub(super) struct Entry {
    pub(super) text: String,
    /// The same said in less, for where a text that is cut would be wrong; longest first.
    pub(super) shorter: Vec<String>,
    pub(super) paint: Paint,
}

impl Entry {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self::painted(text, Paint::new())
    }

    pub(super) fn painted(text: impl Into<String>, paint: Paint) -> Self {
        Self { text: text.into(), shorter: Vec::new(), paint }
    }

    /// A cell that is shown in the longest of these forms for which there is room.
    pub(super) fn forms(text: String, shorter: Vec<String>) -> Self {
        Self { text, shorter, paint: Paint::new() }
    }
}

/// Columns of the screen that a text takes: of plain ASCII as many as it has bytes, which is seen in two fifths of the
/// instructions that it takes to look up each character's.
pub(super) fn width(text: &str) -> usize {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) { text.len() } else { text.width() }
}
