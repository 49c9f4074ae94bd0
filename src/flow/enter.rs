//! The path of every packet: into its flow, and on to hosts and ports only where it is a first of its kind.

use std::ops::Range;

use super::lesson::Lesson;
use super::side::flags;
use super::state::FlowStateMut;
use super::step::{Answer, Step, Steps};
use super::table::Hint;
use super::words::bits;
use super::{FlowId, Observations, Recent};

/// Packets whose loads from memory are asked for together, one right behind the other: a load that also needs the address
/// of its page holds up what follows it, and only what stands close together waits at the same time (asked for one by one,
/// between other work, two million flows took some five percent longer; 16 and 32 measured alike).
const GROUP: usize = 16;

/// Packets of a flow and direction that may tell whether it was captured at several points.
const FIRST: u32 = 64;

/// What the look ahead saw of packets that are soon to be entered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ahead {
    /// Where their flows were seen, for two groups in turn.
    hints: [Hint; 2 * GROUP],
}

/// What a step changed in the flow that it belongs to.
#[derive(Clone, Copy)]
struct GoneOn {
    id: FlowId,
    is_notable: bool,
    ttl_before: u8,
}

impl Default for Ahead {
    fn default() -> Self {
        Self { hints: [Hint::NONE; 2 * GROUP] }
    }
}

impl Observations {
    /// Enters packets into their flows, in their order; `range` are those whose turn it is.
    #[inline(never)]
    pub fn enter_all(&mut self, steps: &mut Steps, range: Range<usize>) {
        for position in range {
            if position % GROUP == 0 {
                self.look_ahead(steps, position);
            }
            if let Some(step) = steps.all.get(position) {
                self.enter_at(steps, step, self.ahead.hints[position % (2 * GROUP)]);
                steps.write_back(position);
            }
        }
    }

    /// Brings into the cache what the first packets of a batch need, before any of them is entered.
    pub fn look_ahead_first(&mut self, steps: &Steps) {
        self.flows.announce_growth();
        self.prefetch_slots(steps, 0);
        self.prefetch_slots(steps, GROUP);
        self.prefetch_flows(steps, 0);
    }

    /// Goes one group further with each load, as each needs the one before: the slot of a packet's flow, and the flow. The
    /// packets themselves come in their order, which the processor sees.
    #[inline(never)]
    fn look_ahead(&mut self, steps: &Steps, position: usize) {
        self.prefetch_slots(steps, position + 2 * GROUP);
        self.prefetch_flows(steps, position + GROUP);
    }

    fn prefetch_slots(&self, steps: &Steps, position: usize) {
        for step in group(steps, position) {
            self.flows.prefetch_slot(step.located.tag());
        }
    }

    /// Brings flows into the cache, and notes where they are.
    fn prefetch_flows(&mut self, steps: &Steps, position: usize) {
        let hints = self.ahead.hints.iter_mut().skip(position % (2 * GROUP));
        for (step, hint) in group(steps, position).iter().zip(hints) {
            *hint = self.flows.prefetch_flow_and_answers(&step.located);
        }
    }

    /// Enters all packets, which nothing was looked ahead for.
    pub fn enter(&mut self, steps: &Steps) {
        steps.all.iter().for_each(|step| self.enter_at(steps, step, Hint::NONE));
    }

    #[expect(clippy::inline_always, reason = "but for its one hot call it is called once")]
    #[inline(always)]
    fn enter_at(&mut self, steps: &Steps, step: &Step, hint: Hint) {
        // Each way to its end: brought together in between, what was written in parts would be read back as a whole, which
        // stalls (where a fortieth of all samples of a scan stood).
        let is_new = match self.go_on(step, hint) {
            Some(gone_on) => {
                if gone_on.is_notable {
                    self.note(steps, step, gone_on.id, gone_on.ttl_before);
                }
                false
            }
            None => self.enter_unseen(steps, step),
        };
        if self.sweep.is_due(step.captured.timestamp, is_new) {
            self.forget_idle();
        }
    }

    /// Enters a packet into its flow if that is the one that was seen ahead.
    #[expect(clippy::inline_always, reason = "it is called once, by the hot path")]
    #[inline(always)]
    fn go_on(&mut self, step: &Step, hint: Hint) -> Option<GoneOn> {
        let flow = self.flows.go_on(&step.located, hint)?;
        Some(add(step, flow, &mut self.recent))
    }

    /// Enters a packet into its flow, which is looked for, and made where there is none; says whether it was.
    #[inline(never)]
    fn enter_unseen(&mut self, steps: &Steps, step: &Step) -> bool {
        let (flow, is_new) = self.flows.open(step, steps.wide(step));
        let gone_on = add(step, flow, &mut self.recent);
        if is_new {
            self.note_opening(steps, step);
        } else if gone_on.is_notable {
            self.note(steps, step, gone_on.id, gone_on.ttl_before);
        }
        is_new
    }

