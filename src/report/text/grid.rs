//! Columns fitted to the width of the screen: what is less important is cut, then left out.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::Style as Paint;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::super::Style;

/// Screens narrower than this get one space between columns instead of two.
const NARROW: usize = 100;

/// What stands between the words of a text, or the items of a list.
const BETWEEN_WORDS: [char; 3] = [' ', ',', ';'];

/// A column of the grid.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub(super) heading: &'static str,
    pub(super) align: Align,
    pub(super) cut: Cut,
}

/// Which side of a column its cells lean on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Where a cell is cut that is longer than its column is wide.
#[derive(Clone, Copy)]
pub(super) enum Cut {
    /// At its end.
    End,
    /// At its end, between words: half a number would be another one.
    Words,
    /// In its middle: both ends of an address tell it from others.
    Middle,
    /// At its end without a mark: a time loses digits of its fraction.
    Digits,
}

/// One step towards a narrower grid.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// The column may be cut to the given width.
    Shrink(usize, usize),
    /// The column may be left out.
    Drop(usize),
}

/// The columns, and the steps taken one after the other until they fit.
pub(super) struct Grid {
    pub(super) columns: Vec<Column>,
    pub(super) steps: Vec<Step>,
}

/// One line of the text.
pub(super) enum Line {
    /// A row: a cell for each column.
    Cells(Vec<Entry>),
    /// A remark across all columns.
    Aside(String),
}

/// One cell.
pub(super) struct Entry {
    text: String,
    /// The same said in less, for where a text that is cut would be wrong; longest first.
    shorter: Vec<String>,
    paint: Paint,
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

    /// What is shown of it in so many columns of the screen.
    fn fitted(&self, room: usize, at: Cut) -> Cow<'_, str> {
        let fits = |text: &&String| width(text) <= room;
        let whole = std::iter::once(&self.text).chain(&self.shorter).find(fits);
        let cut = || cut(self.shorter.last().unwrap_or(&self.text), room, at).into();
        whole.map_or_else(cut, Cow::from)
    }
}

impl Column {
    pub(super) const fn left(heading: &'static str, cut: Cut) -> Self {
        Self { heading, align: Align::Left, cut }
    }

    pub(super) const fn right(heading: &'static str) -> Self {
        Self { heading, align: Align::Right, cut: Cut::End }
    }
}

impl Grid {
    /// Writes the lines under their headings; gives the width of each column, 0 where it was left out. They are made
    /// twice, to be measured and to be written, so that a long table is never held in memory.
    pub(super) fn write<I: Iterator<Item = Line>>(
        &self,
        lines: impl Fn() -> I,
        style: Style,
        out: &mut dyn Write,
    ) -> io::Result<Vec<usize>> {
        let widths = self.fit(&self.natural_widths(lines()), style.width);
        let headings = self.columns.iter().map(|column| Entry::painted(column.heading, Paint::new().bold())).collect();
        self.write_line(&Line::Cells(headings), &widths, style, out)?;
        for line in lines() {
            self.write_line(&line, &widths, style, out)?;
        }
        Ok(widths)
    }

    /// Widths at which nothing is cut.
    fn natural_widths(&self, lines: impl Iterator<Item = Line>) -> Vec<usize> {
        let mut widths: Vec<usize> = self.columns.iter().map(|column| column.heading.len()).collect();
        let mut filled = vec![false; widths.len()];
        for line in lines {
            let Line::Cells(entries) = line else { continue };
            for (column, entry) in entries.iter().enumerate() {
                widths[column] = widths[column].max(width(&entry.text));
                filled[column] |= !entry.text.is_empty();
            }
        }
        // A column without any content is not worth its heading.
        widths.iter().zip(filled).map(|(&width, filled)| if filled { width } else { 0 }).collect()
    }

    /// The width of each column on a screen of the given width, after as few steps as possible; 0 where it is left out.
    fn fit(&self, natural: &[usize], screen: usize) -> Vec<usize> {
        let fitting = (0..=self.steps.len()).map(|taken| after(&self.steps[..taken], natural, screen));
        let mut widths = natural.to_vec();
        for candidate in fitting {
            widths = candidate;
            if total(&widths, screen) <= screen {
                return widths;
            }
        }
        // All steps taken, and still too wide: the widest columns give up what is missing.
        while total(&widths, screen) > screen && widths.iter().any(|&width| width > 1) {
            let widest = (0..widths.len()).max_by_key(|&column| widths[column]).unwrap_or_default();
            widths[widest] -= 1;
        }
        widths
    }

