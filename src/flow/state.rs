//! What is remembered of a flow, put together from where it is kept.

use std::hint::select_unpredictable;

use super::apart::{Apart, Rare};
use super::compact::Flow;
use super::recent::{Captured, is_before};
use super::side::{Kept, flags};
use super::ticks::tick;
use super::{Direction, FlowId, Side};

/// What is remembered of a flow, whatever its address family.
#[derive(Clone, Copy, Debug)]
pub struct FlowState<'a> {
    pub(super) place: usize,
    pub(super) flow: &'a Flow,
    pub(super) apart: &'a Apart,
}

/// The same, to be changed.
#[derive(Debug)]
pub(super) struct FlowStateMut<'a> {
    pub(super) id: FlowId,
    pub(super) place: usize,
    pub(super) flow: &'a mut Flow,
    pub(super) apart: &'a mut Apart,
}

impl<'a> FlowState<'a> {
    /// The direction of the first captured packet.
    #[inline]
    pub fn opened(&self) -> Direction {
        self.flow.opened()
    }

    /// What was captured in a direction.
    pub fn side(&self, direction: Direction) -> Side {
        let [own, _] = self.sides(direction);
        own
    }

    /// What was captured in a direction, and against it.
    pub fn sides(&self, direction: Direction) -> [Side; 2] {
        let answers = self.answers();
        // Not of each flow that a case holds: what hardly any flow has is anywhere in memory.
        let may_have = self.flow.side.may_have_carried() || answers.is_some_and(Kept::may_have_carried);
        let carried = if may_have && self.is(flags::RARE) { self.apart.rare(self.place).carried } else { [0; 2] };
        let answers = answers.map_or(Side::default(), |answers| answers.told(carried[1]));
        self.turned([self.flow.side.told(carried[0]), answers], direction)
    }

    /// Packets that were captured in a direction, and against it; both saturate.
    #[expect(clippy::inline_always, reason = "it mostly takes less than a call")]
    #[inline(always)]
    pub fn packets(&self, direction: Direction) -> [u32; 2] {
        if self.is(flags::ANSWERED) || self.flow.side.may_have_carried() {
            return self.sides(direction).map(|side| side.packets);
        }
        self.turned([self.flow.side.packets(), 0], direction)
    }

    /// Positions of the latest packets in a direction, and against it, in [`Recent`](super::Recent); 0 for none.
    #[expect(clippy::inline_always, reason = "it mostly takes less than a call")]
    #[inline(always)]
    pub fn tails(&self, direction: Direction) -> [u32; 2] {
        self.turned([self.flow.side.tail(), self.answers().map_or(0, Kept::tail)], direction)
    }

    /// Position of its latest packet in either direction.
    pub(super) fn latest(&self) -> u32 {
        let opening = self.flow.side.tail();
        self.answers().map_or(
            opening,
            |answers| {
                if is_before(opening, answers.tail()) { answers.tail() } else { opening }
            },
        )
    }

    /// What the direction has that opened it, and what answers have, for a direction.
    #[inline]
    fn turned<T>(&self, [opening, answers]: [T; 2], direction: Direction) -> [T; 2] {
        if self.flow.is_answer(direction) { [answers, opening] } else { [opening, answers] }
    }

    /// Whether packets in a direction were captured at several points of their way.
    pub fn has_passed(&self, direction: Direction) -> bool {
        let has = |side: &Kept| side.is(flags::PASSED);
        let [own, _] = self.turned([has(&self.flow.side), self.answers().is_some_and(has)], direction);
        own
    }

    /// Whether its next answer is noted, as a message refused a packet to one of its ports.
    #[inline]
    pub fn is_watched(&self) -> bool {
        self.is(flags::WATCHED)
    }

    /// Whether an open case holds it.
    pub(super) fn is_held(&self) -> bool {
        self.is(flags::RARE) && self.apart.rare(self.place).holders > 0
    }

    #[inline]
    fn answers(&self) -> Option<&'a Kept> {
        if self.is(flags::ANSWERED) { self.apart.answers(self.place) } else { None }
    }

    #[inline]
    fn is(&self, flag: u32) -> bool {
        self.flow.is(flag)
    }
}

