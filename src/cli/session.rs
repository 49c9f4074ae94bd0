//! One analysis from the first output file to the last line of the summary, wherever its frames come from.

use std::mem::ManuallyDrop;

use super::arguments::{Input as InputOptions, Reporting, Talk};
use super::destination::Destination;
use super::ending::{Ending, Failure};
use super::memory::Shares;
use super::moment::{Origin, stretch};
use super::{anonymize, decode_as, pieces, streams, summary};
use crate::analyzer::{Config, Totals};
use crate::anonymity::Disguise;
use crate::frame::Timestamp;
use crate::incident::{Findings, Incident, Label, Labels, Room};
use crate::naming::Naming;
use crate::report::{Format, GroupBy, Input, OutputFile, Report, Selection, Style, TableName, Tallies, View};

/// What an analysis came to.
pub(super) struct Gathered {
    pub(super) findings: Findings,
    pub(super) totals: Totals,
    pub(super) inputs: Vec<Input>,
    /// What the inputs are of, as the summary names it: the interface `any` is one, however many inputs it tells apart.
    pub(super) sources: Vec<String>,
    /// What was wrong with inputs.
    pub(super) problems: Vec<String>,
    /// What the results don't tell, though all inputs were whole.
    pub(super) remarks: Vec<String>,
}

/// An analysis with the outputs it will fill.
pub(super) struct Session<'a> {
    reporting: &'a Reporting,
    talk: Talk,
    view: View,
    outputs: Vec<(Destination, OutputFile)>,
    prints: bool,
    threads: usize,
    disguise: Option<Disguise>,
    /// What is known of addresses; it may learn from every frame.
    pub(super) naming: Naming,
}

impl<'a> Session<'a> {
    /// Begins the output files, so that one which cannot be written is known before anything is read.
    pub(super) fn begin(
        reporting: &'a Reporting,
        input: &InputOptions,
        shares: Shares,
        talk: Talk,
    ) -> Result<Self, Failure> {
        Self::begin_some(reporting, input, shares, talk, |_, _| true)
    }

    /// The same for some of the output files.
    pub(super) fn begin_some(
        reporting: &'a Reporting,
        input: &InputOptions,
        shares: Shares,
        talk: Talk,
        wanted: impl Fn(&Destination, &View) -> bool,
    ) -> Result<Self, Failure> {
        let disguise = reporting.anonymity.disguise()?;
        let naming = reporting.naming.begin(decode_as::tunnels(&input.decode_as), shares.names)?;
        let view = reporting.shaping.view(reporting.shaping.table(reporting.table), &naming)?;
        let view = View { sorting_room: shares.sorting, ..view };
        let mut outputs: Vec<(Destination, OutputFile)> = Vec::new();
        for (position, destination) in reporting.outputs.iter().enumerate() {
            let place = destination.place();
            if reporting.outputs.iter().take(position).any(|other| other.place() == place) {
                let name = destination.path.display();
                return Err(Failure::Usage(format!("{name} is named as an output more than once")));
            }
            if !wanted(destination, &view) {
                continue;
            }
            let file = OutputFile::create(&destination.path, reporting.force)?;
            outputs.push((destination.clone(), file));
        }
        Ok(Self { reporting, talk, view, outputs, prints: true, threads: 1, disguise, naming })
    }

    /// Standard output has been told already.
    pub(super) fn without_printing(mut self) -> Self {
        self.prints = false;
        self
    }

    /// Results are written on so many threads where that helps.
    pub(super) fn on_threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// How tables are shown.
    pub(super) fn view(&self) -> &View {
        &self.view
    }

    /// Which incidents are told of before the span of the input is known: moments count from `now`.
    pub(super) fn selection(&mut self, now: Timestamp) -> Selection {
        let mut selection =
            selection(self.reporting, &Totals { first: Some(now), last: Some(now), ..Totals::default() });
        if let Some(disguise) = &mut self.disguise {
            anonymize::select(disguise, &mut selection);
        }
        selection
    }

    /// The disguise that addresses are told in, where one was asked for.
    pub(super) fn disguise(&mut self) -> Option<&mut Disguise> {
        self.disguise.as_mut()
    }

    /// Prints the results, completes the outputs, and sums up.
    pub(super) fn conclude(mut self, mut gathered: Gathered) -> Ending {
        let mut selection = selection(self.reporting, &gathered.totals);
        if let Some(disguise) = &mut self.disguise {
            anonymize::apply(disguise, &mut gathered);
            anonymize::select(disguise, &mut selection);
        }
        // Left to the end of the process: giving 16,384 incidents back piece by piece took a hundredth of a scan's time.
        let gathered = &*ManuallyDrop::new(gathered);
        let warnings = [gathered.problems.as_slice(), &gathered.totals.remarks, &gathered.remarks].concat();
        let tallies = Tallies::of(&gathered.findings, &selection, self.grouping());
        let report = Report {
            findings: &gathered.findings,
            totals: &gathered.totals,
            inputs: &gathered.inputs,
            warnings: &warnings,
            naming: &self.naming,
            selection: &selection,
            tallies: &tallies,
            view: &self.view,
        };
        let mut ending = if gathered.problems.is_empty() { Ending::Whole } else { Ending::Damaged };
        let fail_on = &self.reporting.fail_on;
        let fails = |incident: &Incident| fail_on.iter().any(|&outcome| incident.verdict.comes_to(outcome));
        if !fail_on.is_empty() && report.incidents().any(fails) {
            ending = ending.max(Ending::Found);
        }
        let printed = self.print(&report);
        let filled = self.outputs.into_iter().map(|output| fill(output, &report, self.threads));
        let (mut written, mut failed) = (Vec::new(), false);
        for outcome in [printed.map(|()| None)].into_iter().chain(filled.map(|outcome| outcome.map(Some))) {
            match outcome {
                Ok(path) => written.extend(path),
                Err(failure) => {
                    failed = true;
                    streams::complain(&failure);
                    ending = ending.max(failure.ending());
                }
            }
        }
        ending = ending.max(lost_rows(&gathered.findings));
        // Where one output failed, it is worth knowing which did not.
        if failed && !written.is_empty() {
            streams::say(&format!("written: {}", written.join(", ")));
        }
        summary::tell(&report, gathered, self.talk);
        ending
    }