    fn write_line(&self, line: &Line, widths: &[usize], style: Style, out: &mut dyn Write) -> io::Result<()> {
        let entries = match line {
            Line::Cells(entries) => entries,
            Line::Aside(text) => {
                return paint(&cut(text, style.width, Cut::End), Paint::new().dimmed(), style, out)
                    .and_then(|()| writeln!(out));
            }
        };
        let mut blank = 0;
        for (column, entry) in entries.iter().enumerate().filter(|&(column, _)| widths[column] > 0) {
            let Column { align, cut: at, .. } = self.columns[column];
            let text = entry.fitted(widths[column], at);
            let padding = widths[column].saturating_sub(width(&text));
            let (before, after) = if align == Align::Right { (padding, 0) } else { (0, padding) };
            blank += before;
            // Only before something: no line ends in blanks.
            if !text.is_empty() {
                write_blanks(blank, out)?;
                paint(&text, entry.paint, style, out)?;
                blank = 0;
            }
            blank += after + gap(style.width);
        }
        writeln!(out)
    }
}

/// Widths after some steps. What is dropped makes room first, so that no column is cut more than it has to be.
fn after(steps: &[Step], natural: &[usize], screen: usize) -> Vec<usize> {
    let mut widths = natural.to_vec();
    for step in steps {
        if let Step::Drop(column) = *step {
            widths[column] = 0;
        }
    }
    for step in steps {
        let excess = total(&widths, screen).saturating_sub(screen);
        if let Step::Shrink(column, least) = *step {
            let wanted = widths[column].saturating_sub(excess).max(least);
            widths[column] = widths[column].min(wanted);
        }
    }
    widths
}

/// Width of a line.
fn total(widths: &[usize], screen: usize) -> usize {
    let shown = widths.iter().filter(|&&width| width > 0).count();
    widths.iter().sum::<usize>() + gap(screen) * shown.saturating_sub(1)
}

fn gap(screen: usize) -> usize {
    if screen < NARROW { 1 } else { 2 }
}

fn paint(text: &str, paint: Paint, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if style.colour { write!(out, "{paint}{text}{paint:#}") } else { out.write_all(text.as_bytes()) }
}

/// The text in at most `width` columns of the screen.
fn cut(text: &str, width: usize, at: Cut) -> String {
    if self::width(text) <= width {
        return text.to_owned();
    }
    match at {
        Cut::Digits => beginning(text.chars(), width).trim_end_matches('.').to_owned(),
        Cut::End => beginning(text.chars(), width.saturating_sub(1)) + "…",
        Cut::Words => {
            let start = beginning(text.chars(), width.saturating_sub(1));
            let between = start.rfind(BETWEEN_WORDS).and_then(|last| start.get(..=last));
            // A word that is cut for want of another place loses all of its number.
            let in_word = start.trim_end_matches(|char: char| char.is_ascii_digit() || char == '.');
            between.unwrap_or(in_word).to_owned() + "…"
        }
        Cut::Middle => {
            let rest = width.saturating_sub(1);
            let end = beginning(text.chars().rev(), rest - rest / 3);
            let start = beginning(text.chars(), rest / 3);
            start + "…" + &end.chars().rev().collect::<String>()
        }
    }
}

/// Columns of the screen that a text takes: of plain ASCII as many as it has bytes, which is seen in two fifths of the
/// instructions that it takes to look up each character's.
fn width(text: &str) -> usize {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) { text.len() } else { text.width() }
}

/// Writes so many blanks. `fmt` took four thousand instructions to fill up a line.
fn write_blanks(count: usize, out: &mut dyn Write) -> io::Result<()> {
    const BLANKS: [u8; 64] = [b' '; 64];
    let mut left = count;
    while let Some(blanks) = BLANKS.get(..left.min(BLANKS.len())).filter(|blanks| !blanks.is_empty()) {
        out.write_all(blanks)?;
        left -= blanks.len();
    }
    Ok(())
}

/// As many of the characters as fit.
fn beginning(characters: impl Iterator<Item = char>, width: usize) -> String {
    let mut room = width;
    characters
        .take_while(|character| {
            let needed = character.width().unwrap_or(0);
            let fits = needed <= room;
            room = room.saturating_sub(needed);
            fits
        })
        .collect()
}