impl FlowStateMut<'_> {
    #[inline]
    pub(super) fn look(&self) -> FlowState<'_> {
        FlowState { place: self.place, flow: self.flow, apart: self.apart }
    }

    /// The side that answers, or the other; made, if there is none yet.
    #[inline]
    pub(super) fn side(&mut self, is_answer: bool) -> &mut Kept {
        if !is_answer {
            return &mut self.flow.side;
        }
        self.begin_answers();
        self.apart.answers_mut(self.place)
    }

    /// Adds a packet, whose position `remember` tells given that of the one before it on its side; returns the TTL of that, and
    /// whether anything is to be noted for how many there were: it is the first, or [`carry`](Self::carry) is due.
    ///
    /// Whether a packet answers nobody can predict where flows are answered: there the side is chosen without a branch (which took
    /// typical traffic three to ten percent longer on one thread, measured). Of a scan hardly any is.
    #[expect(clippy::inline_always, reason = "it is called by the hot path")]
    #[inline(always)]
    pub(super) fn add(
        &mut self,
        captured: &Captured,
        is_answer: bool,
        remember: impl FnOnce(FlowId, u32) -> u32,
    ) -> (u8, bool) {
        self.flow.use_at(tick(captured.timestamp));
        let id = self.id;
        let side = if is_answer | self.flow.is(flags::ANSWERED) {
            self.begin_answers();
            select_unpredictable(is_answer, self.apart.answers_mut(self.place), &mut self.flow.side)
        } else {
            &mut self.flow.side
        };
        let before = (side.ttl(), side.is_new_or_full());
        side.count(captured, remember(id, side.tail()));
        before
    }

    /// Makes a side for answers, if there is none yet.
    #[inline]
    fn begin_answers(&mut self) {
        if !self.flow.is(flags::ANSWERED) {
            self.flow.set(flags::ANSWERED);
            self.apart.begin_answers(self.place);
        }
    }

    /// Makes room for the packets to come on a side; says whether that was due.
    pub(super) fn carry(&mut self, is_answer: bool) -> bool {
        let is_due = self.side(is_answer).carry();
        if is_due {
            let carried = &mut self.rare().carried[usize::from(is_answer)];
            *carried = carried.saturating_add(Kept::CARRIED);
        }
        is_due
    }

    /// Notes that one more case holds it.
    pub(super) fn hold(&mut self) {
        self.rare().holders += 1;
    }

    /// Notes that one case fewer holds it.
    pub(super) fn release(&mut self) {
        if !self.flow.is(flags::RARE) {
            return;
        }
        let rare = self.rare();
        rare.holders = rare.holders.saturating_sub(1);
        if (rare.holders, rare.carried) == (0, [0; 2]) {
            self.flow.clear(flags::RARE);
            self.apart.forget_rare(self.place);
        }
    }

    fn rare(&mut self) -> &mut Rare {
        self.flow.set(flags::RARE);
        self.apart.rare_mut(self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::{Apart, Direction, Flow, FlowId, FlowStateMut, Kept};
    use crate::flow::Identity;
    use crate::flow::locate::Key;
    use crate::flow::recent::Captured;
    use crate::frame::{InputId, Stamp, Timestamp};

    /// More than the few bits of a side count, in either direction.
    #[test]
    fn packets_are_counted_beyond_what_a_side_counts() {
        let identity =
            Identity { identification: 0, total_length: 0, fingerprint: None, ttl: 64, tos: 0, is_fragment: false };
        let captured = Captured::new(&Stamp { input: InputId(3), number: 7, timestamp: Timestamp(0) }, &identity);
        let (mut flow, mut apart) = (Flow::NOBODYS, Apart::default());
        flow.begin(Key { ends: 1, rest: 2 }, Direction::Down);
        let mut state = FlowStateMut { id: FlowId::of_parts(5, 1), place: 5, flow: &mut flow, apart: &mut apart };
        let many = 5 * Kept::CARRIED + 1000;
        for (direction, packets) in [(Direction::Down, many), (Direction::Up, 2 * many)] {
            let is_answer = state.flow.is_answer(direction);
            for _ in 0..packets {
                if state.add(&captured, is_answer, |_, before| before + 1).1 {
                    state.carry(is_answer);
                }
            }
            let side = state.look().side(direction);
            assert_eq!(
                (side.packets, side.tail, side.frame, side.input, side.ttl),
                (packets, packets, 7, InputId(3), 64)
            );
        }
        state.hold();
        assert_eq!(state.look().side(Direction::Down).packets, many);
        assert!(state.look().is_held());
        state.release();
        assert!(!state.look().is_held());
    }
}
