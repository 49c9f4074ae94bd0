//! The way back into a capture that is damaged somewhere in the middle: the next chain of records that can be believed.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::io;

use super::problem::Fault;
use super::window::{KEPT, Window};
use crate::frame::Timestamp;

/// Bytes behind the damage within which records are sought: some frames of the greatest length, or some blocks of a disk.
const WITHIN: usize = 1 << 20;

/// Bytes that a chain of records spans, unless it ends with the file.
const SPAN: usize = 128 << 10;

/// Bytes of a record at most, but for jumbograms: a capture may be carried in a packet, and that packet's own record may be
/// the damaged one. Records that lie so near behind the damage may be carried ones.
const CARRIED: usize = (64 << 10) + 256;

/// Records that a chain has at least.
const LEAST: u8 = 4;

/// Bytes to have in memory for [`find`].
pub(super) const VIEW: usize = WITHIN + SPAN;

/// Zeros from which on a way back is sought behind them: a file has whole blocks of them where a machine went down before it had
/// written what it had made room for.
const ZEROS: usize = SPAN;

/// Zeros that are passed over at once, at most: nobody can end a run meanwhile.
const MOST_ZEROS: u64 = 1 << 28;

/// Times that a capture is gone on with: what is damaged more often is no capture any more.
const ATTEMPTS: u32 = 100;

/// Times that a capture is gone on with where a damaged record said that it ends: each is cheap, and each is told.
const OWN_ENDS: u32 = 1000;

/// Nanoseconds between frames before and after damage, at most: a day.
const GAP: i64 = 86_400_000_000_000;

/// Damage behind which a way back is sought, and where it begins.
#[derive(Debug)]
pub(super) struct Damage {
    pub(super) fault: Fault,
    pub(super) from: u64,
}

/// Why nothing is read behind damage.
pub(super) enum Stop {
    /// There is no way back.
    Damage(Fault),
    /// Reading failed before one was found. Of what is followed more may come.
    Input(io::Error),
}

/// How often a capture was gone on with.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    sought: u32,
    own_ends: u32,
    /// Damage that was not passed over, as reading failed.
    open: Option<Damage>,
}

impl Attempts {
    /// The damage that is to be passed over before anything else is read.
    pub(super) fn take_open(&mut self) -> Option<Damage> {
        self.open.take()
    }

    /// If there is one, ends the stream with what is in memory, and tells so.
    pub(super) fn end_if_open(&self, window: &mut Window) -> bool {
        if self.open.is_some() {
            window.end();
        }
        self.open.is_some()
    }

    /// Passes over a damaged record at the front of `window`, or zeros, and what follows it, up to records that can be believed; see
    /// [`find`] for `length` and `is_next`. Gives where it begins, unless there is no way back, or one was taken too often.
    pub(super) fn pass(
        &mut self,
        window: &mut Window,
        damage: Damage,
        length: impl Fn(&[u8]) -> Option<usize>,
        is_next: impl Fn(&[u8], usize) -> bool,
    ) -> Result<u64, Stop> {
        let is_zeros = matches!(damage.fault, Fault::Zeros { .. });
        match self.find_way(window, is_zeros, length, is_next) {
            Ok(true) => Ok(damage.from),
            Ok(false) => Err(Stop::Damage(damage.fault)),
            Err(source) => {
                self.open = Some(damage);
                Err(Stop::Input(source))
            }
        }
    }

    fn find_way(
        &mut self,
        window: &mut Window,
        mut is_zeros: bool,
        length: impl Fn(&[u8]) -> Option<usize>,
        is_next: impl Fn(&[u8], usize) -> bool,
    ) -> io::Result<bool> {
        loop {
            if is_zeros && !window.pass_zeros(MOST_ZEROS)? {
                return Ok(false);
            }
            let more = window.ensure(VIEW)?;
            // How many more are in memory depends on who reads them.
            let bytes = window.bytes().get(..VIEW).unwrap_or(window.bytes());
            // Where the zeros end, nothing begins that a packet carries.
            let is_own = |place| if is_zeros { place <= KEPT } else { is_next(bytes, place) };
            if let Some(skipped) = self.way_back(bytes, !more, &length, is_own) {
                window.consume(skipped);
                return Ok(true);
            }
            let Some(place) = last_zeros(bytes).filter(|_| self.sought < ATTEMPTS) else { return Ok(false) };
            self.sought = self.sought.saturating_add(1);
            window.consume(place);
            is_zeros = true;
        }
    }

