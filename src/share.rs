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
/// pays. A panic of either thread is passed on.
pub fn map<T: Send, R: Send>(mut items: Vec<T>, threads: usize, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    if threads < 2 || items.len() < WORTH {
        return items.into_iter().map(work).collect();
    }
    let rest = items.split_off(items.len() / 2);
    let made = |items: Vec<T>| items.into_iter().map(&work).collect::<Vec<R>>();
    let (mut made, more) = both(|| made(items), || made(rest));
    made.extend(more);
    made
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::{WORTH, map};

    #[test]
    fn the_order_stays() {
        for (count, threads) in [(0, 2), (1, 2), (WORTH - 1, 2), (WORTH, 1), (WORTH, 2), (WORTH + 1, 2)] {
            let numbers: Vec<usize> = (0..count).collect();
            let squares: Vec<usize> = numbers.iter().map(|number| number * number).collect();
            assert_eq!(map(numbers, threads, |number| number * number), squares, "{count} on {threads}");
        }
    }

    #[test]
    fn a_panic_of_either_is_passed_on() {
        for place in [0, WORTH - 1] {
            let fails = |number: usize| assert!(number != place, "here");
            assert!(catch_unwind(|| map((0..WORTH).collect(), 2, fails)).is_err());
        }
    }
}
