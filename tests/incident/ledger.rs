//! Messages put away while they wait come back as they were, in their order; and where nothing can be put away, it is told.

use std::io;
use std::sync::{Arc, Mutex};

use unreach::analyzer::{Analyzer, Config};
use unreach::incident::{Findings, Room, Store};
use unreach::unreachable::Message;

use crate::corpus::{self, Captured};

/// A store in memory that takes so many bytes.
#[derive(Clone, Default)]
struct Shelf {
    bytes: Arc<Mutex<Vec<u8>>>,
    room: usize,
    /// Reads from there on fail.
    torn: Option<u64>,
}

impl Store for Shelf {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut kept = self.bytes.lock().expect("not poisoned");
        if kept.len() + bytes.len() > self.room {
            return Err(io::ErrorKind::StorageFull.into());
        }
        kept.extend_from_slice(bytes);
        Ok(())
    }

    fn read(&self, position: u64, bytes: &mut [u8]) -> io::Result<()> {
        if self.torn.is_some_and(|torn| position >= torn) {
            return Err(io::Error::other("torn"));
        }
        let kept = self.bytes.lock().expect("not poisoned");
        let wanted =
            kept.get(position as usize..position as usize + bytes.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        bytes.copy_from_slice(wanted);
        Ok(())
    }
}

/// The frames over and over, each time as later frames of the same input.
fn repeated(frames: &[Captured], times: u64) -> impl Iterator<Item = Captured> {
    let many = frames.len() as u64;
    (0..times).flat_map(move |turn| {
        let later = move |captured: &Captured| {
            let mut captured = captured.clone();
            captured.number += turn * many;
            captured.timestamp.0 += turn.cast_signed() * 1_000_000_000_000;
            captured
        };
        frames.iter().map(later).collect::<Vec<_>>()
    })
}

fn found(frames: &[Captured], times: u64, store: Option<Shelf>) -> (Findings, Vec<String>) {
    found_within(Room::default(), frames, times, store)
}

fn found_within(room: Room, frames: &[Captured], times: u64, store: Option<Shelf>) -> (Findings, Vec<String>) {
    let mut analyzer = Analyzer::new(Config { room, ..Config::default() });
    if let Some(store) = store {
        analyzer.put_away_to(Box::new(store));
    }
    repeated(frames, times).for_each(|captured| analyzer.push(&captured.frame()));
    let (findings, totals) = analyzer.finish();
    (findings, totals.remarks)
}

fn some_frames() -> Vec<Captured> {
    corpus::frames(&corpus::captures("lab")[..8])
}

/// All rows, in words.
fn said(findings: &Findings) -> Vec<String> {
    findings.judged().map(|row| format!("{row:?}")).collect()
}

/// Turns that make some two megabytes of messages.
const TURNS: u64 = 400;

#[test]
fn what_was_put_away_comes_back() {
    let frames = some_frames();
    let shelf = Shelf { room: usize::MAX, ..Shelf::default() };
    let (held, _) = found(&frames, TURNS, None);
    let (put_away, _) = found(&frames, TURNS, Some(shelf.clone()));
    assert!(shelf.bytes.lock().expect("not poisoned").len() > 1 << 20, "something was put away");
    assert_eq!(said(&put_away), said(&held));
    assert_eq!(put_away.messages.len(), put_away.messages.iter().count());
}

/// Some pieces are in the store then, and others in memory.
#[test]
fn where_a_store_is_full_later_nothing_is_lost_either() {
    let frames = some_frames();
    let shelf = Shelf { room: 700_000, ..Shelf::default() };
    let (held, _) = found(&frames, TURNS, None);
    let (mixed, remarks) = found(&frames, TURNS, Some(shelf.clone()));
    assert!(!shelf.bytes.lock().expect("not poisoned").is_empty(), "something was put away");
    assert_eq!(said(&mixed), said(&held));
    assert!(mixed.messages.losses().is_empty(), "{remarks:?} {:?}", mixed.messages.losses());
}

#[test]
fn what_was_put_away_can_be_changed() {
    let (mut findings, _) = found(&some_frames(), TURNS, Some(Shelf { room: usize::MAX, ..Shelf::default() }));
    let before: Vec<Message> = findings.messages.iter().map(|attributed| attributed.message).collect();
    findings.messages.change(|message| message.frame.number += 7);
    let after: Vec<Message> = findings.messages.iter().map(|attributed| attributed.message).collect();
    assert_eq!(before.len(), after.len());
    assert!(before.iter().zip(&after).all(|(before, after)| before.frame.number + 7 == after.frame.number));
}

