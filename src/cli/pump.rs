//! Moves frames from their inputs to the analyzer: on one thread, or reading and sifting on one and analyzing on another.

use std::panic;
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

use super::signals::Stop;
use crate::analyzer::{Analyzer, Batch};
use crate::capture::Timeline;
use crate::naming::{Learned, Naming};

/// Batches under way: one being filled, one being taken, and some to even out the pace of both threads.
const BATCHES: usize = 4;

/// Frames in a batch: enough that handing one over costs nothing, few enough that it stays in the cache.
const FRAMES: usize = 2048;

/// Threads that are worth using: two, where the machine runs two at once.
pub(super) fn threads() -> usize {
    thread::available_parallelism().map_or(1, |cores| cores.get().min(2))
}

/// Pushes every frame; with two threads the same as with one. Returns whether it was interrupted.
pub(super) fn pump(
    timeline: &mut Timeline,
    analyzer: &mut Analyzer,
    naming: &mut Naming,
    stop: &Stop,
    threads: usize,
) -> bool {
    // Names cost nothing where none are learned: then no frame is looked at for them.
    let learned = naming.learned.as_mut();
    if threads >= 2 {
        on_two_threads(timeline, analyzer, learned, stop)
    } else {
        on_one_thread(timeline, analyzer, learned, stop)
    }
}

fn on_one_thread(
    timeline: &mut Timeline,
    analyzer: &mut Analyzer,
    mut learned: Option<&mut Learned>,
    stop: &Stop,
) -> bool {
    while let Some(frames) = timeline.next_frames() {
        match learned.as_deref_mut() {
            None => frames.for_each(|frame| analyzer.push(&frame)),
            Some(learned) => frames.for_each(|frame| {
                learned.observe(&frame);
                analyzer.push(&frame);
            }),
        }
        if stop.asked() {
            return true;
        }
    }
    false
}

fn on_two_threads(
    timeline: &mut Timeline,
    analyzer: &mut Analyzer,
    mut learned: Option<&mut Learned>,
    stop: &Stop,
) -> bool {
    let (full_sender, full) = sync_channel::<Batch>(BATCHES);
    let (empty_sender, empty) = channel::<Batch>();
    for _ in 0..BATCHES {
        let _ = empty_sender.send(analyzer.batch(FRAMES));
    }
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            while let Ok(mut batch) = empty.recv() {
                fill(&mut batch, timeline, learned.as_deref_mut());
                if batch.is_empty() {
                    return false;
                }
                if full_sender.send(batch).is_err() || stop.asked() {
                    return stop.asked();
                }
            }
            false
        });
        for batch in full {
            analyzer.push_batch(&batch);
            // The reader is gone once it has read everything: then nobody wants the batch back.
            let _ = empty_sender.send(batch);
        }
        reader.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
    })
}

fn fill(batch: &mut Batch, timeline: &mut Timeline, mut learned: Option<&mut Learned>) {
    batch.clear();
    let mut has_room = true;
    while has_room && let Some(frames) = timeline.next_frames() {
        // What is in memory is taken whole: a batch holds a little more than it has room for.
        match learned.as_deref_mut() {
            None => frames.for_each(|frame| has_room = batch.add(&frame)),
            Some(learned) => frames.for_each(|frame| {
                learned.observe(&frame);
                has_room = batch.add(&frame);
            }),
        }
    }
}
