//! Frames from a live interface, through libpcap.
//!
//! Never in immediate mode, which was measured to drop half of all packets at 100 000 a second: the kernel collects packets
//! for up to 100 ms and hands them over together. Reading never blocks, so that clocks go on over a silent link: wait with
//! `wait`, then drain.

use std::io;
use std::time::Duration;

use pcap::{Active, Capture, Linktype, Precision};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use thiserror::Error;

use super::link;
use super::privileges::{may_capture, remedy};
use super::savefile::{timestamp, words};
use crate::frame::{Frame, InputId, LinkType};

/// Milliseconds that the kernel may keep packets back.
const TIMEOUT: i32 = 100;

/// Frames handled before [`Live::drain`] returns, so that endless traffic does not keep the caller from its clock.
pub(super) const BATCH: usize = 65_536;

/// The device that captures from all interfaces.
pub(super) const ANY: &str = "any";

/// How to capture.
#[derive(Clone, Debug)]
pub struct LiveOptions {
    /// Bytes kept of each frame. 2048 hold whole frames of all common links and every message with its quote (576 bytes in
    /// IPv4, 1280 in IPv6); of frames that offloading has joined, the headers are enough.
    pub snap_length: u32,
    /// Bytes of the kernel's buffer: 64 MiB hold about a second of a busy gigabit link.
    pub buffer_bytes: usize,
    /// Whether to see frames that are addressed to other hosts.
    pub promiscuous: bool,
    /// A capture filter as of `tcpdump`, applied in the kernel.
    pub filter: Option<String>,
    /// Bytes of frames that are held back at most where several interfaces are brought into the order of time; beyond, the earliest
    /// are let go though earlier ones may come. At 145 000 packets a second of 200 bytes, 5 MiB are held back.
    pub held_bytes: usize,
}

impl Default for LiveOptions {
    fn default() -> Self {
        Self { snap_length: 2048, buffer_bytes: 64 << 20, promiscuous: true, filter: None, held_bytes: 32 << 20 }
    }
}

/// Why an interface could not be opened.
#[derive(Clone, Debug, Error)]
pub enum LiveError {
    /// There is none of that name.
    #[error("no interface `{name}`; there are: {}", .available.join(", "))]
    NoSuchInterface {
        /// The name as given.
        name: String,
        /// Those that exist.
        available: Vec<String>,
    },
    /// The process may not capture.
    #[error("not permitted to capture on `{name}`; {remedy}")]
    NotPermitted {
        /// The interface.
        name: String,
        /// What would permit it, with the exact command.
        remedy: String,
    },
    /// The capture filter is wrong for the interface.
    #[error("filter `{expression}` on `{name}`: {reason}")]
    Filter {
        /// The interface.
        name: String,
        /// The filter as given.
        expression: String,
        /// What libpcap says of it.
        reason: String,
    },
    /// Anything else.
    #[error("cannot capture on `{name}`: {reason}")]
    Other {
        /// The interface.
        name: String,
        /// What libpcap says.
        reason: String,
    },
}

/// What [`Live::drain`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drained {
    /// So many frames.
    Frames(u64),
    /// No frame was there.
    Idle,
    /// The interface is gone, or failed: why. No frame will come any more.
    Gone(String),
}

/// Counts of one live capture since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LiveStats {
    /// Frames that were handed out.
    pub delivered: u64,
    /// Packets dropped because the kernel's buffer was full.
    pub dropped_by_kernel: u64,
    /// Packets dropped by the interface or its driver, as far as the system tells: not to be relied on.
    pub dropped_by_interface: u64,
}

/// An open interface.
pub struct Live {
    capture: Capture<Active>,
    name: String,
    input: InputId,
    link: LinkType,
    number: u64,
    dropped_by_kernel: Tally,
    dropped_by_interface: Tally,
    gone: Option<String>,
}

