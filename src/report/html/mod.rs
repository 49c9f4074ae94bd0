//! HTML: one self-contained page without scripts, for people who were not there when the capture was taken.

mod devices;
mod glossary;
mod incidents;
mod matrix;
mod overview;
mod paths;
mod timeline;
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
use super::Report;

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

/// Writes the page.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let words = Words { names: report.names() };
    let sections = Sections::of(report, words);
    let (devices, devices_left_out) = devices::rows(report, words);
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        overview: Overview::of(report, words),
        timeline: Timeline::of(report),
        paths: Paths::of(report, words),
        matrix: Matrix::of(report, words, &sections),
        glossary: Glossary::of(report, &sections),
        sections,
        devices,
        devices_left_out,
    };
    page.write_into(&mut &mut *out)?;
    out.flush()
}
