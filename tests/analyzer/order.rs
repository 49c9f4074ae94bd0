//! Frames that share a timestamp may come in any order, as long as no message comes before the packet it refuses, no
//! answer before its question, and no copy before the first.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use unreach::decode::{Content, frame};
use unreach::unreachable::Unreachable;

use super::{Said, said};
use crate::corpus::{self, Captured};

/// The lab as a clock of this resolution would have it, in nanoseconds.
fn by_clock(resolution: i64) -> impl Iterator<Item = (String, Vec<Captured>)> {
    corpus::all("lab").map(move |(path, mut frames)| {
        for captured in &mut frames {
            captured.timestamp.0 -= captured.timestamp.0.rem_euclid(resolution);
        }
        (path.display().to_string(), frames)
    })
}

/// The two hosts that a frame is about: of a message those of its quote.
fn conversation(captured: &Captured) -> Option<[IpAddr; 2]> {
    let borrowed = captured.frame();
    let Ok(Content::Packet(packet)) = frame(&borrowed) else { return None };
    let quoted = Unreachable::parse(&packet).and_then(|message| message.quote).map(|quote| quote.ip);
    let ip = quoted.unwrap_or(packet.ip);
    let mut ends = [ip.source(), ip.destination()];
    ends.sort_unstable();
    Some(ends)
}

/// The frames of one moment, with its conversations in another order.
fn turned(moment: &[Captured], turn: usize) -> Vec<Captured> {
    let mut conversations: BTreeMap<Option<[IpAddr; 2]>, Vec<Captured>> = BTreeMap::new();
    for captured in moment {
        conversations.entry(conversation(captured)).or_default().push(captured.clone());
    }
    let mut conversations: Vec<Vec<Captured>> = conversations.into_values().collect();
    let by = turn % conversations.len();
    conversations.rotate_left(by);
    conversations.concat()
}

/// The frames with every moment turned.
fn all_turned(frames: &[Captured], turn: usize) -> Vec<Captured> {
    frames.chunk_by(|one, next| one.timestamp == next.timestamp).flat_map(|moment| turned(moment, turn)).collect()
}

/// The frames with the messages of every moment behind its other frames.
fn messages_last(frames: &[Captured], messages: &HashMap<u64, Said>) -> Vec<Captured> {
    let mut frames = frames.to_vec();
    frames.sort_by_key(|captured| (captured.timestamp, messages.contains_key(&captured.number)));
    frames
}

/// What is said of each frame's message.
fn by_frame(frames: &[Captured]) -> HashMap<u64, Said> {
    let findings = corpus::findings(frames);
    findings.judged().map(|judged| (judged.message.frame.number, said(&judged))).collect()
}

/// What differs between a capture whose frames stand in two orders.
fn differences(name: &str, straight: &HashMap<u64, Said>, other: &HashMap<u64, Said>) -> Vec<String> {
    assert_eq!(straight.len(), other.len(), "{name}");
    let changed = straight.iter().filter(|(frame, said)| other.get(frame) != Some(said));
    changed.map(|(frame, said)| format!("{name} frame {frame}: {said:?}, or {:?}", other.get(frame))).collect()
}

/// Fails where one of the orders changes what is said, or where none of them is another order at all.
fn agree(resolution: i64, orders: impl Fn(&[Captured], &HashMap<u64, Said>) -> Vec<Vec<Captured>>) {
    let (mut faults, mut moved) = (Vec::new(), 0);
    for (name, frames) in by_clock(resolution) {
        let straight = by_frame(&frames);
        for order in orders(&frames, &straight) {
            moved += order.iter().zip(&frames).filter(|(one, other)| one.number != other.number).count();
            faults.extend(differences(&name, &straight, &by_frame(&order)));
        }
    }
    assert!(moved > 20, "only {moved} frames stand elsewhere");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn conversations_of_a_moment_may_come_in_any_order() {
    for resolution in [1_000_000, 100_000_000] {
        agree(resolution, |frames, _| (0..3).map(|turn| all_turned(frames, turn)).collect());
    }
}

#[test]
fn messages_may_come_later_within_a_moment() {
    agree(200_000, |frames, messages| vec![messages_last(frames, messages)]);
}
