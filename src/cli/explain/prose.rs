//! Paragraphs broken into lines.

use std::io::{self, Write};

use crate::cli::streams;

/// Longest line of a paragraph, its indentation included: a longer one is hard to read, however wide the terminal is.
const LONGEST: usize = 96;

/// Writes text as a paragraph with every line indented; nothing where the text is empty.
pub(super) fn paragraph(out: &mut dyn Write, indent: &str, text: &str) -> io::Result<()> {
    let longest = streams::room(LONGEST);
    let mut line = String::new();
    for word in text.split_whitespace() {
        let length = indent.len() + line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && length > longest {
            writeln!(out, "{indent}{line}")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if line.is_empty() { Ok(()) } else { writeln!(out, "{indent}{line}") }
}
