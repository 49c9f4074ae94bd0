//! The flow table against a map that forgets nothing but what it should.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;
use unreach::flow::{Direction, FlowId, FlowKey, Observations, Steps};

use super::made::{Made, SECOND, add_step, bounds, see};

/// A packet, and how long after the one before it comes.
pub(super) type Event = (Made, i64);

pub(super) fn event(hosts: u8, ports: u16, gap: i64) -> impl Strategy<Value = Event> {
    let made = (any::<bool>(), 0..hosts, 0..hosts, 0..ports).prop_map(|(is_v6, from, to, port)| Made {
        is_v6,
        from,
        to,
        port,
    });
    (made, 0..gap)
}

/// What the model knows of a flow.
#[derive(Clone, Copy, Debug)]
struct Known {
    id: FlowId,
    packets: [u32; 2],
    last: i64,
}

/// The table, and the model beside it.
struct Pair {
    seen: Observations,
    known: HashMap<FlowKey, Known>,
    gone: Vec<FlowId>,
    timeout: i64,
    number: u64,
    now: i64,
}

/// The table counts time in ticks of some two seconds.
const TICK: i64 = 1 << 31;

impl Pair {
    fn new(flows: usize, timeout: i64) -> Self {
        let seen = Observations::new(&bounds(flows, timeout));
        let (known, gone) = (HashMap::new(), Vec::new());
        Self { seen, known, gone, timeout, number: 0, now: 0 }
    }

    fn take(&mut self, (made, gap): Event) {
        self.number += 1;
        self.now += gap;
        see(&mut self.seen, made, self.number, self.now);
        self.enter(made, self.now);
        self.forget();
    }

    /// What the table says of the packet's flow becomes what the model knows.
    fn enter(&mut self, made: Made, when: i64) {
        let (key, direction) = made.key();
        let Some(id) = self.seen.flows.find(&key) else { return };
        let known = self.known.entry(key).or_insert(Known { id, packets: [0; 2], last: when });
        if known.id != id {
            self.gone.push(known.id);
            *known = Known { id, packets: [0; 2], last: when };
        }
        known.packets[direction as usize] += 1;
        known.last = when;
    }

    fn forget(&mut self) {
        let (seen, gone) = (&self.seen, &mut self.gone);
        self.known.retain(|key, known| {
            let remains = seen.flows.find(key) == Some(known.id);
            if !remains {
                gone.push(known.id);
            }
            remains
        });
    }

    /// Everything that the model knows is so.
    fn check(&self) -> Result<(), TestCaseError> {
        for (key, known) in &self.known {
            prop_assert_eq!(self.seen.flows.key(known.id), Some(*key));
            let state = self.seen.flows.get(known.id).expect("found by its key");
            prop_assert_eq!(state.sides(Direction::Up).map(|side| side.packets), known.packets, "packets of {:?}", key);
        }
        prop_assert!(self.gone.iter().all(|id| self.seen.flows.get(*id).is_none()), "a forgotten flow is still there");
        prop_assert_eq!(self.seen.flows.len(), self.known.len());
        Ok(())
    }
}

