//! Work that two threads share.

use std::{panic, thread};

/// What two pieces of work make, the second on a thread of its own. A panic of either is passed on.
pub fn both<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        (one, other.join().unwrap_or_else(|panic| panic::resume_unwind(panic)))
    })
}

/// So many of the items that this is for take some milliseconds; another thread takes a twentieth of one to begin.
const WORTH: usize = 512;

/// What `work` makes of each item, in their order; with two threads, of half of them on another, where they are so many that it
/// pays. A panic of either thread is passed on. Before each item, `ahead` is shown those that come after it: what they are made of can
/// be brought into the cache meanwhile.
pub fn map<T: Send, R: Send>(
    mut items: Vec<T>,
    threads: usize,
    ahead: impl Fn(&[T]) + Sync,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let made = |items: Vec<T>| {
        let mut made = Vec::with_capacity(items.len());
        let mut items = items.into_iter();
        while let Some(item) = items.next() {
            ahead(items.as_slice());
            made.push(work(item));
        }
        made
    };
    if threads < 2 || items.len() < WORTH {
        return made(items);
    }
    let rest = items.split_off(items.len() / 2);
    let (mut made, more) = both(|| made(items), || made(rest));
    made.extend(more);
    made
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{WORTH, map};

    #[test]
    fn the_order_stays() {
        for (count, threads) in [(0, 2), (1, 2), (WORTH - 1, 2), (WORTH, 1), (WORTH, 2), (WORTH + 1, 2)] {
            let numbers: Vec<usize> = (0..count).collect();
            let squares: Vec<usize> = numbers.iter().map(|number| number * number).collect();
            let seen_ahead = AtomicUsize::new(0);
            let ahead = |rest: &[usize]| _ = seen_ahead.fetch_add(rest.len(), Ordering::Relaxed);
            assert_eq!(map(numbers, threads, ahead, |number| number * number), squares, "{count} on {threads}");
            assert!(count < 2 || seen_ahead.into_inner() > count / 2);
        }
    }

    #[test]
    fn a_panic_of_either_is_passed_on() {
        for place in [0, WORTH - 1] {
            let fails = |number: usize| assert!(number != place, "here");
            assert!(catch_unwind(|| map((0..WORTH).collect(), 2, |_| (), fails)).is_err());
        }
    }
}
