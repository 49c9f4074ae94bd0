//! Messages that stood before the packets they quote, as where frames are not in the order of time.

use std::collections::BTreeSet;

use crate::flow::{Direction, Hint, Located, Observations, Record};
use crate::frame::{InputId, Timestamp};
use crate::unreachable::{Message, Sought};

/// Messages that are looked at together, some time after them.
const TOGETHER: usize = 1024;

/// Once that many were looked at, one of so many is: a capture may be full of messages about packets that it does not hold.
const SELDOM: u32 = 16;

/// Packets of a flow that are looked at: it had none before the message.
const PACKETS: usize = 16;

/// Which inputs hold packets behind messages that quote them, though they are earlier.
#[derive(Debug, Default)]
pub(super) struct Early {
    waiting: Vec<(Located, Direction, Timestamp)>,
    /// Messages that are left out before the next.
    left_out: u32,
    is_seldom: bool,
    inputs: BTreeSet<InputId>,
}

impl Early {
    /// Notes a message of whose flow nothing has been captured by now.
    pub(super) fn note(&mut self, message: &Message, sought: &Sought, seen: &Observations) {
        if self.left_out > 0 {
            self.left_out -= 1;
            return;
        }
        let Some((located, direction)) = sought.flow() else { return };
        self.waiting.push((located, direction, message.timestamp));
        if self.is_seldom {
            self.left_out = SELDOM - 1;
        }
        if self.waiting.len() >= TOGETHER {
            self.look(seen);
            self.is_seldom = true;
        }
    }

    /// Looks for packets that have come since.
    fn look(&mut self, seen: &Observations) {
        for (located, direction, time) in self.waiting.drain(..) {
            let Some((_, flow)) = seen.flows.look_up(&located, Hint::default()) else { continue };
            let [tail, _] = flow.tails(direction);
            // Of one time, no order of frames is wrong.
            let earlier = seen.recent.chain(tail).take(PACKETS).filter(|packet| packet.timestamp() < time);
            self.inputs.extend(earlier.map(Record::input));
        }
    }

    /// The inputs whose packets stand too late, in the end.
    pub(super) fn inputs(mut self, seen: &Observations) -> Vec<InputId> {
        self.look(seen);
        self.inputs.into_iter().collect()
    }
}
