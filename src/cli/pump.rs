//! Moves frames from their inputs to the analyzer: on one thread, or reading and sifting on one, which also does what the
//! other leaves to it, and analyzing on that.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

use super::progress::Progress;
use super::signals::Stop;
use crate::analyzer::{Analyzer, Batch};
use crate::capture::Timeline;
use crate::naming::{Learned, Naming};

/// Batches under way: one being filled, one being taken, and some to even out the pace of both threads.
const BATCHES: usize = 4;

/// Frames in a batch: enough that handing one over costs nothing, few enough that it stays in the cache.
const FRAMES: usize = 1024;

/// How long the thread that takes batches sleeps where none is filled yet: less than the empty ones keep the other busy.
const NAP: Duration = Duration::from_micros(50);

/// Naps after which it waits to be woken: the other may be waiting for a pipe.
const NAPS: usize = 20;

/// Threads that are worth using: two, where the machine runs two at once.
pub(super) fn threads() -> usize {
    thread::available_parallelism().map_or(1, |cores| cores.get().min(2))
}

/// How many of these threads there are to be had: one where the system lets this process begin no other.
pub(super) fn granted(threads: usize) -> usize {
    let begins = || thread::Builder::new().spawn(|| ()).map(thread::JoinHandle::join).is_ok();
    if threads < 2 || begins() { threads } else { 1 }
}

/// Pushes every frame until it is told to stop; with two threads the same as with one.
pub(super) fn pump(
    timeline: &mut Timeline,
    analyzer: &mut Analyzer,
    naming: &mut Naming,
    stop: &Stop,
    progress: &mut Progress,
    threads: usize,
) {
    // Names cost nothing where none are learned: then no frame is looked at for them.
    let mut learned = naming.learned.as_mut();
    if threads >= 2 {
        on_two_threads(timeline, analyzer, learned.as_deref_mut(), stop, progress);
    } else {
        on_one_thread(timeline, analyzer, learned.as_deref_mut(), stop, progress);
    }
    while let Some(frames) = timeline.last_frames() {
        frames.for_each(|frame| {
            if let Some(learned) = learned.as_deref_mut() {
                learned.observe(&frame);
            }
            analyzer.push(&frame);
        });
    }
}

fn on_one_thread(
    timeline: &mut Timeline,
    analyzer: &mut Analyzer,
    mut learned: Option<&mut Learned>,
    stop: &Stop,
    progress: &mut Progress,
) {
    let mut batch = analyzer.batch(FRAMES);
    loop {
        batch.catch_up();
        fill(&mut batch, timeline, learned.as_deref_mut());
        analyzer.push_batch(&mut batch);
        progress.look(timeline);
        if batch.is_empty() || stop.asked() {
            return;
        }
    }
}

fn on_two_threads(
    timeline: &mut Timeline,
    analyzer: &mut Analyzer,
    mut learned: Option<&mut Learned>,
    stop: &Stop,
    progress: &mut Progress,
) {
    let help = timeline.help();
    let spare: Vec<Batch> = (0..BATCHES).map(|_| analyzer.batch(FRAMES)).collect();
    let filled = move |batch: &mut Batch, is_ahead: bool| {
        if is_ahead {
            batch.catch_up();
        }
        fill(batch, timeline, learned.as_deref_mut());
        progress.look(timeline);
        !batch.is_empty()
    };
    relay(spare, filled, |batch| analyzer.push_batch(batch), || help.read_ahead(), stop);
}

/// Has another thread fill what this one takes, until it finds nothing more to fill, or is asked to stop. It is told whether it
/// is ahead, as something that it filled waits to be taken; where nothing does, this one helps it, as long as there is something
/// to help with. A panic of either ends both.
fn relay<T: Send>(
    spare: Vec<T>,
    mut fill: impl FnMut(&mut T, bool) -> bool + Send,
    mut take: impl FnMut(&mut T),
    mut help: impl FnMut() -> bool,
    stop: &Stop,
) {
    // Either has room for all there are, and no memory is got on the way.
    let (filled, filled_items) = sync_channel(spare.len());
    let (empty_sender, empty) = sync_channel(spare.len());
    for item in spare {
        let _ = empty_sender.send(item);
    }
    let waiting = &AtomicUsize::new(0);
    thread::scope(|scope| {
        let filling = scope.spawn(move || {
            while let Ok(mut item) = empty.recv() {
                if !fill(&mut item, waiting.load(Ordering::Relaxed) > 0) {
                    return;
                }
                waiting.fetch_add(1, Ordering::Relaxed);
                if filled.send(item).is_err() || stop.asked() {
                    return;
                }
            }
        });
        // Both channels end with it, however it ends.
        let taking = panic::catch_unwind(AssertUnwindSafe(move || {
            while let Some(mut item) = awaited(&filled_items, &mut help) {
                waiting.fetch_sub(1, Ordering::Relaxed);
                take(&mut item);
                // The other is gone once it has filled everything: then nobody wants it back.
                let _ = empty_sender.send(item);
            }
        }));
        taking.unwrap_or_else(|panic| {
            // It may be waiting for a pipe that nobody writes to.
            stop.ask();
            panic::resume_unwind(panic)
        });
        filling.join().unwrap_or_else(|panic| panic::resume_unwind(panic));
    });
}