#[test]
fn where_a_store_is_full_memory_has_the_room_it_has_without() {
    let frames = some_frames();
    let (all, _) = found(&frames, TURNS, None);
    let (findings, remarks) = found(&frames, TURNS, Some(Shelf::default()));
    assert_eq!(findings.messages.len(), all.messages.len(), "{remarks:?}");

    let little = Room { messages: 100, ..Room::default() };
    let (findings, remarks) = found_within(little, &frames, TURNS, Some(Shelf::default()));
    assert!(!findings.messages.is_empty() && findings.messages.len() < all.messages.len());
    let left_out = all.messages.len() - findings.messages.len();
    assert!(!remarks.iter().any(|remark| remark.contains("no row")), "once is enough: {remarks:?}");
    let [loss] = &findings.messages.losses()[..] else { panic!("{:?}", findings.messages.losses()) };
    assert!(
        loss.starts_with(&format!("{left_out} messages have no row")) && loss.contains("no storage space"),
        "{loss}"
    );
}

/// Rows that are in a file which cannot be read any more are missed by whoever reads the outputs.
#[test]
fn what_does_not_come_back_is_told() {
    let frames = some_frames();
    let (all, _) = found(&frames, TURNS, None);
    let (findings, _) = found(&frames, TURNS, Some(Shelf { room: usize::MAX, torn: Some(1), ..Shelf::default() }));
    assert!(findings.messages.losses().is_empty(), "nobody has asked for them");
    let lost = all.messages.len() - findings.messages.iter().count();
    let said = vec![format!("{lost} messages have no row: they could not be read back from the temporary file: torn")];
    assert!(lost > 0 && findings.messages.losses() == said, "{lost}: {:?}", findings.messages.losses());
    assert_eq!((findings.messages.iter().count(), findings.messages.losses()), (all.messages.len() - lost, said));
}

/// A store that counts what is read of it.
#[derive(Clone, Default)]
struct Counting {
    shelf: Shelf,
    read: Arc<Mutex<usize>>,
}

impl Store for Counting {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.shelf.append(bytes)
    }

    fn read(&self, position: u64, bytes: &mut [u8]) -> io::Result<()> {
        *self.read.lock().expect("not poisoned") += bytes.len();
        self.shelf.read(position, bytes)
    }
}

/// Whoever sorts rows has but their places, and asks for each of them by itself.
#[test]
fn each_message_is_found_at_its_place() {
    let frames = some_frames();
    let store = Counting { shelf: Shelf { room: 700_000, ..Shelf::default() }, ..Counting::default() };
    let mut analyzer = Analyzer::new(Config::default());
    analyzer.put_away_to(Box::new(store.clone()));
    repeated(&frames, TURNS).for_each(|captured| analyzer.push(&captured.frame()));
    let (findings, _) = analyzer.finish();
    let placed: Vec<(u64, String)> = findings.placed().map(|(place, row)| (place, format!("{row:?}"))).collect();
    assert!(placed.is_sorted_by(|one, next| one.0 < next.0), "places ascend");
    *store.read.lock().expect("not poisoned") = 0;
    for (place, row) in placed.iter().rev() {
        assert_eq!(findings.judged_at(*place).map(|row| format!("{row:?}")).as_ref(), Some(row));
    }
    let read = *store.read.lock().expect("not poisoned");
    assert!(read > 0 && read < 1000 * placed.len(), "{read} bytes were read for {} messages", placed.len());
    let (last, _) = placed.last().expect("messages");
    for nowhere in [last + 1_000_000, u64::MAX, last + (1 << 32)] {
        assert!(findings.judged_at(nowhere).is_none(), "{nowhere}");
    }
    assert!(findings.messages.losses().is_empty(), "{:?}", findings.messages.losses());
}

#[test]
fn a_message_that_is_not_read_back_is_told() {
    let shelf = Shelf { room: usize::MAX, ..Shelf::default() };
    let (findings, _) = found(&some_frames(), TURNS, Some(shelf.clone()));
    let (place, _) = findings.placed().next().expect("a message");
    shelf.bytes.lock().expect("not poisoned").clear();
    assert!(findings.judged_at(place).is_none());
    let losses = findings.messages.losses();
    assert!(losses.len() == 1 && losses[0].starts_with("1 messages have no row: they could not be read"), "{losses:?}");
    // Asked for again, and with all others: it is one of them.
    assert!(findings.judged_at(place).is_none());
    let lost = findings.messages.len() - findings.messages.iter().count();
    let losses = findings.messages.losses();
    assert!(lost > 1 && losses[0].starts_with(&format!("{lost} messages have no row: ")), "{lost}: {losses:?}");
}