    #[inline(never)]
    fn forget_idle(&mut self) {
        let (recent, flows) = self.sweep.begin();
        self.flows.forget_idle(recent, self.sweep.whole(), flows);
    }

    /// The first packet of a flow: who opens it, and where to.
    #[inline(never)]
    fn note_opening(&mut self, steps: &Steps, step: &Step) {
        self.flows_opened += 1;
        let ends = steps.ends(step);
        self.heard.add(bits(ends.0));
        self.contents.note(&step.located);
        self.teach(Lesson::opening(step, ends, step.located.ports(step.direction()).destination));
    }

    /// A packet that teaches more than that its flow goes on.
    #[inline(never)]
    fn note(&mut self, steps: &Steps, step: &Step, id: FlowId, ttl_before: u8) {
        let Some(mut flow) = self.flows.get_mut(id) else { return };
        let is_answer = flow.flow.is_answer(step.direction());
        let is_full = flow.carry(is_answer);
        if is_full && ttl_before == step.captured.ttl && !is_noted(&flow, step, is_answer) {
            return;
        }
        let is_first = flow.look().packets(step.direction())[0] == 1;
        let answer = if is_answer { step.answer(is_first) } else { Answer::None };
        self.flows_both_ways += u64::from(is_first);
        let ends = steps.ends(step);
        let teaches_ttl = if is_first { step.located.is_transport() } else { ttl_before != step.captured.ttl };
        if is_first || teaches_ttl || answer != Answer::None {
            let round_trip = if is_first { self.measure_round_trip(step, id) } else { None };
            let passed = !is_first && teaches_ttl && self.has_passed(step, id);
            self.heard.add(bits(ends.0));
            self.teach(Lesson::later(step, ends, [is_first, teaches_ttl, passed], answer, round_trip));
        }
        match answer {
            Answer::None => {}
            Answer::Reset => self.add_reset(step, ends.0),
            Answer::Served => {
                self.add_served(step, id, ends);
                if let Some(flow) = self.flows.get_mut(id) {
                    flow.flow.clear(flags::WATCHED);
                }
            }
        }
    }

    /// Whether a packet of another TTL than the one before it was captured before, at another point of its way. Of each flow and
    /// direction that is told once, and looked for among the first packets: others may have a TTL of their own each.
    fn has_passed(&mut self, step: &Step, id: FlowId) -> bool {
        let Some(mut flow) = self.flows.get_mut(id) else { return false };
        let [packets, _] = flow.look().packets(step.direction());
        let side = flow.side(flow.flow.is_answer(step.direction()));
        let is_due = !side.is(flags::PASSED) && packets <= FIRST;
        let passed = is_due && self.recent.has_passed(side.tail());
        if passed {
            side.set(flags::PASSED);
            self.flows_passed += 1;
        }
        passed
    }

    /// Microseconds from the latest question to its first answer; not where that was sent again, as the answer may be to the first
    /// (Karn's algorithm, RFC 6298 section 3).
    fn measure_round_trip(&self, step: &Step, id: FlowId) -> Option<u32> {
        let [_, tail] = self.flows.get(id)?.tails(step.direction());
        let question = self.recent.get(tail).filter(|_| !self.recent.is_sent_again(tail))?;
        let elapsed = step.captured.timestamp.since(question.timestamp()) / 1000;
        Some(elapsed.clamp(1, i64::from(u32::MAX)) as u32)
    }
}

/// Adds a packet to its flow.
#[expect(clippy::needless_bitwise_bool, reason = "one branch in place of three")]
#[expect(clippy::inline_always, reason = "it is called twice, once by the hot path")]
#[inline(always)]
fn add(step: &Step, mut flow: FlowStateMut<'_>, recent: &mut Recent) -> GoneOn {
    let (captured, is_answer) = (&step.captured, flow.flow.is_answer(step.direction()));
    let (ttl_before, is_notable) = flow.add(captured, is_answer, |id, previous| recent.push(step, id, previous));
    let is_notable = is_notable | (ttl_before != captured.ttl) | is_noted(&flow, step, is_answer);
    GoneOn { id: flow.id, is_notable, ttl_before }
}

/// Whether it is an answer that is noted though it is not the first: the next one in a watched flow, or one that accepts TCP.
#[inline]
fn is_noted(flow: &FlowStateMut<'_>, step: &Step, is_answer: bool) -> bool {
    (step.accepts() | flow.look().is_watched()) & is_answer
}

/// The packets that are looked ahead for together, from one on.
fn group(steps: &Steps, from: usize) -> &[Step] {
    let rest = steps.all.get(from..).unwrap_or_default();
    rest.get(..GROUP).unwrap_or(rest)
}