/// The next item; none where there will be no more. It is waited for in naps at first: to wake who waits would take who sends it,
/// the slower of both, some microseconds. (Typical traffic, where that is the one that fills, took four percent less; a scan, where
/// it is the one that takes, as long as before, but six percent longer where the other napped, too.) Before each nap this thread
/// does what helps the other, if there is anything.
fn awaited<T>(items: &Receiver<T>, help: &mut impl FnMut() -> bool) -> Option<T> {
    let mut naps = 0;
    while naps < NAPS {
        match items.try_recv() {
            Ok(item) => return Some(item),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) if help() => {}
            Err(TryRecvError::Empty) => {
                thread::sleep(NAP);
                naps += 1;
            }
        }
    }
    items.recv().ok()
}

fn fill(batch: &mut Batch, timeline: &mut Timeline, mut learned: Option<&mut Learned>) {
    batch.clear();
    while batch.has_room()
        && let Some(frames) = timeline.next_frames()
    {
        // What is in memory is taken whole: a batch holds more than it has room for, of common frames by some thousand.
        match learned.as_deref_mut() {
            None => {
                // The loop over the fresh ones is where nearly all frames of a large capture go through.
                let (known, fresh) = frames.parts();
                known.for_each(|frame| batch.add(&frame));
                fresh.for_each(|frame| batch.add(&frame));
            }
            Some(learned) => frames.for_each(|frame| {
                learned.observe(&frame);
                batch.add(&frame);
            }),
        }
    }
    batch.seal();
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    use super::{NAP, NAPS, relay};
    use crate::capture::Until;
    use crate::cli::signals::Stop;

    /// What comes of it, which must not take for ever.
    fn outcome(relayed: impl FnOnce(&Stop) + Send + std::panic::UnwindSafe + 'static) -> Result<(), String> {
        let (sender, receiver) = channel();
        thread::spawn(move || {
            let outcome = catch_unwind(|| relayed(&Stop::of(Until::default())));
            let words = |panic: Box<dyn std::any::Any + Send>| panic.downcast_ref::<&str>().map(ToString::to_string);
            sender.send(outcome.map_err(|panic| words(panic).unwrap_or_default()))
        });
        receiver.recv_timeout(Duration::from_secs(20)).expect("it hangs")
    }

    #[test]
    fn everything_is_taken_in_order() {
        let come = outcome(|stop| {
            let (mut next, mut taken) = (0, Vec::new());
            let fill = |item: &mut u32, _| {
                next += 1;
                *item = next;
                next <= 1000
            };
            relay(vec![0; 4], fill, |item| taken.push(*item), || false, stop);
            assert_eq!(taken, (1..=1000).collect::<Vec<_>>());
        });
        assert_eq!(come, Ok(()));
    }

    #[test]
    fn what_comes_late_is_taken_too() {
        let come = outcome(|stop| {
            let (mut next, mut taken) = (0, Vec::new());
            let fill = |item: &mut u32, _| {
                thread::sleep(10 * NAP * NAPS as u32);
                next += 1;
                *item = next;
                next <= 3
            };
            relay(vec![0; 4], fill, |item| taken.push(*item), || false, stop);
            assert_eq!(taken, [1, 2, 3]);
        });
        assert_eq!(come, Ok(()));
    }

    #[test]
    fn who_waits_helps_as_long_as_there_is_something_to_help_with() {
        let come = outcome(|stop| {
            let (helped, mut taken) = (AtomicUsize::new(0), 0);
            let fill = |item: &mut usize, _| {
                while helped.load(Ordering::Relaxed) < 3 {
                    thread::sleep(NAP);
                }
                *item += 1;
                *item < 3
            };
            let help = || helped.fetch_add(1, Ordering::Relaxed) < 3;
            relay(vec![0], fill, |item| taken += *item, help, stop);
            assert_eq!(taken, 1 + 2);
        });
        assert_eq!(come, Ok(()));
    }

    #[test]
    fn a_panic_of_who_takes_ends_who_fills() {
        let take = |item: &mut u32| assert!(*item < 10, "ten");
        let fill = |item: &mut u32, _| {
            *item += 1;
            true
        };
        assert_eq!(outcome(move |stop| relay(vec![0; 4], fill, take, || false, stop)), Err("ten".to_owned()));
    }

    #[test]
    fn and_who_waits_for_something_to_fill_in() {
        let come = outcome(|stop| {
            let mut is_first = true;
            let fill = |_: &mut u32, _| {
                while !std::mem::take(&mut is_first) && !stop.asked() {
                    thread::sleep(Duration::from_millis(1));
                }
                true
            };
            relay(vec![0; 4], fill, |_| panic!("at once"), || false, stop);
        });
        assert_eq!(come, Err("at once".to_owned()));
    }

    #[test]
    fn a_panic_of_who_fills_ends_who_takes() {
        let come = outcome(|stop| relay(vec![0; 4], |_, _| panic!("no more"), |_: &mut u32| {}, || false, stop));
        assert_eq!(come, Err("no more".to_owned()));
    }
}