    /// How many of `bytes` are to be passed over, the first of which belongs to a damaged record.
    fn way_back(
        &mut self,
        bytes: &[u8],
        is_all: bool,
        length: impl Fn(&[u8]) -> Option<usize>,
        is_next: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        if self.own_ends < OWN_ENDS
            && let Some(end) = own_end(bytes, &length, &is_next)
        {
            self.own_ends = self.own_ends.saturating_add(1);
            return Some(end);
        }
        let found = find(bytes, is_all, length, is_next).filter(|_| self.sought < ATTEMPTS)?;
        self.sought = self.sought.saturating_add(1);
        Some(found)
    }
}

/// Where the last [many](ZEROS) zeros begin.
fn last_zeros(bytes: &[u8]) -> Option<usize> {
    let (mut begin, mut found) = (0_usize, None);
    for (place, &byte) in bytes.iter().enumerate() {
        if byte != 0 {
            begin = place.saturating_add(1);
        } else if place.saturating_sub(begin) >= ZEROS {
            found = Some(begin);
        }
    }
    found
}

/// Where in `bytes`, behind the first one, a chain of records begins. `length` gives the length of a record that begins
/// with the given bytes, where it can be believed; it may be longer than they are. `is_next` tells whether the damaged
/// record itself says that it ends at a place. `is_all`: nothing follows `bytes`.
///
/// Goes backwards, so that each byte is looked at once, whatever chains it seems to be part of.
fn find(
    bytes: &[u8],
    is_all: bool,
    length: impl Fn(&[u8]) -> Option<usize>,
    is_next: impl Fn(usize) -> bool,
) -> Option<usize> {
    let all = bytes.len();
    // Of the chain that begins at each byte: where it ends, and how many records it has.
    let mut chains = vec![(0_u32, 0_u8); all.saturating_add(1)];
    let mut found = None;
    for start in (1..all).rev() {
        let Some(length) = bytes.get(start..).and_then(&length) else { continue };
        let end = start.saturating_add(length);
        let (reach, records) = match chains.get(end) {
            Some(&(reach, records)) if records > 0 => (reach as usize, records),
            Some(_) => (end, 0),
            // Where the capture ends within a record, so may one that a packet carries: nothing tells them apart. Of a chain that no
            // packet can carry, [a few](own_end) whole ones are enough.
            None if is_all => continue,
            None => (all, 0),
        };
        let records = records.saturating_add(1);
        if let Some(chain) = chains.get_mut(start) {
            *chain = (reach as u32, records);
        }
        let is_long = reach.saturating_sub(start) >= SPAN || is_all && reach == all;
        let is_own = start > CARRIED || is_next(start);
        if is_long && is_own && records >= LEAST && start <= WITHIN {
            found = Some(start);
        }
    }
    found
}

/// The first place at which the damaged record at the start of `bytes` ends by its own account, and records begin that can
/// be believed. As nothing that a packet carries begins there, few are enough, whatever is the matter behind them.
fn own_end(bytes: &[u8], length: impl Fn(&[u8]) -> Option<usize>, is_next: impl Fn(usize) -> bool) -> Option<usize> {
    let follows = |place: usize| {
        let mut end = place;
        (0..LEAST).all(|_| {
            let next = bytes.get(end..).and_then(&length);
            end = end.saturating_add(next.unwrap_or(0));
            next.is_some() && end <= bytes.len()
        })
    };
    (1..bytes.len().min(CARRIED)).find(|&place| is_next(place) && follows(place))
}

/// Whether a frame at this time may follow one at that time, if there was one.
pub(super) fn may_follow(time: Timestamp, last: Option<Timestamp>) -> bool {
    last.is_none_or(|last| time.since(last).saturating_abs() <= GAP)
}
