//! The run: frames to the analyzer, what it finds to the desk, until a signal or a limit.

use std::io::{self, IsTerminal};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::desk::{Desk, Held, Opened};
use super::metrics::Metrics;
use super::options::Options;
use super::pulse::Pulse;
use super::rights;
use super::rows::{Rows, Shown};
use super::saving::{self, Saving};
use super::tally::Tally;
use super::view::View;
use crate::analyzer::{Analyzer, Config};
use crate::capture::hidden::hidden;
use crate::capture::{Change, LiveOptions, News, Sniffer, Standing};
use crate::cli::arguments::Talk;
use crate::cli::destination::Destination;
use crate::cli::ending::{Ending, Failure};
use crate::cli::memory::Shares;
use crate::cli::read::hidden_by_filter;
use crate::cli::session::{self, Gathered, Session};
use crate::cli::signals::{Requests, Stop};
use crate::cli::sparing::spare;
use crate::cli::streams;
use crate::frame::{Frame, Timestamp};
use crate::incident::Closed;
use crate::report::{self, Names, printable};

/// Longest wait for a packet: how soon limits and signals are seen on a silent link.
const PATIENCE: Duration = Duration::from_millis(100);

/// How often it is looked at what has changed.
const LOOK: Duration = Duration::from_secs(1);

/// How often counts are told among the events.
const STATS: Duration = Duration::from_secs(10);

/// Lines that are said again when the terminal is free.
const REMARKS: usize = 100;

/// A live run.
struct Run<'a> {
    options: &'a Options,
    session: Session<'a>,
    sniffer: Sniffer,
    max_flows: usize,
    analyzer: Analyzer,
    tally: Tally,
    desk: Desk,
    saving: Option<Saving>,
    metrics: Option<Metrics>,
    view: Option<View>,
    left: u64,
    remarks: Vec<String>,
    problems: Vec<String>,
}

/// Sniffs the interfaces, and tells what is found.
pub(in crate::cli) fn run(options: &Options, talk: Talk) -> Result<Ending, Failure> {
    if options.view && !io::stdout().is_terminal() {
        return Err(Failure::Usage("--view: standard output is not a terminal".to_owned()));
    }
    saving::check(options)?;
    spare(&[], &options.report, options.save.as_deref())?;
    let shares =
        Shares::of_live(&options.input, &options.report, options.interfaces.len() == 1, options.save.is_some());
    let sniffer = Sniffer::open(&options.interfaces, capture_options(options, shares))?;
    warn_of_hidden(options, &sniffer);
    let listener =
        options.metrics.map(|address| TcpListener::bind(address).map_err(|error| not_served(address, &error)));
    let listener = listener.transpose()?;
    let opened = Opened::of(&options.report, options.save.as_deref())?;
    let remark = rights::give_up(options.user.as_deref(), &opened.folders)?;
    let is_whole = |output: &Destination, view: &report::View| Rows::of(output.table, output.format, view).is_none();
    let mut session = Session::begin_some(&options.report, &options.input, shares, talk, is_whole)?;
    let stop = Stop::listen().map_err(Failure::System)?;
    let requests = Requests::listen().map_err(Failure::System)?;
    let config = config(options, shares, talk);
    let held = Held::of(config.room, shares.live.rows, &options.report);
    let desk = Desk::begin(&options.report, &mut session, opened, (options.rotate, held), now(), !options.view)?;
    let saving = options.save.as_ref().map(|path| Saving::begin(path, options, shares.live.saving));
    let session = if desk.tells() || options.view { session.without_printing() } else { session };
    if let Some(remark) = remark {
        streams::say(&format!("unreach: note: {remark}"));
    }
    let mut run = Run {
        options,
        session,
        sniffer,
        max_flows: config.max_flows,
        analyzer: Analyzer::new(config),
        tally: Tally::default(),
        desk,
        saving: saving.transpose()?,
        metrics: listener.map(Metrics::serve),
        view: None,
        left: options.count.unwrap_or(u64::MAX),
        remarks: Vec::new(),
        problems: Vec::new(),
    };
    if options.view {
        run.view = Some(View::begin(streams::coloured(talk.color)).map_err(Failure::System)?);
    }
    run.until_told(&stop, &requests);
    let viewed = run.view.take().map_or(Ok(()), View::end);
    let ending = run.conclude();
    // What was found is written; that the view failed is no orderly end.
    viewed.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    Ok(ending)
}

