//! Columns fitted to the width of the screen: what is less important is cut, then left out.

use std::io::{self, Write};
use std::slice;

use anstyle::Style as Paint;

use super::super::Style;
use super::cut::{Cut, Shown, shortened};
use super::kept::{Cells, Kept, KeptCell, KeptLine};
use super::line::{Line, Row};
use crate::share::both;

/// Screens narrower than this get one space between columns instead of two.
const NARROW: usize = 100;

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

/// One step towards a narrower grid.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// The column may be cut to the given width.
    Shrink(usize, usize),
    /// Both columns may be cut to the given width, and are as wide as each other: times to unequal digits would not compare.
    ShrinkAlike([usize; 2], usize),
    /// The column may be left out.
    Drop(usize),
}

/// The columns, and the steps taken one after the other until they fit.
pub(super) struct Grid {
    pub(super) columns: Vec<Column>,
    pub(super) steps: Vec<Step>,
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
    /// Writes the lines under their headings; gives the width of each column, 0 where it was left out. Lines are measured before
    /// they are written: what there is no room for in memory meanwhile is made twice.
    pub(super) fn write<I: Iterator<Item = Line>>(
        &self,
        lines: impl Fn() -> I + Sync,
        style: Style,
        out: &mut dyn Write,
    ) -> io::Result<Vec<usize>> {
        self.write_parts(&[lines], style, out)
    }

    /// The same for lines in parts. Of two, the second is made on another thread meanwhile; more are made one after the other.
    pub(super) fn write_parts<I: Iterator<Item = Line>>(
        &self,
        parts: &[impl Fn() -> I + Sync],
        style: Style,
        out: &mut dyn Write,
    ) -> io::Result<Vec<usize>> {
        let part = |lines| Part::of(lines, &self.columns);
        let parts: Vec<_> = match parts {
            [one, other] => <[_; 2]>::from(both(|| part(one), || part(other))).into(),
            parts => parts.iter().map(part).collect(),
        };
        let natural = parts.iter().fold(Natural::of(&self.columns), |natural, part| natural.and(&part.natural));
        let widths = self.fit(&natural.widths(), style.width);
        let mut headings = Row::new();
        self.columns.iter().for_each(|column| headings.painted(column.heading, Paint::new().bold()));
        self.write_lines(&Kept::of(&Line::Cells(headings)), &widths, style, out)?;
        parts.iter().try_for_each(|part| self.write_part(part, &widths, style, out))?;
        Ok(widths)
    }

    fn write_part<I: Iterator<Item = Line>>(
        &self,
        part: &Part<impl Fn() -> I>,
        widths: &[usize],
        style: Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.write_lines(&part.kept, widths, style, out)?;
        if part.has_more {
            let mut alone = Kept::default();
            for line in (part.lines)().skip(part.kept.len()) {
                alone.emptied().add(&line);
                self.write_lines(&alone, widths, style, out)?;
            }
        }
        Ok(())
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

    fn write_lines(&self, lines: &Kept, widths: &[usize], style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut written = Vec::new();
        lines.iter().try_for_each(|line| {
            written.clear();
            match line {
                KeptLine::Cells(cells) => self.put_cells(cells, widths, style, &mut written),
                KeptLine::Aside(text) => {
                    put(&shortened(text, style.width, Cut::End), Paint::new().dimmed(), style, &mut written);
                }
            }
            written.push(b'\n');
            out.write_all(&written)
        })
    }

    fn put_cells(&self, cells: Cells<'_>, widths: &[usize], style: Style, line: &mut Vec<u8>) {
        let mut blank = 0;
        for ((cell, &room), column) in cells.zip(widths).zip(&self.columns).filter(|((_, room), _)| **room > 0) {
            let (text, width) = fitted(&cell, room, column.cut);
            let padding = room.saturating_sub(width);
            let (before, after) = if column.align == Align::Right { (padding, 0) } else { (0, padding) };
            blank += before;
            // Only before something: no line ends in blanks.
            if !text.is_empty() {
                line.resize(line.len() + blank, b' ');
                put(&text, cell.paint(), style, line);
                blank = 0;
            }
            blank += after + gap(style.width);
        }
    }
}

/// Lines that were measured.
struct Part<'a, F> {
    lines: &'a F,
    natural: Natural,
    kept: Kept,
    /// Whether there was no room for all of them.
    has_more: bool,
}