impl Live {
    /// Opens an interface. Frames will say that they are of `input`.
    pub fn open(name: &str, input: InputId, options: &LiveOptions) -> Result<Self, LiveError> {
        super::devices::check(name)?;
        let other = |error| LiveError::Other { name: name.to_owned(), reason: words(error) };
        let mut capture = activate(name, options)?.setnonblock().map_err(other)?;
        prefer_second_cooked(&mut capture).map_err(other)?;
        if let Some(expression) = &options.filter {
            let (name, expression) = (name.to_owned(), expression.clone());
            let refuse = |error| LiveError::Filter { name, reason: words(error), expression: expression.clone() };
            capture.filter(&expression, true).map_err(refuse)?;
        }
        Ok(Self {
            link: link::from_dlt(capture.get_datalink().0),
            capture,
            name: name.to_owned(),
            input,
            number: 0,
            dropped_by_kernel: Tally::default(),
            dropped_by_interface: Tally::default(),
            gone: None,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Link type of its frames.
    pub fn link(&self) -> LinkType {
        self.link
    }

    /// Hands the frames that are there to `each`, and returns without waiting for more.
    pub fn drain(&mut self, each: impl FnMut(&Frame<'_>)) -> Drained {
        self.drain_some(BATCH, each)
    }

    /// The same for at most so many frames.
    pub(super) fn drain_some(&mut self, most: usize, mut each: impl FnMut(&Frame<'_>)) -> Drained {
        if let Some(reason) = &self.gone {
            return Drained::Gone(reason.clone());
        }
        let before = self.number;
        let (input, link, number) = (self.input, self.link, &mut self.number);
        let outcome = self.capture.dispatch(Some(most), |packet| {
            *number += 1;
            each(&Frame {
                input,
                number: *number,
                timestamp: timestamp(packet.header, UNIT),
                link,
                bytes: packet.data,
                wire_length: packet.header.len,
            });
        });
        let count = self.number - before;
        if let Err(error) = outcome {
            self.gone = Some(words(error));
        }
        match &self.gone {
            Some(reason) if count == 0 => Drained::Gone(reason.clone()),
            _ if count == 0 => Drained::Idle,
            _ => Drained::Frames(count),
        }
    }

    /// Goes on counting frames from `number`.
    #[must_use]
    pub(super) fn numbered_after(mut self, number: u64) -> Self {
        self.number = number;
        self
    }

    /// Tries again after a failure that may pass: an interface that went down sends frames again once it is up.
    pub(super) fn revive(&mut self) {
        self.gone = None;
    }

    /// What was delivered and dropped so far. To be asked at least once in four thousand million drops: libpcap's counters
    /// have 32 bits, and what they count since the last call is added up here.
    pub fn stats(&mut self) -> LiveStats {
        if let Ok(stats) = self.capture.stats() {
            self.dropped_by_kernel.read(stats.dropped);
            self.dropped_by_interface.read(stats.if_dropped);
        }
        LiveStats {
            delivered: self.number,
            dropped_by_kernel: self.dropped_by_kernel.total,
            dropped_by_interface: self.dropped_by_interface.total,
        }
    }
}

/// Waits until one of the interfaces has frames or a failure to tell, a signal arrives, or the time is over.
pub fn wait<'a>(interfaces: impl IntoIterator<Item = &'a Live>, most: Duration) -> io::Result<()> {
    let watch = |live: &'a Live| PollFd::new(&live.capture, PollFlags::IN);
    let mut watched: Vec<_> = interfaces.into_iter().filter(|live| live.gone.is_none()).map(watch).collect();
    let most = Timespec::try_from(most).map_err(io::Error::other)?;
    match poll(&mut watched, Some(&most)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Linux gives times in nanoseconds; not every other system does, and the `pcap` crate does not tell which was granted.
const UNIT: i64 = if cfg!(target_os = "linux") { 1 } else { 1_000 };

/// Opens the device. The crate takes libpcap's warning that promiscuous mode is not to be had for a failure,
/// so a failure with it is tried again without.
pub(super) fn activate(name: &str, options: &LiveOptions) -> Result<Capture<Active>, LiveError> {
    let attempt = |promiscuous: bool| {
        let precision = if UNIT == 1 { Precision::Nano } else { Precision::Micro };
        Capture::from_device(name)?
            .promisc(promiscuous)
            .timeout(TIMEOUT)
            .snaplen(i32::try_from(options.snap_length).unwrap_or(i32::MAX))
            .buffer_size(i32::try_from(options.buffer_bytes).unwrap_or(i32::MAX))
            .precision(precision)
            .open()
    };
    let promiscuous = options.promiscuous && name != ANY;
    let outcome = attempt(promiscuous);
    let outcome = if outcome.is_err() && promiscuous { attempt(false) } else { outcome };
    outcome.map_err(|error| refusal(name, words(error)))
}

/// libpcap's crate drops the codes that tell failures apart, so the process's own rights are looked at.
fn refusal(name: &str, reason: String) -> LiveError {
    let name = name.to_owned();
    if may_capture().unwrap_or(!reason.to_ascii_lowercase().contains("permi")) {
        return LiveError::Other { name, reason };
    }
    LiveError::NotPermitted { name, remedy: remedy() }
}

/// Version 2 of the Linux cooked header tells the interface of each packet.
fn prefer_second_cooked(capture: &mut Capture<Active>) -> Result<(), pcap::Error> {
    let second = Linktype(i32::from(LinkType::LINUX_SLL2.0));
    if capture.get_datalink().0 != i32::from(LinkType::LINUX_SLL.0) || !capture.list_datalinks()?.contains(&second) {
        return Ok(());
    }
    capture.set_datalink(second)
}

/// The running total of a counter of 32 bits that may wrap.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    last: u32,
    total: u64,
}

impl Tally {
    fn read(&mut self, now: u32) {
        let grown = now.wrapping_sub(self.last);
        // A counter that seems to have grown by more than half its range was set back by the driver.
        if grown <= u32::MAX / 2 {
            self.total += u64::from(grown);
        }
        self.last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn a_counter_that_wraps_goes_on_counting() {
        let mut tally = Tally::default();
        for reading in [10, 0x7fff_ffff, 0xffff_fff0, 6] {
            tally.read(reading);
        }
        assert_eq!(tally.total, 0x1_0000_0006);
    }

    #[test]
    fn a_counter_that_is_set_back_adds_nothing() {
        let mut tally = Tally::default();
        for reading in [1000, 0, 5] {
            tally.read(reading);
        }
        assert_eq!(tally.total, 1005);
    }
}
