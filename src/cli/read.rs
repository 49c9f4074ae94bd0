//! `unreach read`: saved captures, as one timeline.

use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::arguments::{Input as InputOptions, Read, Talk};
use super::ending::{Ending, Failure};
use super::memory::Shares;
use super::progress::Progress;
use super::pump::{self, pump};
use super::session::{self, Gathered, Session, Told};
use super::signals::Stop;
use super::sparing::spare;
use super::summary::YEAR;
use super::waiting::TemporaryFile;
use crate::analyzer::{Analyzer, Config};
use crate::capture::{InputSummary, Options, Timeline};
use crate::frame::Timestamp;
use crate::naming::Naming;
use crate::report::Input;

/// Reads the captures and prints what was found.
pub(super) fn run(arguments: &Read, talk: Talk) -> Result<Ending, Failure> {
    spare(&arguments.paths, &arguments.report, None)?;
    let threads = pump::granted(arguments.threads);
    let shares = Shares::of(&arguments.input, &arguments.report);
    let mut session = Session::begin(&arguments.report, &arguments.input, shares, talk)?.on_threads(threads);
    let wanted = Wanted {
        shares,
        told: Told::by(&arguments.report, talk),
        threads,
        follow: arguments.follow,
        duration: arguments.duration,
    };
    let progress = Progress::begin(talk);
    let gathered = analyze(&arguments.paths, &arguments.input, &wanted, &mut session.naming, progress)?;
    Ok(session.conclude(gathered))
}

/// How captures are to be read, and what is wanted of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// What of the memory the analysis may take.
    pub(super) shares: Shares,
    /// What of the results is told.
    pub(super) told: Told,
    /// Threads to use.
    pub(super) threads: usize,
    /// Whether to go on at the end of the captures, and for how long.
    pub(super) follow: bool,
    pub(super) duration: Option<Duration>,
}

/// Takes every frame of the captures to the analyzer; an interrupt ends it with what was read until then.
pub(super) fn analyze(
    paths: &[PathBuf],
    options: &InputOptions,
    wanted: &Wanted,
    naming: &mut Naming,
    mut progress: Progress,
) -> Result<Gathered, Failure> {
    let stop = Stop::listen_for_hangup().map_err(Failure::System)?.within(wanted.duration);
    lift_limit();
    let reading = Options { filter: options.filter.clone(), follow: wanted.follow, until: stop.until().clone() };
    let mut timeline = Timeline::open(paths, &reading)?;
    let config = Config { threads: wanted.threads, ..session::config(options, wanted.shares, wanted.told, None) };
    let mut analyzer = Analyzer::new(config);
    analyzer.put_away_to(Box::<TemporaryFile>::default());
    pump(&mut timeline, &mut analyzer, naming, &stop, &mut progress, wanted.threads);
    progress.end();
    timeline.end();
    analyzer.note_losses(timeline.inputs().iter().filter_map(|input| input.drops).fold(0, u64::saturating_add));
    let (findings, totals) = analyzer.finish();
    let mut problems: Vec<String> = timeline.problems().iter().map(ToString::to_string).collect();
    // An interrupt is how following ends.
    if stop.asked() && !wanted.follow {
        problems.push("interrupted: what follows in the inputs was not read".to_owned());
    }
    let summaries = timeline.inputs();
    let disordered = totals.disordered.iter().filter_map(|input| summaries.get(usize::from(input.0)));
    let disorder: Vec<String> = disordered.map(disorder).collect();
    let inputs: Vec<Input> = summaries.into_iter().map(input).collect();
    let sources = inputs.iter().map(|input| input.name.clone()).collect();
    let mut gathered = Gathered { findings, totals, inputs, sources, problems, remarks: Vec::new() };
    gathered
        .remarks
        .extend(gathered.inputs.iter().filter_map(|input| untold_times(input).or_else(|| far_apart(input))));
    gathered.remarks.extend(disorder);
    gathered.remarks.extend(hidden_by_filter(&gathered));
    Ok(gathered)
}

/// Lets as many files be open as the system allows this process: captures of the same time are open together, and a
/// thousand of them, from as many hosts, is where most systems begin to refuse.
fn lift_limit() {
    let limit = getrlimit(Resource::Nofile);
    // Where it is refused, files that cannot be opened are told one by one.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
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

/// That some of its frames are of times further away than [`Timestamp`] tells: they count as of the last, or the first, that it does.
fn untold_times(input: &Input) -> Option<String> {
    let is_untold = |time: Option<Timestamp>, end: i64| time.is_some_and(|time| time.0 == end);
    (is_untold(input.first, i64::MIN) || is_untold(input.last, i64::MAX)).then(|| {
        format!(
            "{}: times of some frames lie before 1677 or after 2262, which cannot be told: nor how long things took",
            input.name
        )
    })
}

/// Years that frames of one input lie apart where some have a wrong time: that of a clock that was not set, which begins in 1970, or
/// of a damaged capture. Packets have been captured to files for no more than some thirty years, and nobody does it for twenty in one.
const WRONG_YEARS: i64 = 20;

/// That frames of an input are absurdly far apart, so that some of their times are wrong.
fn far_apart(input: &Input) -> Option<String> {
    let years = input.last?.since(input.first?) / YEAR;
    (years >= WRONG_YEARS).then(|| {
        format!(
            "{}: some frames have a wrong time, as they lie {years} years apart: how long things took may be wrong",
            input.name
        )
    })
}

/// That frames of an input are not in the order of time, which is why messages have no packets.
fn disorder(input: &InputSummary) -> String {
    let seconds = input.setback as f64 / 1e9;
    let digits = match input.setback {
        ..1_000 => 9,
        1_000..1_000_000_000 => 6,
        _ => 1,
    };
    format!(
        "{}: some frames are up to {seconds:.digits$} s earlier than the one before them, and a message that stands before its packet is \
         not matched with it: `reordercap` puts them in order",
        input.name
    )
}

/// What a capture filter, where there was one, seems to have kept from the analysis.
pub(super) fn hidden_by_filter(gathered: &Gathered) -> Option<String> {
    let totals = &gathered.totals;
    if !totals.is_filtered {
        return None;
    }
    if totals.messages == 0 {
        return Some("no unreachable message passed the filter: it has to let through `icmp or icmp6`".to_owned());
    }
    (totals.matched == 0).then(|| {
        "none of the quoted packets passed the filter: without them the verdicts are less certain; \
         let their flows through, as `(FILTER) or icmp or icmp6` does where FILTER is about the flows"
            .to_owned()
    })
}
