//! HTML: one self-contained page without scripts, for people who were not there when the capture was taken.

mod axis;
mod days;
mod devices;
mod glossary;
mod incidents;
mod matrix;
mod overview;
mod paths;
mod timeline;
mod vantages;
mod wording;

use std::io::{self, Write};

use askama::Template;

use self::devices::DeviceRow;
use self::glossary::Glossary;
use self::incidents::Sections;
use self::matrix::Matrix;
use self::overview::Overview;
use self::paths::Paths;
use self::timeline::Timeline;
use self::wording::Words;
use super::{Incidents, Report};
use crate::incident::Incident;

/// The page. Its template escapes what it is given; what comes from outside was made printable before.
#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    version: &'static str,
    overview: Overview,
    timeline: Option<Timeline>,
    paths: Paths,
    matrix: Matrix,
    sections: Sections,
    devices: Vec<DeviceRow>,
    devices_left_out: usize,
    glossary: Glossary,
}

/// Bytes of a page, at most: what opens at once in any browser, and goes through any mail server.
const LONGEST: usize = 1_000_000;

/// Bytes that the matrix and the glossary take at most; they follow from the sections that found room.
const RESERVED: usize = 90_000;

/// Writes the page.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let words = Words {
        names: report.names(),
        several: report.inputs.len() > 1,
        shared_folder: report.names().shared_folder(),
        clock: report.view.clock,
    };
    let shown: Vec<&Incident> = report.rows::<Incidents>().collect();
    let (devices, devices_left_out) = devices::rows(report, words);
    let mut page = Page {
        version: env!("CARGO_PKG_VERSION"),
        overview: Overview::of(report, &shown, words),
        timeline: Timeline::of(report, &shown, words),
        paths: Paths::of(&shown, words),
        matrix: Matrix::default(),
        sections: Sections::default(),
        devices,
        devices_left_out,
        glossary: Glossary::default(),
    };
    let taken = page.render().map_err(io::Error::other)?.len() + RESERVED;
    page.sections = Sections::of(report, &shown, words, LONGEST.saturating_sub(taken));
    page.matrix = Matrix::of(&shown, words, &page.sections);
    page.glossary = Glossary::of(&shown, &page.sections);
    page.write_into(&mut &mut *out)?;
    out.flush()
}