impl<'a, I: Iterator<Item = Line>, F: Fn() -> I> Part<'a, F> {
    fn of(lines: &'a F, columns: &[Column]) -> Self {
        let (mut kept, mut alone) = (Kept::default(), Kept::default());
        let (mut natural, mut has_more) = (Natural::of(columns), false);
        for line in lines() {
            has_more |= !kept.has_room();
            let place = if has_more { alone.emptied() } else { &mut kept };
            place.add(&line);
            natural.measure(place);
        }
        Self { lines, natural, kept, has_more }
    }
}

/// What is shown of a cell, and how wide that is: the longest form that fits, or what can be cut of the shortest.
fn fitted<'a>(cell: &KeptCell<'a>, room: usize, at: Cut) -> (Shown<'a>, usize) {
    let whole = cell.form_within(room).map(|(text, width)| (Shown::whole(text), width));
    whole.unwrap_or_else(|| {
        let shown = shortened(cell.shortest(), room, at);
        (shown, shown.width())
    })
}

/// Widths at which nothing is cut.
struct Natural {
    widths: Vec<usize>,
    is_filled: Vec<bool>,
}

impl Natural {
    /// Those of the headings.
    fn of(columns: &[Column]) -> Self {
        let widths: Vec<usize> = columns.iter().map(|column| column.heading.len()).collect();
        Self { is_filled: vec![false; widths.len()], widths }
    }

    /// Takes the line that was added last.
    fn measure(&mut self, lines: &Kept) {
        let Some(KeptLine::Cells(cells)) = lines.last() else { return };
        for ((cell, width), is_filled) in cells.zip(&mut self.widths).zip(&mut self.is_filled) {
            *width = (*width).max(cell.width());
            *is_filled |= cell.is_filled();
        }
    }

    /// Those of all lines that either took.
    fn and(mut self, other: &Self) -> Self {
        self.widths.iter_mut().zip(&other.widths).for_each(|(width, &more)| *width = (*width).max(more));
        self.is_filled.iter_mut().zip(&other.is_filled).for_each(|(is_filled, &more)| *is_filled |= more);
        self
    }

    /// A column without any content is not worth its heading.
    fn widths(self) -> Vec<usize> {
        self.widths.iter().zip(self.is_filled).map(|(&width, is_filled)| if is_filled { width } else { 0 }).collect()
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
        let (columns, least): (&[usize], usize) = match step {
            Step::Shrink(column, least) => (slice::from_ref(column), *least),
            Step::ShrinkAlike(columns, least) => (columns, *least),
            Step::Drop(_) => continue,
        };
        // Those that were dropped have nothing to give.
        let giving = columns.iter().filter(|&&column| widths[column] > 0).count();
        let share = excess.div_ceil(giving.max(1));
        for &column in columns {
            let wanted = widths[column].saturating_sub(share).max(least);
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

/// Puts what is shown at the end of a line.
fn put(shown: &Shown<'_>, paint: Paint, style: Style, line: &mut Vec<u8>) {
    if style.colour {
        // To memory, which does not fail.
        let _ = write!(line, "{paint}{shown}{paint:#}");
    } else {
        for part in [shown.start, shown.mark, shown.end] {
            line.extend_from_slice(part.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Column, Cut, Grid, Style};
    use crate::report::text::line::{Line, Row};

    /// So many lines that not all are kept, even of a half, of which the last is the widest.
    #[test]
    fn lines_that_were_not_kept_are_written_like_others() {
        const LINES: usize = 80_000;
        let text = |line: usize| format!("{line:0>200}{}", if line + 1 == LINES { "!" } else { "" });
        let grid = Grid {
            columns: vec![Column::left("TEXT", Cut::End), Column::right("LINE"), Column::left("NOTHING", Cut::End)],
            steps: Vec::new(),
        };
        let row = |line: usize| {
            let mut row = Row::new();
            row.cell(text(line));
            row.cell(line.to_string());
            row.shorter(|out| out.push(b'-'));
            row.cell("");
            Line::Cells(row)
        };
        let part = |from: usize, to: usize| move || (from..to).map(row);
        let parts = |borders: &[usize]| borders.windows(2).map(|ends| part(ends[0], ends[1])).collect::<Vec<_>>();
        for parts in [parts(&[0, LINES]), parts(&[0, LINES / 2, LINES])] {
            let mut out = Vec::new();
            let widths = grid.write_parts(&parts, Style { width: 500, ..Style::default() }, &mut out).unwrap();
            assert_eq!(widths, [201, 5, 0]);
            let mut written = std::str::from_utf8(&out).unwrap().lines();
            assert_eq!(written.next(), Some(format!("{:201}   LINE", "TEXT").as_str()));
            for line in 0..LINES {
                assert_eq!(written.next(), Some(format!("{:201}  {line:>5}", text(line)).as_str()));
            }
            assert_eq!(written.next(), None);
        }
    }
}
