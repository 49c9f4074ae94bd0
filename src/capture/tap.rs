//! One interface through its ups and downs: what it held back, what it lost before it was opened again.

use std::collections::VecDeque;

use super::held::Held;
use super::live::{ANY, Drained, Live, LiveError, LiveOptions, LiveStats};
use super::presence;
use crate::frame::{Frame, InputId};

/// What may happen to an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was down from the beginning. It is looked for from now on.
    Down,
    /// It is up for the first time.
    Up,
    /// It went down or away, or failed: why. It is looked for from now on.
    Lost(String),
    /// It is back.
    Back,
    /// It is back, but could not be opened: why. It is tried again.
    Refused(String),
}

/// Changes that wait to be told, at most: an interface that comes and goes by the millisecond is told of by its latest.
const UNTOLD: usize = 16;

/// One interface.
pub(super) struct Tap {
    name: String,
    input: InputId,
    /// `None` while it cannot be opened.
    live: Option<Live>,
    /// The number that `live` was opened under: a new interface may have the same name.
    index: Option<u32>,
    is_up: bool,
    /// Whether it ever was.
    was_up: bool,
    held: Held,
    /// Counts of earlier openings.
    before: LiveStats,
    /// What happened and was not told yet, the earliest first.
    changes: VecDeque<Change>,
    refusal: Option<String>,
}

impl Tap {
    /// Opens an interface. One that exists and is down is waited for.
    pub(super) fn open(name: &str, input: InputId, options: &LiveOptions) -> Result<Self, LiveError> {
        let mut tap = Self::closed(name, input);
        match Live::open(name, input, options) {
            Ok(live) => tap.live = Some(live),
            Err(LiveError::Other { .. }) if tap.index.is_some() && !presence::is_up(name) => {
                (tap.is_up, tap.was_up) = (false, false);
                tap.note(Change::Down);
            }
            Err(error) => return Err(error),
        }
        Ok(tap)
    }

    fn closed(name: &str, input: InputId) -> Self {
        Self {
            name: name.to_owned(),
            input,
            live: None,
            index: presence::index(name),
            is_up: true,
            was_up: true,
            held: Held::default(),
            before: LiveStats::default(),
            changes: VecDeque::new(),
            refusal: None,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn input(&self) -> InputId {
        self.input
    }

    pub(super) fn is_any(&self) -> bool {
        self.name == ANY
    }

    pub(super) fn is_up(&self) -> bool {
        self.is_up
    }

    pub(super) fn was_up(&self) -> bool {
        self.was_up
    }

    /// What is to be waited for: not an interface that is down, whose socket may have nothing but that to tell.
    pub(super) fn live(&self) -> Option<&Live> {
        self.live.as_ref().filter(|_| self.is_up)
    }

    pub(super) fn held(&self) -> &Held {
        &self.held
    }

    /// Bytes of memory that the held frames take.
    pub(super) fn size(&self) -> usize {
        self.held.size()
    }

    /// Drops the first of the held frames.
    pub(super) fn pop(&mut self) {
        self.held.pop();
    }

    /// What happened since the last call.
    pub(super) fn take_changes(&mut self) -> impl Iterator<Item = Change> {
        self.changes.drain(..)
    }

    fn note(&mut self, change: Change) {
        if self.changes.len() >= UNTOLD {
            self.changes.pop_front();
        }
        self.changes.push_back(change);
    }

    /// Counts since the first opening.
    pub(super) fn stats(&mut self) -> LiveStats {
        let now = self.live.as_mut().map(Live::stats).unwrap_or_default();
        LiveStats {
            delivered: self.before.delivered.max(now.delivered),
            dropped_by_kernel: self.before.dropped_by_kernel + now.dropped_by_kernel,
            dropped_by_interface: self.before.dropped_by_interface + now.dropped_by_interface,
        }
    }

    /// Hands over at most so many of the frames that are there. Returns whether there may be more.
    pub(super) fn drain(&mut self, most: usize, each: impl FnMut(&Frame<'_>)) -> bool {
        let Some(live) = &mut self.live else { return false };
        let most = most.min(super::live::BATCH);
        match live.drain_some(most, each) {
            Drained::Idle => false,
            Drained::Frames(count) => {
                self.return_if_away();
                count >= most as u64
            }
            Drained::Gone(reason) => {
                self.lose(reason);
                false
            }
        }
    }

    /// Holds back at most so many of the frames that are there. Returns whether there may be more.
    pub(super) fn hold(&mut self, most: usize, arrived: u64) -> bool {
        let mut held = std::mem::take(&mut self.held);
        let more = self.drain(most, |frame| held.push(frame, arrived));
        self.held = held;
        more
    }

    fn return_if_away(&mut self) {
        if !std::mem::replace(&mut self.is_up, true) {
            let was_up = std::mem::replace(&mut self.was_up, true);
            self.note(if was_up { Change::Back } else { Change::Up });
        }
    }

    /// It cannot be heard for now. While the same interface exists, its socket stays: it hears again once that is up.
    fn lose(&mut self, reason: String) {
        if std::mem::replace(&mut self.is_up, false) {
            self.note(Change::Lost(reason));
        }
        self.refusal = None;
        if presence::index(&self.name) == self.index && !self.is_any() {
            if let Some(live) = &mut self.live {
                live.revive();
            }
        } else {
            self.close();
        }
    }

    fn close(&mut self) {
        self.before = self.stats();
        self.live = None;
    }

    /// Looks whether an interface went down, which its socket does not always tell; one that is away is opened again once
    /// it has returned.
    pub(super) fn look(&mut self, options: &LiveOptions) {
        let is_there = self.is_any() || self.index.is_none() || presence::is_up(&self.name);
        match (self.is_up, is_there) {
            (true, true) | (false, false) => {}
            (true, false) => self.lose("the interface is down".to_owned()),
            (false, true) => self.open_again(options),
        }
    }

    fn open_again(&mut self, options: &LiveOptions) {
        let index = presence::index(&self.name);
        if self.live.is_none() || index != self.index {
            self.close();
            match Live::open(&self.name, self.input, options) {
                Ok(live) => self.live = Some(live.numbered_after(self.before.delivered)),
                Err(error) => return self.refuse(error.to_string()),
            }
            self.index = index;
        }
        self.return_if_away();
    }

    /// The same refusal is told once.
    fn refuse(&mut self, reason: String) {
        if self.refusal.as_ref() != Some(&reason) {
            self.refusal = Some(reason.clone());
            self.note(Change::Refused(reason));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Tap, UNTOLD};
    use crate::frame::InputId;

    #[test]
    fn a_loss_is_told_though_frames_came_again_at_once() {
        let mut tap = Tap::closed("no such interface", InputId(0));
        tap.lose("failed".to_owned());
        tap.return_if_away();
        let told: Vec<Change> = tap.take_changes().collect();
        assert_eq!(told, [Change::Lost("failed".to_owned()), Change::Back]);
        assert_eq!(tap.take_changes().count(), 0);
    }

    #[test]
    fn what_nobody_asks_for_does_not_pile_up() {
        let mut tap = Tap::closed("no such interface", InputId(0));
        for _ in 0..100 {
            tap.lose("failed".to_owned());
            tap.return_if_away();
        }
        assert_eq!(tap.take_changes().count(), UNTOLD);
    }
}