proptest! {
    #[test]
    fn nothing_is_forgotten_within_bounds(events in vec(event(5, 6, SECOND), 1..400)) {
        let mut pair = Pair::new(1 << 16, 1_000_000 * SECOND);
        let mut keys: Vec<FlowKey> = Vec::new();
        for event in events {
            keys.push(event.0.key().0);
            pair.take(event);
        }
        pair.check()?;
        keys.sort_unstable_by_key(|key| (key.low, key.high, key.low_port));
        keys.dedup();
        prop_assert_eq!(pair.seen.flows.len(), keys.len());
        prop_assert_eq!((pair.seen.flows.forgotten_idle(), pair.seen.flows.forgotten_full()), (0, 0));
        prop_assert!(pair.gone.is_empty());
    }

    #[test]
    fn what_is_in_use_is_remembered(events in vec(event(3, 3, 5 * SECOND), 1..300)) {
        let mut pair = Pair::new(1 << 16, 25 * SECOND);
        for (made, gap) in events {
            let before: Vec<(FlowKey, Known)> = pair.known.iter().map(|(key, known)| (*key, *known)).collect();
            pair.take((made, gap));
            for (key, known) in before {
                let is_idle = pair.now - known.last > pair.timeout - 2 * TICK;
                prop_assert!(is_idle || pair.seen.flows.find(&key) == Some(known.id), "{key:?} was in use");
            }
            pair.check()?;
        }
    }

    /// A place that was seen some packets ahead may be another flow's by the time that it is used.
    #[test]
    fn looking_ahead_changes_nothing(events in vec(event(20, 30, 5 * SECOND), 1..600), size in 1_usize..100) {
        let bounds = bounds(32, 40 * SECOND);
        let (mut single, mut ahead) = (Observations::new(&bounds), Observations::new(&bounds));
        let (mut steps, mut now) = (Steps::default(), 0);
        for (number, &(made, gap)) in (1..).zip(&events) {
            now += gap;
            see(&mut single, made, number, now);
            add_step(&mut steps, &ahead, made, number, now);
            if steps.len() == size || number == events.len() as u64 {
                ahead.look_ahead_first(&steps);
                let all = 0..steps.len();
                ahead.enter_all(&mut steps, all);
                steps.clear();
            }
        }
        let forgotten = |seen: &Observations| (seen.flows.forgotten_idle(), seen.flows.forgotten_full());
        prop_assert_eq!(forgotten(&single), forgotten(&ahead));
        for (made, _) in events {
            let known = |seen: &Observations| {
                let id = seen.flows.find(&made.key().0)?;
                let state = seen.flows.get(id)?;
                Some((id, state.sides(Direction::Up)))
            };
            prop_assert_eq!(known(&single), known(&ahead));
        }
    }

    #[test]
    fn what_is_idle_is_forgotten(events in vec(event(4, 8, SECOND / 100), 1..200)) {
        let mut pair = Pair::new(1 << 16, SECOND);
        for event in events {
            pair.take(event);
        }
        let (idle, before) = (pair.known.len(), pair.seen.flows.forgotten_idle());
        // A flow is looked at for every eight packets, thirty-two together.
        let lone = |is_v6| Made { is_v6, from: 200, to: 201, port: 9 };
        for turn in 0..16 * idle + 1024 {
            pair.take((lone(turn % 2 == 0), if turn == 0 { 10 * SECOND } else { 0 }));
        }
        pair.check()?;
        prop_assert_eq!(pair.seen.flows.len(), 2, "only the flows that went on");
        prop_assert_eq!(pair.seen.flows.forgotten_idle() - before, idle as u64);
    }
}

#[test]
fn a_place_that_is_used_again_has_another_id() {
    let mut seen = Observations::new(&bounds(1 << 10, SECOND));
    let made = |port| Made { is_v6: false, from: 1, to: 2, port };
    see(&mut seen, made(1), 1, 0);
    let first = seen.flows.find(&made(1).key().0).expect("entered");
    for number in 2..600 {
        see(&mut seen, made(2), number, 10 * SECOND);
    }
    assert_eq!((seen.flows.get(first).is_none(), seen.flows.key(first)), (true, None));
    see(&mut seen, made(1), 600, 11 * SECOND);
    let second = seen.flows.find(&made(1).key().0).expect("entered again");
    assert_ne!(first, second);
    assert!(seen.flows.get(first).is_none() && seen.flows.get(second).is_some());
}

/// Answers are kept apart of the flows, by their places.
#[test]
fn a_place_that_is_used_again_has_no_answers_of_the_flow_before() {
    let mut seen = Observations::new(&bounds(1 << 10, SECOND));
    let asks = |flow: u16| Made { is_v6: false, from: (flow / 30) as u8, to: 200, port: flow % 30 };
    let answers = |flow| Made { from: 200, to: asks(flow).from, ..asks(flow) };
    let packets = |seen: &Observations, flow| {
        let (key, direction) = asks(flow).key();
        seen.flows.find(&key).and_then(|id| seen.flows.get(id)).map(|state| state.packets(direction))
    };
    // More than have their answers in one block.
    for flow in 0..600 {
        see(&mut seen, asks(flow), 1, 0);
        see(&mut seen, answers(flow), 2, 0);
    }
    assert!((0..600).all(|flow| packets(&seen, flow) == Some([1, 1])));
    for number in 3..20_000 {
        see(&mut seen, asks(600), number, 10 * SECOND);
    }
    assert_eq!(seen.flows.len(), 1, "only the flow that went on");
    for flow in 1000..1600 {
        see(&mut seen, asks(flow), 1, 11 * SECOND);
        assert_eq!(packets(&seen, flow), Some([1, 0]));
        see(&mut seen, answers(flow), 2, 11 * SECOND);
        see(&mut seen, answers(flow), 3, 11 * SECOND);
        assert_eq!(packets(&seen, flow), Some([1, 2]));
    }
}
