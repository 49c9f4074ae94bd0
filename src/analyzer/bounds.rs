//! How much is remembered, and what there was no room for.

use crate::decode::{DEPTH, Tunnels};
use crate::evidence::Context;
use crate::flow::{Bounds, Observations, Profiles};
use crate::incident::{Room, Shortage};

/// What an analyzer opens, and bounds of what it remembers; reaching one is told in the remarks of its totals.
#[derive(Clone, Debug)]
pub struct Config {
    /// Flows remembered at once.
    pub max_flows: usize,
    /// Nanoseconds without a packet after which a flow is forgotten.
    pub flow_timeout: i64,
    /// Latest packets that quotes are compared with.
    pub recent: u32,
    /// Hosts, ports, pairs of hosts and so on, each; half as many reporters and targets.
    pub others: usize,
    /// Nanoseconds without a message after which an incident is closed; `None` keeps it open to the end of the input.
    pub incident_timeout: Option<i64>,
    /// Whether a filter has left packets out: their absence proves nothing then.
    pub is_filtered: bool,
    /// How many cases, incidents and messages are held; no messages where their table is not wanted.
    pub room: Room,
    /// Whether the devices behind reporters are worked out.
    pub devices: bool,
    /// Whether the hosts beside the vantage are told.
    pub hosts: bool,
    /// The UDP ports that tunnels are opened at.
    pub tunnels: Tunnels,
    /// Threads that judge cases where there are many at once: more than one makes no other results.
    pub threads: usize,
}

impl Default for Config {
    /// The bounds of [`Bounds::default`], incidents open to the end, and tunnels at their usual ports.
    fn default() -> Self {
        let Bounds { flows: max_flows, flow_timeout, recent, others } = Bounds::default();
        let (room, tunnels) = (Room::default(), Tunnels::default());
        Self {
            max_flows,
            flow_timeout,
            recent,
            others,
            incident_timeout: None,
            is_filtered: false,
            room,
            devices: true,
            hosts: true,
            tunnels,
            threads: 1,
        }
    }
}

/// Bytes that the program takes before it remembers anything: its own, readers, buffers between threads (measured).
const PROGRAM: u64 = 16 << 20;
/// Bytes of a flow: 32, as many for the addresses of IPv6, 16 for its answers, and up to 20 of the index. Of those that open cases hold
/// there is more, which hardly any flow is.
const FLOW: u64 = 100;
/// Bytes of a packet that quotes are compared with.
const PACKET: u64 = 40;
/// Bytes of one of everything else, with its part of an index, times the kinds there are.
const OTHERS: u64 = 120 * 9;
/// Bytes of a case with its details.
const CASE: u64 = 1536;
/// Bytes of a message that waits for its judgement (measured).
const MESSAGE: u64 = 128;
/// Bytes of an incident, with the words about it, and its row on the way out (measured).
const INCIDENT: u64 = 3072;

impl Config {
    /// The same, to be kept within so many bytes: never more of anything than before, and of everything so much that a
    /// capture can be judged at all, which takes some 24 MiB.
    #[must_use]
    pub fn within(self, memory: u64) -> Self {
        let all = memory.saturating_sub(PROGRAM);
        // Where incidents close one by one, messages wait in memory for their judgement, and as many are remembered after it.
        let holds_messages = self.incident_timeout.is_some() && self.room.messages > 0;
        let messages = all / 5;
        let rest = if holds_messages { all - messages } else { all };
        let share = |percent: u64, bytes: u64, least: usize| least.max((rest / 100 * percent / bytes) as usize);
        let packets = share(10, PACKET, 1 << 12);
        Self {
            max_flows: self.max_flows.min(share(45, FLOW, 1 << 12)),
            // A power of two is taken; the one above would be too many.
            recent: self.recent.min(1 << packets.ilog2()),
            others: self.others.min(share(15, OTHERS, 1 << 10)),
            room: Room {
                cases: self.room.cases.min(share(10, CASE, 1 << 9)),
                incidents: self.room.incidents.min(share(20, INCIDENT, 1 << 9)),
                // None at all would stand for rows that nobody wants.
                messages: self.room.messages.min(((messages / 2 / MESSAGE) as usize).max(1 << 12)),
            },
            ..self
        }
    }
}

/// What was forgotten earlier than it would have been with more room, in sentences.
pub(super) fn forgotten(
    seen: &Observations,
    profiles: &Profiles,
    context: &Context,
) -> impl Iterator<Item = String> + use<> {
    let flows = seen.flows.forgotten_full();
    let hosts = profiles.hosts.forgotten()
        + seen.answering.forgotten()
        + context.reporters.forgotten()
        + context.targets.forgotten();
    let others = seen.services.forgotten() + profiles.pairs.forgotten() + seen.paths.forgotten();
    let told = [
        (flows, "flows", "matches may be missing (--max-flows)"),
        (hosts, "profiles of hosts", "evidence may be missing"),
        (others, "profiles of ports and paths", "evidence may be missing"),
    ];
    told.into_iter().filter(|(count, ..)| *count > 0).map(|(count, what, missing)| {
        format!("{count} {what} were forgotten early, because there were too many: {missing}")
    })
}

/// What there was no time for, in a sentence.
pub(super) fn haste(cut_short: u64) -> Option<String> {
    (cut_short > 0).then(|| {
        format!(
            "{cut_short} quotes were compared with fewer packets of their flows, because there were too many: their packets, and \
             whether these were sent again, may have been missed"
        )
    })
}

/// Of how many packets the insides were left out, in a sentence.
pub(super) fn too_deep(packets: u64) -> Option<String> {
    let around = match packets {
        0 => return None,
        1 => "1 packet".to_owned(),
        _ => format!("{packets} packets"),
    };
    Some(format!("more than {DEPTH} tunnels lie around {around}, and what is inside was not looked at"))
}

/// What there was no room for, in sentences.
pub(super) fn shortage(shortage: Shortage) -> impl Iterator<Item = String> {
    let Shortage { closed_early, together, left_out, rows_left_out } = shortage;
    let told = [
        (
            closed_early,
            format!("{closed_early} cases were judged before the end of the input, because there were too many"),
        ),
        (
            together,
            format!(
                "{together} messages are judged together, by what they say and look like alone, because there are too many \
                 targets and reporters: narrow the capture down, by time or by --filter"
            ),
        ),
        (left_out, format!("{left_out} messages are in no incident, because there are too many kinds of them")),
        (rows_left_out, format!("{rows_left_out} messages have no row of their own, because there are too many")),
    ];
    told.into_iter().filter(|(count, _)| *count > 0).map(|(_, remark)| remark)
}