/// Tells at once what the filter would keep from the analysis.
fn warn_of_hidden(options: &Options, sniffer: &Sniffer) {
    let Some(expression) = &options.input.filter else { return };
    if let Some(warning) = sniffer.links().into_iter().find_map(|link| hidden(expression, link)) {
        streams::warn(&warning);
    }
}

fn not_served(address: SocketAddr, error: &io::Error) -> Failure {
    Failure::Usage(format!("--metrics: cannot serve on {address}: {error}"))
}

fn capture_options(options: &Options, shares: Shares) -> LiveOptions {
    let most = LiveOptions::default().held_bytes;
    LiveOptions {
        held_bytes: shares.live.order.map_or(most, |share| share.min(most)),
        filter: options.input.filter.clone(),
        snap_length: options.snaplen,
        buffer_bytes: options.buffer as usize,
        promiscuous: !options.no_promisc,
    }
}

fn config(options: &Options, shares: Shares, talk: Talk) -> Config {
    let timeout = i64::try_from(options.incident_timeout.as_nanos()).unwrap_or(i64::MAX);
    session::config(&options.input, shares, session::Told::by(&options.report, talk), Some(timeout))
}

impl Run<'_> {
    fn until_told(&mut self, stop: &Stop, requests: &Requests) {
        let began = Instant::now();
        let (mut looked, mut counted) = (began, began);
        self.look();
        let over = |elapsed: Duration| self.options.duration.is_some_and(|limit| elapsed >= limit);
        while !stop.asked() && !over(began.elapsed()) && self.left > 0 && !self.is_deserted() {
            if let Err(failure) = self.sniffer.wait(PATIENCE) {
                return self.problems.push(failure.to_string());
            }
            self.take();
            self.tell_news();
            if requests.take_reopen() {
                self.desk.reopen();
            }
            if requests.take_tell() {
                self.tell_so_far();
            }
            if looked.elapsed() >= LOOK {
                looked = Instant::now();
                self.look();
            }
            if counted.elapsed() >= STATS {
                counted = Instant::now();
                self.tell_stats();
            }
        }
    }

    /// Takes what has arrived to the analyzer, no more of it than the limit.
    fn take(&mut self) {
        self.take_from(Sniffer::take);
    }

    /// Takes what the kernel keeps back until its time is over, and what was held back for the sake of its order.
    fn take_rest(&mut self) {
        if self.left > 0 {
            thread::sleep(PATIENCE);
            self.take();
        }
        self.take_from(Sniffer::flush);
    }

    fn take_from(&mut self, source: impl FnOnce(&mut Sniffer, &mut dyn FnMut(&Frame<'_>))) {
        let Self { session, sniffer, analyzer, tally, left, saving, .. } = self;
        source(sniffer, &mut |frame| {
            if *left > 0 {
                *left -= 1;
                session.naming.observe(frame);
                analyzer.push(frame);
                tally.count(frame);
                if let Some(saving) = saving {
                    saving.take(frame, Names::of_inputs(tally.inputs()));
                }
            }
        });
        tally.name(sniffer);
    }

    /// Whether nobody is left who could be told.
    fn is_deserted(&self) -> bool {
        self.desk.is_deserted() || self.view.as_ref().is_some_and(View::has_ended)
    }

    /// Tells what has become of incidents, and how the run stands.
    fn look(&mut self) {
        let now = now();
        self.note_losses();
        self.analyzer.advance(now);
        self.tell_closed(now);
        let mut open = self.analyzer.take_changed();
        if let Some(disguise) = self.session.disguise() {
            for open in &mut open {
                disguise.incident(&mut open.incident);
            }
        }
        self.view.iter().for_each(|view| view.board().changed(&open));
        let Self { session, tally, desk, .. } = self;
        desk.changed(now, &open, shown(session, tally));
        if self.metrics.is_some() || self.view.is_some() {
            let pulse = self.pulse();
            self.metrics.iter().for_each(|metrics| metrics.tell(&pulse));
            self.view.iter().for_each(|view| view.board().pulse(pulse.clone()));
        }
    }

    /// What was lost weakens all evidence that rests on packets not seen.
    fn note_losses(&mut self) {
        let lost = |one: &Standing| one.stats.dropped_by_kernel + one.stats.dropped_by_interface;
        self.analyzer.note_losses(self.sniffer.standings().iter().map(lost).sum());
    }

    /// Tells of incidents that closed, in disguise where that was asked for, and remembers them as they are.
    fn tell_closed(&mut self, now: Timestamp) {
        let closed = self.analyzer.take_closed();
        let disguised = self.session.disguise().map(|disguise| {
            let mut disguised = Closed { cases: closed.cases.clone(), findings: closed.findings.copied() };
            disguise.findings(&mut disguised.findings);
            disguised
        });
        let told = disguised.as_ref().unwrap_or(&closed);
        self.view.iter().for_each(|view| view.board().closed(told));
        let Self { session, tally, desk, .. } = self;
        desk.closed(now, told, shown(session, tally));
        self.desk.remember(closed.findings);
    }

    fn tell_so_far(&mut self) {
        let line = self.pulse().to_text();
        match &self.view {
            Some(view) => view.board().say(line),
            None => streams::say(&line),
        }
    }

    /// Says something that cannot wait for the end.
    fn say(&mut self, line: &str, say: impl FnOnce(&str)) {
        match &self.view {
            // The terminal is taken: there now, and on standard error when it is free again.
            Some(view) => {
                view.board().say(line.to_owned());
                if self.remarks.len() < REMARKS {
                    self.remarks.push(line.to_owned());
                }
            }
            None => say(line),
        }
    }

    fn tell_news(&mut self) {
        for News { name, change } in self.sniffer.news() {
            let is_good = matches!(change, Change::Up | Change::Back);
            let line = match change {
                Change::Down => format!("{}: is not up; waiting for it", printable(&name)),
                Change::Up => format!("{}: is up", printable(&name)),
                Change::Lost(reason) => format!("{}: lost: {reason}; waiting for it", printable(&name)),
                Change::Back => format!("{}: is back", printable(&name)),
                Change::Refused(reason) => format!("{}: is back, but: {reason}", printable(&name)),
            };
            self.say(&line, if is_good { streams::note } else { streams::warn });
            self.desk.event(format!("{}\n", serde_json::json!({ "event": "interface", "said": line })).as_bytes());
        }
    }

    fn tell_stats(&mut self) {
        let line = self.pulse().to_json();
        self.desk.event(&line);
    }

    fn pulse(&mut self) -> Pulse {
        let now = now();
        self.analyzer.advance(now);
        Pulse {
            max_flows: self.max_flows,
            open: self.desk.open(),
            closed: self.desk.closed_count(),
            causes: self.desk.causes(),
            rows_lost: self.desk.rows_lost(),
            ..Pulse::take(now, &self.analyzer, &mut self.sniffer)
        }
    }

    /// Closes what is open, completes the outputs, and sums up.
    fn conclude(mut self) -> Ending {
        self.take_rest();
        self.desk.be_patient();
        self.note_losses();
        self.analyzer.close_all();
        self.tell_closed(now());
        self.tell_stats();
        let saved = self.saving.take().map(|saving| saving.end(Names::of_inputs(self.tally.inputs())));
        let (unsaved, not_saved) = saved.unwrap_or_default();
        let standings = self.sniffer.standings();
        let (inputs, losses) = self.tally.conclude(&standings);
        let (failures, remembered, remarks) = self.desk.end();
        let (findings, totals) = self.analyzer.finish_after(remembered);
        let remarks = [self.remarks, remarks, losses, not_saved].concat();
        let unheard = unheard(&standings);
        unheard.iter().for_each(streams::complain);
        let sources: Vec<String> = standings.into_iter().map(|one| one.name).collect();
        let mut gathered = Gathered { findings, totals, inputs, sources, problems: self.problems, remarks };
        gathered.remarks.extend(hidden_by_filter(&gathered));
        let ending = self.session.conclude(gathered);
        failures.iter().chain(&unsaved).chain(&unheard).map(Failure::ending).fold(ending, Ord::max)
    }
}

/// That nothing was heard, where no interface was ever up.
fn unheard(standings: &[Standing]) -> Option<Failure> {
    if standings.iter().any(|one| one.was_up) {
        return None;
    }
    let names: Vec<String> = standings.iter().map(|one| printable(&one.name)).collect();
    let were = if names.len() == 1 { "was" } else { "were" };
    Some(Failure::Unheard(format!("{} {were} never up", names.join(", "))))
}

fn shown<'a>(session: &'a Session<'_>, tally: &'a Tally) -> Shown<'a> {
    Shown { inputs: tally.inputs(), naming: &session.naming, view: session.view() }
}

fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MAX))
}
