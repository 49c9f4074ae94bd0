//! Standard output, for results only, and standard error, for everything said about them.

use std::io::{self, BufWriter, IsTerminal, Write};

use clap::ColorChoice;

use super::ending::Failure;
use crate::report::{Style, printable};

/// Columns of the text tables are fitted to at least this many, even where a terminal claims to have fewer.
const LEAST_WIDTH: usize = 40;

/// Writes results to standard output. A reader that has seen enough and closed the pipe is no failure.
pub(super) fn results(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is still buffered has no reader either; dropping the writer would try again.
            let _ = out.into_parts();
            Ok(())
        }
        other => other.map_err(Failure::StandardOutput),
    }
}

/// Writes a line to standard error; nobody can be told when that fails.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(line));
}

/// Tells something that is good to know.
pub(super) fn note(text: &str) {
    say(&format!("unreach: note: {text}"));
}

/// Warns of something that makes the results less than they could be.
pub(super) fn warn(text: &str) {
    say(&format!("unreach: warning: {text}"));
}

/// Tells what failed.
pub(super) fn complain(failure: &Failure) {
    for line in failure.lines() {
        say(&format!("unreach: error: {line}"));
    }
}

/// What text tables on standard output are fitted to.
pub(super) fn style(colour: ColorChoice) -> Style {
    let usual = Style::default();
    Style { width: width().unwrap_or(usual.width).max(LEAST_WIDTH), colour: coloured(colour), ..usual }
}

/// Columns for text of lines that have at most so many.
pub(super) fn room(most: usize) -> usize {
    width().unwrap_or(most).clamp(LEAST_WIDTH, most)
}

/// Width of a terminal that does not tell its own, as serial lines do: that of the VT100, which programs take for granted.
const USUAL_WIDTH: usize = 80;

/// Width of the terminal; that of `COLUMNS` where it tells none, or where standard output is no terminal.
fn width() -> Option<usize> {
    let told = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    let told = told.or_else(|| std::env::var("COLUMNS").ok()?.parse().ok()).filter(|&width| width > 0);
    told.or_else(|| io::stdout().is_terminal().then_some(USUAL_WIDTH))
}

pub(super) fn coloured(choice: ColorChoice) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let found = anstream::AutoStream::choice(&io::stdout());
            io::stdout().is_terminal() && found != anstream::ColorChoice::Never
        }
    }
}
