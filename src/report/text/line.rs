//! What a line of text says, before it is fitted to the screen.

use anstyle::Style as Paint;
use unicode_width::UnicodeWidthStr;

/// One line of the text.
pub(super) enum Line {
    /// A row: a cell for each column.
    Cells(Row),
    /// A remark across all columns.
    Aside(String),
}

/// Bytes that most rows have at most.
const BYTES: usize = 240;

/// Forms that the cells of most rows have together, at most.
const FORMS: usize = 16;

/// The cells of a row, one behind the other. (Each in room of its own, a row took 1.4 times the instructions.)
pub(super) struct Row {
    text: Vec<u8>,
    forms: Vec<Form>,
}

/// One form of a cell.
pub(super) struct Form {
    /// Where it ends in the text of its row.
    pub(super) end: usize,
    pub(super) paint: Paint,
    /// Whether it is the longest of its cell, which the others follow.
    pub(super) is_longest: bool,
}

impl Row {
    /// One without cells.
    pub(super) fn new() -> Self {
        Self { text: Vec::with_capacity(BYTES), forms: Vec::with_capacity(FORMS) }
    }

    /// Adds a cell that says this.
    pub(super) fn cell(&mut self, text: impl AsRef<str>) {
        self.painted(text, Paint::new());
    }

    /// The same in colour.
    pub(super) fn painted(&mut self, text: impl AsRef<str>, paint: Paint) {
        self.text.extend_from_slice(text.as_ref().as_bytes());
        self.end_form(paint, true);
    }

    /// Adds a cell that says what is written, which has to be text.
    pub(super) fn written(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.text);
        self.end_form(Paint::new(), true);
    }

    /// Says what the last cell says in less, for where a text that is cut would be wrong; the longest first.
    pub(super) fn shorter(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.text);
        self.end_form(Paint::new(), false);
    }

    fn end_form(&mut self, paint: Paint, is_longest: bool) {
        self.forms.push(Form { end: self.text.len(), paint, is_longest });
    }

    /// The text of all cells, and the forms in it.
    pub(super) fn parts(&self) -> (&str, &[Form]) {
        let text = std::str::from_utf8(&self.text);
        debug_assert!(text.is_ok(), "what is written is text");
        // Of what is none, nothing is shown.
        text.map_or(("", &[]), |text| (text, self.forms.as_slice()))
    }
}

/// Columns of the screen that a text takes: of ASCII as many as it has bytes (control characters were escaped before). To see that
/// takes fewer instructions than to look up each character.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}
