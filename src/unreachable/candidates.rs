//! Which of a flow's remembered packets a quote is of.

use super::comparison::Comparison;
use super::credit::Credit;
use crate::decode::protocol;
use crate::flow::{Identity, Recent, Record};

/// Packets of a flow that a quote is compared with, at most.
const CANDIDATES: u32 = 1024;

/// The same where so many quotes were compared with so much that no [credit](Credit) is left: what most quotes are among.
const FEW: u32 = 16;

/// Packets that cost as much as a comparison where they are passed by, as their checksum or sequence number is another.
const PASSED_BY: u32 = 4;

/// Packets of it that are looked through for one sent again, once the quoted one is found: what is sent again comes soon, and
/// of a busy flow without identifications (IPv6) each message would cost a walk through all that is remembered.
const REPEATS: u32 = 64;

/// How far quotes are compared with the packets of their flows. Each packet looked at is a load from memory, which leads to the next:
/// without a bound, a flood of quotes that agree with none took seventy times as long as filtering it (`benches/README.md`).
#[derive(Clone, Copy, Debug)]
pub struct Walks {
    /// For finding the quoted packet: enough where each packet of a stream is refused some two hundred packets later.
    candidates: Credit<64>,
    /// For what is looked through once it is found.
    repeats: Credit<1>,
    /// Whether the checksum or sequence number of the latest quote was none of its packet: then that of the next one hardly leads
    /// to its packet either, as a reporter alters it, or a network card fills it in behind the capture.
    is_altered: bool,
    cut_short: u64,
}

impl Default for Walks {
    fn default() -> Self {
        Self { candidates: Credit::FULL, repeats: Credit::FULL, is_altered: false, cut_short: 0 }
    }
}

impl Walks {
    /// Goes through the packets from the one at `tail` on, the latest first.
    pub(super) fn go<'a>(&mut self, quoted: &Identity, protocol: u8, recent: &'a Recent, tail: u32) -> Candidates<'a> {
        let found = self.find(quoted, protocol, recent, tail);
        self.repeats.spend(found.beyond());
        self.cut_short += u64::from(found.is_cut_short());
        found
    }

    /// A quote is nearly always of a packet with its checksum or sequence number, which then agrees better than any other can:
    /// others are passed by at first, and looked at only where none was found that does. (Of floods of refusals in few flows, which
    /// quote one of some dozen packets back, that was three quarters of the time.)
    fn find<'a>(&mut self, quoted: &Identity, protocol: u8, recent: &'a Recent, tail: u32) -> Candidates<'a> {
        if quoted.fingerprint.is_some() && !self.is_altered {
            // Half of what is left, as others may have to be looked at after all.
            let comparisons = self.candidates.at(recent.position()) / 2 * PASSED_BY;
            let reach = self.reach(comparisons, recent);
            let found = Candidates::among(quoted, protocol, recent.chain(tail), reach, quoted.fingerprint);
            self.candidates.spend(found.compared / PASSED_BY);
            if found.has_its_fingerprint() {
                return found;
            }
        }
        self.find_any(quoted, protocol, recent, tail)
    }

    /// The same, whatever their checksums and sequence numbers are.
    #[inline(never)]
    fn find_any<'a>(&mut self, quoted: &Identity, protocol: u8, recent: &'a Recent, tail: u32) -> Candidates<'a> {
        let comparisons = self.candidates.at(recent.position());
        let reach = self.reach(comparisons, recent);
        let found = Candidates::among(quoted, protocol, recent.chain(tail), reach, None);
        self.candidates.spend(found.compared);
        self.is_altered = quoted.fingerprint.is_some() && !found.has_its_fingerprint();
        found
    }

    /// So far, and no further for what is looked through once the packet is found than is left for that.
    fn reach(&mut self, comparisons: u32, recent: &Recent) -> Reach {
        let repeats = self.repeats.at(recent.position()).min(REPEATS);
        Reach { until: comparisons.clamp(FEW, CANDIDATES), repeats }
    }

    /// Quotes that were compared with fewer packets than others, because there were too many.
    pub fn cut_short(&self) -> u64 {
        self.cut_short
    }
}

/// How many packets are looked at.
#[derive(Clone, Copy, Debug)]
struct Reach {
    until: u32,
    /// Of these, beyond the quoted one.
    repeats: u32,
}

/// What a walk through the packets of a flow's side came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidates<'a> {
    protocol: u8,
    reach: Reach,
    /// The packet that agrees best with the quote; of those that agree as well, the latest.
    pub(super) best: Option<(Comparison, &'a Record)>,
    /// Packets that were looked at.
    pub(super) compared: u32,
    /// Packets of these until the best.
    until_best: u32,
    repeats: Repeats,
    sequences: Sequences,
}

