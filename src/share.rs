//! Cases, and what is made of them, worked through on two threads where there are so many that it pays.

use std::{panic, thread};

/// So many cases take some milliseconds, and another thread a twentieth of one to begin.
const WORTH: usize = 512;

/// What `work` makes of each item, in their order. A panic of either thread is passed on.
pub(super) fn map<T: Send, R: Send>(mut items: Vec<T>, threads: usize, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    if threads < 2 || items.len() < WORTH {
        return items.into_iter().map(work).collect();
    }
    let rest = items.split_off(items.len() / 2);
    thread::scope(|scope| {
        let other = scope.spawn(|| rest.into_iter().map(&work).collect::<Vec<R>>());
        let mut made: Vec<R> = items.into_iter().map(&work).collect();
        made.extend(other.join().unwrap_or_else(|panic| panic::resume_unwind(panic)));
        made
    })
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
