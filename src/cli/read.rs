//! `unreach read`: saved captures, as one timeline.

use std::path::PathBuf;

use super::arguments::{Input as InputOptions, Read, Talk};
use super::ending::{Ending, Failure};
use super::pump::pump;
use super::session::{self, Gathered, Session};
use super::signals::Stop;
use super::waiting::TemporaryFile;
use crate::analyzer::Analyzer;
use crate::capture::{InputSummary, Options, Timeline};
use crate::naming::Naming;
use crate::report::Input;

/// Reads the captures and prints what was found.
pub(super) fn run(arguments: &Read, talk: Talk) -> Result<Ending, Failure> {
    let mut session = Session::begin(&arguments.report, talk)?;
    let wants_messages = session::wants_messages(&arguments.report);
    let gathered = analyze(&arguments.paths, &arguments.input, wants_messages, &mut session.naming, arguments.threads)?;
    Ok(session.conclude(gathered))
}

/// Takes every frame of the captures to the analyzer; an interrupt ends it with what was read until then.
pub(super) fn analyze(
    paths: &[PathBuf],
    options: &InputOptions,
    wants_messages: bool,
    naming: &mut Naming,
    threads: usize,
) -> Result<Gathered, Failure> {
    let stop = Stop::listen().map_err(Failure::System)?;
    let mut timeline = Timeline::open(paths, &Options { filter: options.filter.clone() })?;
    let mut analyzer = Analyzer::new(session::config(options, wants_messages));
    analyzer.put_away_to(Box::<TemporaryFile>::default());
    let interrupted = pump(&mut timeline, &mut analyzer, naming, &stop, threads);
    let (findings, totals) = analyzer.finish();
    let mut problems: Vec<String> = timeline.problems().iter().map(ToString::to_string).collect();
    if interrupted {
        problems.push("interrupted: what follows in the inputs was not read".to_owned());
    }
    let inputs = timeline.inputs().into_iter().map(input).collect();
    let mut gathered = Gathered { findings, totals, inputs, problems, remarks: Vec::new() };
    gathered.remarks.extend(options.filter.as_ref().and_then(|_| hidden_by_filter(&gathered)));
    Ok(gathered)
}

/// What the report says of an input.
fn input(summary: InputSummary) -> Input {
    Input {
        name: summary.name,
        format: summary.format.to_string(),
        packets: summary.frames,
        bytes: summary.bytes_read,
        dropped: summary.drops,
        link_types: summary.links.iter().map(ToString::to_string).collect(),
        first: summary.first,
        last: summary.last,
    }
}

/// What a capture filter seems to have kept from the analysis.
pub(super) fn hidden_by_filter(gathered: &Gathered) -> Option<String> {
    let totals = &gathered.totals;
    if totals.messages == 0 {
        return Some("no unreachable message passed the filter: it has to let through `icmp or icmp6`".to_owned());
    }
    (totals.matched == 0).then(|| {
        "none of the quoted packets passed the filter: without them the verdicts are less certain; \
         let their flows through, as `(FILTER) or icmp or icmp6` does where FILTER is about the flows"
            .to_owned()
    })
}
