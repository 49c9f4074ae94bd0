//! Lines between being measured and being written, in few bytes.

use std::ops::Range;

use anstyle::Style as Paint;

use super::line::{Line, Row, width};

/// Bytes of lines that are kept of each part of a table, roughly: some forty thousand rows of incidents.
const ROOM: usize = 8 << 20;

/// Lines in their order: their texts one behind the other.
#[derive(Default)]
pub(super) struct Kept {
    text: String,
    forms: Vec<Form>,
    lines: Vec<End>,
    /// The few paints that there are.
    paints: Vec<Paint>,
}

/// One form of a cell, or an aside.
struct Form {
    /// Where it ends in the text.
    end: u32,
    /// Columns of the screen that it takes.
    width: u32,
    /// Position of its paint.
    paint: u16,
    /// Whether it is the longest of its cell, which the others follow.
    is_longest: bool,
}

/// Where a line ends.
struct End {
    forms: u32,
    is_aside: bool,
}

/// A line that was kept.
pub(super) enum KeptLine<'a> {
    Cells(Cells<'a>),
    Aside(&'a str),
}

/// The cells of a line.
pub(super) struct Cells<'a> {
    kept: &'a Kept,
    forms: Range<usize>,
}

/// A cell in its forms.
pub(super) struct KeptCell<'a> {
    kept: &'a Kept,
    forms: Range<usize>,
}

impl Kept {
    /// One line.
    pub(super) fn of(line: &Line) -> Self {
        let mut kept = Self::default();
        kept.add(line);
        kept
    }

    /// Adds a line.
    pub(super) fn add(&mut self, line: &Line) {
        match line {
            Line::Cells(row) => self.add_row(row),
            Line::Aside(text) => {
                self.text.push_str(text);
                self.add_form(self.text.len(), width(text), Paint::new(), true);
            }
        }
        self.lines.push(End { forms: self.forms.len() as u32, is_aside: matches!(line, Line::Aside(_)) });
    }

    fn add_row(&mut self, row: &Row) {
        let (text, forms) = row.parts();
        let (before, mut start) = (self.text.len(), 0);
        self.text.push_str(text);
        for form in forms {
            let width = width(&text[start..form.end]);
            self.add_form(before + form.end, width, form.paint, form.is_longest);
            start = form.end;
        }
    }

    fn add_form(&mut self, end: usize, width: usize, paint: Paint, is_longest: bool) {
        let paint = self.number(paint);
        self.forms.push(Form { end: end as u32, width: width as u32, paint, is_longest });
    }

    /// The position of a paint.
    fn number(&mut self, paint: Paint) -> u16 {
        let known = self.paints.iter().position(|known| *known == paint);
        let position = known.unwrap_or_else(|| {
            self.paints.push(paint);
            self.paints.len() - 1
        });
        position as u16
    }

    /// Whether another line may be kept, too.
    pub(super) fn has_room(&self) -> bool {
        self.text.len() + self.forms.len() * size_of::<Form>() + self.lines.len() * size_of::<End>() < ROOM
    }

    /// The same without any line.
    pub(super) fn emptied(&mut self) -> &mut Self {
        self.text.clear();
        self.forms.clear();
        self.lines.clear();
        self
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = KeptLine<'_>> {
        (0..self.len()).map(|line| self.line(line))
    }

    /// The line that was added last.
    pub(super) fn last(&self) -> Option<KeptLine<'_>> {
        self.len().checked_sub(1).map(|line| self.line(line))
    }

    fn line(&self, line: usize) -> KeptLine<'_> {
        let start = line.checked_sub(1).map_or(0, |before| self.lines[before].forms) as usize;
        let End { forms: end, is_aside } = self.lines[line];
        if is_aside {
            return KeptLine::Aside(self.text(start));
        }
        KeptLine::Cells(Cells { kept: self, forms: start..end as usize })
    }

    fn text(&self, form: usize) -> &str {
        &self.text[self.start(form)..self.forms[form].end as usize]
    }

    fn start(&self, form: usize) -> usize {
        form.checked_sub(1).map_or(0, |before| self.forms[before].end) as usize
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = KeptCell<'a>;

    fn next(&mut self) -> Option<KeptCell<'a>> {
        let first = self.forms.next()?;
        while !self.forms.is_empty() && !self.kept.forms[self.forms.start].is_longest {
            self.forms.start += 1;
        }
        Some(KeptCell { kept: self.kept, forms: first..self.forms.start })
    }
}

impl<'a> KeptCell<'a> {
    /// The longest form that takes no more columns of the screen, and how many it takes.
    pub(super) fn form_within(&self, room: usize) -> Option<(&'a str, usize)> {
        let width = |form: usize| self.kept.forms[form].width as usize;
        self.forms.clone().find(|&form| width(form) <= room).map(|form| (self.kept.text(form), width(form)))
    }

    /// The shortest form.
    pub(super) fn shortest(&self) -> &'a str {
        self.kept.text(self.forms.end - 1)
    }

    /// Columns of the screen that the longest form takes.
    pub(super) fn width(&self) -> usize {
        self.kept.forms[self.forms.start].width as usize
    }

    /// Whether it says anything.
    pub(super) fn is_filled(&self) -> bool {
        self.kept.start(self.forms.start) < self.kept.forms[self.forms.start].end as usize
    }

    pub(super) fn paint(&self) -> Paint {
        self.kept.paints[usize::from(self.kept.forms[self.forms.start].paint)]
    }
}

#[cfg(test)]
mod tests {
    use anstyle::{AnsiColor, Style as Paint};

    use super::{Kept, KeptLine};
    use crate::report::text::line::{Line, Row};

    #[test]
    fn each_cell_has_its_own_text_forms_and_paint() {
        let red = AnsiColor::Red.on_default();
        let mut row = Row::new();
        row.cell("日本");
        row.painted("", red);
        row.written(|text| text.extend_from_slice(b"53,99/udp"));
        row.shorter(|text| text.extend_from_slice("…/udp".as_bytes()));
        row.painted("end", red);
        let mut kept = Kept::of(&Line::Aside("2026-11-22".to_owned()));
        kept.add(&Line::Cells(row));
        let Some(KeptLine::Cells(cells)) = kept.last() else { panic!("a row") };
        let told: Vec<_> = cells
            .map(|cell| (cell.form_within(40), cell.form_within(6), cell.shortest(), cell.is_filled(), cell.paint()))
            .collect();
        let expected = [
            (Some(("日本", 4)), Some(("日本", 4)), "日本", true, Paint::new()),
            (Some(("", 0)), Some(("", 0)), "", false, red),
            (Some(("53,99/udp", 9)), Some(("…/udp", 5)), "…/udp", true, Paint::new()),
            (Some(("end", 3)), Some(("end", 3)), "end", true, red),
        ];
        assert_eq!(told, expected);
    }
}
