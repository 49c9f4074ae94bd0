//! `unreach live`: interfaces, until told to stop.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::arguments::{Live as Arguments, Talk};
use super::ending::{Ending, Failure};
use super::read::hidden_by_filter;
use super::session::{self, Gathered, Session};
use super::signals::Stop;
use crate::analyzer::Analyzer;
use crate::capture::live::wait;
use crate::capture::{Drained, Live, LiveOptions};
use crate::frame::{InputId, Timestamp};
use crate::naming::Naming;
use crate::report::{Input, printable};

/// Longest wait for a packet: how often limits are looked at, and the analyzer is told the time.
const PATIENCE: Duration = Duration::from_millis(100);

/// One interface that is sniffed.
struct Sniffed {
    name: String,
    /// `None` once it is gone.
    live: Option<Live>,
    input: Input,
}

/// Sniffs the interfaces, and prints what was found when it ends.
pub(super) fn run(arguments: &Arguments, talk: Talk) -> Result<Ending, Failure> {
    let mut session = Session::begin(&arguments.report, talk)?;
    let mut interfaces = open(arguments)?;
    let stop = Stop::listen().map_err(Failure::System)?;
    let mut analyzer = Analyzer::new(session::config(&arguments.input, session::wants_messages(&arguments.report)));
    let problems = sniff(&mut interfaces, arguments, &stop, &mut analyzer, &mut session.naming);
    let (findings, totals) = analyzer.finish();
    let remarks = interfaces.iter_mut().filter_map(count_losses).collect();
    let inputs = interfaces.into_iter().map(|interface| interface.input).collect();
    let mut gathered = Gathered { findings, totals, inputs, problems, remarks };
    gathered.remarks.extend(arguments.input.filter.as_ref().and_then(|_| hidden_by_filter(&gathered)));
    Ok(session.conclude(gathered))
}

fn open(arguments: &Arguments) -> Result<Vec<Sniffed>, Failure> {
    let options = LiveOptions {
        filter: arguments.input.filter.clone(),
        snap_length: arguments.snaplen,
        buffer_bytes: arguments.buffer as usize,
        promiscuous: !arguments.no_promisc,
    };
    let open = |(position, name): (usize, &String)| {
        let live = Live::open(name, InputId(position as u16), &options)?;
        let input = Input { name: name.clone(), format: "live".to_owned(), ..Input::default() };
        Ok(Sniffed { name: name.clone(), live: Some(live), input })
    };
    arguments.interfaces.iter().enumerate().map(open).collect()
}

/// Takes frames to the analyzer until a signal, a limit, or the end of the last interface; gives what went wrong.
fn sniff(
    interfaces: &mut [Sniffed],
    arguments: &Arguments,
    stop: &Stop,
    analyzer: &mut Analyzer,
    naming: &mut Naming,
) -> Vec<String> {
    let began = Instant::now();
    let mut problems = Vec::new();
    let mut left = arguments.count.unwrap_or(u64::MAX);
    while !stop.asked() && left > 0 && arguments.duration.is_none_or(|limit| began.elapsed() < limit) {
        if let Err(failure) = wait(interfaces.iter().filter_map(|interface| interface.live.as_ref()), PATIENCE) {
            problems.push(failure.to_string());
            break;
        }
        for interface in interfaces.iter_mut() {
            match interface.drain(analyzer, naming, &mut left) {
                Some(Drained::Gone(reason)) => problems.push(interface.gone(&reason)),
                Some(Drained::Frames(_) | Drained::Idle) | None => {}
            }
        }
        if interfaces.iter().all(|interface| interface.live.is_none()) {
            break;
        }
        analyzer.advance(now());
    }
    problems
}

impl Sniffed {
    /// Takes what has arrived to the analyzer, no more than `left` packets of it.
    fn drain(&mut self, analyzer: &mut Analyzer, naming: &mut Naming, left: &mut u64) -> Option<Drained> {
        let input = &mut self.input;
        let drained = self.live.as_mut()?.drain(|frame| {
            if *left == 0 {
                return;
            }
            *left -= 1;
            naming.observe(frame);
            analyzer.push(frame);
            input.packets += 1;
            input.bytes += frame.bytes.len() as u64;
            input.first = input.first.or(Some(frame.timestamp));
            input.last = input.last.max(Some(frame.timestamp));
            let link = frame.link.to_string();
            if !input.link_types.contains(&link) {
                input.link_types.push(link);
            }
        });
        Some(drained)
    }

    /// The interface ended by itself: but for what it lost, nothing more is asked of it.
    fn gone(&mut self, reason: &str) -> String {
        if let Some(stats) = self.live.take().map(|mut live| live.stats()) {
            self.input.dropped = Some(stats.dropped_by_kernel + stats.dropped_by_interface);
        }
        format!("{}: {reason}", printable(&self.name))
    }
}

/// Takes down how many packets were lost; a remark where it is any.
fn count_losses(interface: &mut Sniffed) -> Option<String> {
    let stats = interface.live.as_mut()?.stats();
    let lost = stats.dropped_by_kernel + stats.dropped_by_interface;
    interface.input.dropped = Some(lost);
    (lost > 0).then(|| {
        format!(
            "{}: {} packets dropped by the kernel and {} by the interface were not seen (a larger --buffer may help)",
            printable(&interface.name),
            stats.dropped_by_kernel,
            stats.dropped_by_interface
        )
    })
}

fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MAX))
}