    /// What incidents are grouped by, where any output shows groups.
    fn grouping(&self) -> Option<GroupBy> {
        let wanted = self.view.table == TableName::Groups
            || self.outputs.iter().any(|(destination, _)| destination.table == TableName::Groups);
        self.reporting.shaping.group_by.or(wanted.then(GroupBy::default))
    }

    fn print(&self, report: &Report<'_>) -> Result<(), Failure> {
        if !self.prints {
            return Ok(());
        }
        let style = Style { threads: self.threads, ..streams::style(self.talk.color) };
        let what = (self.reporting.format, self.view.table);
        streams::results(|out| pieces::write(what, report, style, out))
    }
}

/// Tells which rows were lost, and how a run ends for it.
pub(super) fn lost_rows(findings: &Findings) -> Ending {
    let tell = |loss| {
        let failure = Failure::Rows(loss);
        streams::complain(&failure);
        failure.ending()
    };
    findings.messages.losses().into_iter().map(tell).max().unwrap_or(Ending::Whole)
}

/// Writes an output file and gives it its name, which it returns.
fn fill(
    (destination, mut file): (Destination, OutputFile),
    report: &Report<'_>,
    threads: usize,
) -> Result<String, Failure> {
    let written = pieces::write_file((destination.format, destination.table), report, threads, &mut file);
    written.map_err(|cause| file.denied(cause))?;
    file.complete()?;
    Ok(destination.path.display().to_string())
}

/// Which incidents are printed.
fn selection(reporting: &Reporting, totals: &Totals) -> Selection {
    let selecting = &reporting.selecting;
    let origin = Origin { zone: reporting.shaping.time_zone, span: totals.first.zip(totals.last) };
    let [since, until] = stretch([selecting.since, selecting.until], origin);
    let unfolded = reporting.include.contains(&None);
    Selection {
        // `all` beside labels leaves nothing out on their account.
        include: if unfolded { Labels::default() } else { labels(reporting.include.iter().flatten()) },
        unfolded,
        exclude: labels(&reporting.exclude),
        outcomes: reporting.causes.clone(),
        least_confidence: reporting.min_confidence,
        targets: selecting.targets.clone(),
        reporters: selecting.reporters.clone(),
        senders: selecting.senders.clone(),
        since,
        until,
    }
}

fn labels<'a>(wanted: impl IntoIterator<Item = &'a Label>) -> Labels {
    let mut labels = Labels::default();
    wanted.into_iter().for_each(|&label| labels.insert(label));
    labels
}

/// What of the results is told, beyond incidents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    /// Messages one by one.
    pub(super) messages: bool,
    /// The devices behind them.
    pub(super) devices: bool,
    /// The hosts beside the vantage.
    pub(super) hosts: bool,
}

impl Told {
    /// By the outputs, and by the summary.
    pub(super) fn by(reporting: &Reporting, talk: Talk) -> Self {
        Self {
            messages: wants(reporting, TableName::Messages),
            devices: wants(reporting, TableName::Devices),
            hosts: any_output(reporting, |_, format| format.holds_everything()) || !talk.quiet,
        }
    }
}

/// The analyzer's bounds; nothing is kept or worked out that is not told. Incidents close once they were idle for so many nanoseconds,
/// if at all.
pub(super) fn config(options: &InputOptions, shares: Shares, told: Told, incident_timeout: Option<i64>) -> Config {
    let flow_timeout = i64::try_from(options.flow_timeout.as_nanos()).unwrap_or(i64::MAX);
    let mut room = Room::default();
    if !told.messages {
        room.messages = 0;
    }
    let (is_filtered, tunnels) = (options.filter.is_some(), decode_as::tunnels(&options.decode_as));
    let Told { devices, hosts, .. } = told;
    let default = Config::default();
    let max_flows = options.max_flows.unwrap_or(default.max_flows);
    let config =
        Config { max_flows, flow_timeout, incident_timeout, is_filtered, room, devices, hosts, tunnels, ..default };
    shares.bound(config)
}

/// Whether any output that is written as a whole shows messages one by one.
pub(super) fn wants_messages_whole(reporting: &Reporting) -> bool {
    any_output(reporting, |table, format| {
        format.holds_everything() || table == TableName::Messages && format == Format::Table
    })
}

/// Whether any output shows this table.
pub(super) fn wants(reporting: &Reporting, wanted: TableName) -> bool {
    any_output(reporting, |table, format| table == wanted || format.holds_everything())
}

/// Whether what is printed, or any output file, is as it should be.
fn any_output(reporting: &Reporting, is_so: impl Fn(TableName, Format) -> bool) -> bool {
    is_so(reporting.table, reporting.format)
        || reporting.outputs.iter().any(|output| is_so(output.table, output.format))
}