impl<'a> Candidates<'a> {
    /// Looks at packets in turn; but for those with this fingerprint, if one is given, they are passed by.
    #[expect(clippy::inline_always, reason = "but for rare cases it is called once")]
    #[inline(always)]
    fn among(
        quoted: &Identity,
        protocol: u8,
        packets: impl Iterator<Item = &'a Record>,
        reach: Reach,
        fingerprint: Option<u32>,
    ) -> Self {
        let (repeats, sequences) = (Repeats::default(), Sequences::default());
        let mut found = Self { protocol, reach, best: None, compared: 0, until_best: 0, repeats, sequences };
        let mut until = reach.until;
        for record in packets {
            if found.compared >= until {
                break;
            }
            found.compared += 1;
            if fingerprint.is_none() || record.fingerprint() == fingerprint {
                let captured = record.identity();
                found.sequences.add(captured.fingerprint);
                until = until.min(found.take(Comparison::of(quoted, &captured, protocol), record));
            }
        }
        found
    }

    /// Takes a packet if it agrees better than the best; says how many are to be looked at, now that this one was.
    fn take(&mut self, comparison: Comparison, record: &'a Record) -> u32 {
        match &self.best {
            Some((known, latest)) if comparison.points() <= known.points() => {
                self.repeats.note(comparison == *known, latest.timestamp().since(record.timestamp()));
                return self.reach.until;
            }
            _ => {}
        }
        self.best = Some((comparison, record));
        self.until_best = self.compared;
        self.repeats = Repeats::default();
        if comparison.is_perfect() {
            self.compared
        } else if comparison.is_undisputed() {
            self.compared.saturating_add(self.reach.repeats)
        } else {
            self.reach.until
        }
    }

    /// Whether it is of a packet with its checksum or sequence number, and no other can be it.
    fn has_its_fingerprint(&self) -> bool {
        self.best.is_some_and(|(comparison, _)| comparison.outdoes_other_fingerprints())
    }

    /// Whether more would have been looked at, had there not been so many quotes.
    pub(super) fn is_cut_short(&self) -> bool {
        match self.best {
            Some((comparison, _)) if comparison.is_perfect() => false,
            Some((comparison, _)) if comparison.is_undisputed() => {
                self.reach.repeats < REPEATS && self.beyond() >= self.reach.repeats
            }
            _ => self.reach.until < CANDIDATES && self.compared >= self.reach.until,
        }
    }

    /// Packets that were looked at once there was nothing better to be found.
    fn beyond(&self) -> u32 {
        let is_found = self.best.is_some_and(|(comparison, _)| comparison.is_undisputed());
        if is_found { self.compared - self.until_best } else { 0 }
    }

    /// Whether an equal packet had been sent before the best.
    pub(super) fn is_sent_again(&self) -> bool {
        self.repeats.are_sent_again()
    }

    /// How many nanoseconds before the best the earliest of such packets was captured, where all were looked at.
    pub(super) fn sent_earlier(&self) -> Option<i64> {
        (self.is_sent_again() && self.beyond() < self.reach.repeats).then_some(self.repeats.earliest)
    }

    /// Whether a quote with this fingerprint is of none of the packets, if they are all that there were.
    pub(super) fn contradict(&self, quoted: Option<u32>) -> bool {
        match self.protocol {
            protocol::TCP => quoted.is_some_and(|sequence| !self.sequences.may_include(sequence)),
            _ => self.best.is_some_and(|(comparison, _)| comparison.is_of_another()),
        }
    }
}

/// Earlier packets that agree with the quote as well as the best does: sent again, or captured twice.
#[derive(Clone, Copy, Debug, Default)]
struct Repeats {
    sent_again: bool,
    captured_twice: bool,
    /// Nanoseconds from the earliest to the best.
    earliest: i64,
}

impl Repeats {
    /// Takes a packet that was captured so many nanoseconds before the best.
    fn note(&mut self, is_equal: bool, earlier: i64) {
        /// What lies between two copies of a packet that one capture holds, at most; nobody sends again that soon.
        const COPIED: i64 = 2_000_000;
        self.captured_twice |= is_equal && earlier <= COPIED;
        self.sent_again |= is_equal && earlier > COPIED;
        self.earliest = self.earliest.max(if is_equal { earlier } else { 0 });
    }

    fn are_sent_again(self) -> bool {
        self.sent_again && !self.captured_twice
    }
}

/// The range of sequence numbers that one side of a TCP connection has sent.
#[derive(Clone, Copy, Debug, Default)]
struct Sequences {
    latest: Option<u32>,
    behind: u32,
    ahead: u32,
}

impl Sequences {
    fn add(&mut self, sequence: Option<u32>) {
        let Some(sequence) = sequence else { return };
        let latest = *self.latest.get_or_insert(sequence);
        let distance = sequence.wrapping_sub(latest);
        if distance < 1 << 31 {
            self.ahead = self.ahead.max(distance);
        } else {
            self.behind = self.behind.max(distance.wrapping_neg());
        }
    }

    /// Whether a packet with this number may have been sent among those: a large segment is captured whole where its
    /// sender leaves cutting it to the network card, so that the quote starts within it (64 KiB at most).
    fn may_include(self, sequence: u32) -> bool {
        let Some(latest) = self.latest else { return true };
        let distance = sequence.wrapping_sub(latest);
        distance <= self.ahead.saturating_add(1 << 16) || distance.wrapping_neg() <= self.behind
    }
}
