//! How messages are spread over time, as far as it takes to tell those few that are far from all others. Times of millions of messages
//! are not held: a day takes a few numbers, and there are no more than some two hundred thousand days that a timestamp can name.

use std::collections::BTreeMap;

/// Nanoseconds of a day.
pub(super) const DAY: i128 = 86_400_000_000_000;
/// A gap this much longer than all that lies on its one side leaves that no more than a stroke.
const STROKE: i128 = 160;
/// Messages behind such a gap that are few enough to be left to words: one in so many, or a single one.
const FEW: u64 = 20;

/// The messages of each day that has any, in order.
pub(super) struct Days(Vec<Day>);

/// How many messages a day has, and when the first and the last of them came.
#[derive(Clone, Copy)]
struct Day {
    messages: u64,
    first: i128,
    last: i128,
}

/// A gap that may leave what is behind it no more than a stroke.
struct Gap {
    /// Messages before it.
    before: u64,
    /// From when on messages are so late that they and those right behind the gap are no stroke.
    late: i128,
}

impl Days {
    /// Those of messages at these times.
    pub(super) fn of(times: impl Iterator<Item = i128>) -> Self {
        let mut days: BTreeMap<i128, Day> = BTreeMap::new();
        for time in times {
            let day = days.entry(time.div_euclid(DAY)).or_insert(Day { messages: 0, first: time, last: time });
            day.messages += 1;
            (day.first, day.last) = (day.first.min(time), day.last.max(time));
        }
        Self(days.into_values().collect())
    }

    /// The same with time running backwards.
    pub(super) fn mirrored(&self) -> Self {
        let mirrored = |&Day { messages, first, last }: &Day| Day { messages, first: -last, last: -first };
        Self(self.0.iter().rev().map(mirrored).collect())
    }

    /// The first time behind so many messages that are followed by a gap, or behind none.
    pub(super) fn after(&self, messages: u64) -> Option<i128> {
        self.through().find(|&(through, _)| through > messages).map(|(_, day)| day.first)
    }

    /// The last time of so many messages that are followed by a gap; nothing of none.
    pub(super) fn before(&self, messages: u64) -> Option<i128> {
        self.through().find(|&(through, _)| through == messages).map(|(_, day)| day.last)
    }

    /// How many of the first messages are few, and so far from the next that those would be squeezed into a stroke. The times are
    /// those of the days; they are gone through where there are such gaps at all.
    pub(super) fn few_before_gap<I: Iterator<Item = i128>>(&self, times: impl Fn() -> I) -> u64 {
        let all: u64 = self.0.iter().map(|day| day.messages).sum();
        let few = if all < 3 { 0 } else { (all / FEW).max(1) };
        let gaps = self.gaps(few);
        if gaps.is_empty() {
            return 0;
        }
        // As few may lie far off at the other end.
        let late = late(&gaps, times());
        let far = gaps.iter().zip(late).filter(|(_, late)| *late <= few);
        far.map(|(gap, _)| gap.before).max().unwrap_or(0)
    }

    /// The days, each with how many messages there are to its end.
    fn through(&self) -> impl Iterator<Item = (u64, &Day)> {
        self.0.iter().scan(0, |through, day| {
            *through += day.messages;
            Some((*through, day))
        })
    }

    /// The gaps of more than a day that no more than so many messages are before: none of these lies within a day.
    fn gaps(&self, few: u64) -> Vec<Gap> {
        let next = self.0.iter().skip(1);
        let pairs = self.through().zip(next).take_while(|((before, _), _)| *before <= few);
        let gap = |((before, day), next): ((u64, &Day), &Day)| {
            let length = next.first - day.last;
            // The least time whose distance, so many times, is no shorter than the gap.
            let late = next.first + (length + STROKE - 1).div_euclid(STROKE);
            (length > DAY).then_some(Gap { before, late })
        };
        pairs.filter_map(gap).collect()
    }
}

/// How many messages are late for each gap.
fn late(gaps: &[Gap], times: impl Iterator<Item = i128>) -> Vec<u64> {
    let mut order: Vec<usize> = (0..gaps.len()).collect();
    order.sort_by_key(|&gap| gaps[gap].late);
    // By how many of the gaps, in that order, a message is late for.
    let mut messages = vec![0; gaps.len() + 1];
    for time in times {
        messages[order.partition_point(|&gap| gaps[gap].late <= time)] += 1;
    }
    let mut late = vec![0; gaps.len()];
    let mut later = 0;
    for (place, &gap) in order.iter().enumerate().rev() {
        later += messages[place + 1];
        late[gap] = later;
    }
    late
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{DAY, Days, FEW, STROKE};

    /// The same told of all times in order.
    fn few_before_gap(times: &[i128]) -> usize {
        let few = if times.len() < 3 { 0 } else { (times.len() / FEW as usize).max(1) };
        let Some(&last) = times.len().checked_sub(few + 1).and_then(|place| times.get(place)) else { return 0 };
        let is_far = |pair: &[i128]| pair[1] - pair[0] > (STROKE * (last - pair[1])).max(DAY);
        times.windows(2).take(few).rposition(is_far).map_or(0, |place| place + 1)
    }

    /// Compares what is told of times in no order.
    fn compare(times: &[i128]) {
        let mut ascending = times.to_vec();
        ascending.sort_unstable();
        let days = Days::of(times.iter().copied());
        let before = days.few_before_gap(|| times.iter().copied());
        assert_eq!(before as usize, few_before_gap(&ascending), "{ascending:?}");
        assert_eq!(days.after(before), ascending.get(before as usize).copied());
        let last = before.checked_sub(1).and_then(|place| ascending.get(place as usize));
        assert_eq!(days.before(before), last.copied());
    }

    /// Times within seconds, days and years of each other: many close by, and few so far off that it is about as far as counts.
    fn times() -> impl Strategy<Value = Vec<i128>> {
        let close = prop::collection::vec((0..3 * DAY).prop_map(|time| time / 7), 1..90);
        let step = prop_oneof![0..DAY, DAY..200 * DAY, (STROKE * DAY / 8)..(STROKE * DAY)];
        let far = prop::collection::vec(step, 0..6);
        (close, far, any::<prop::sample::Index>()).prop_map(|(mut times, far, place)| {
            let mut time = 0;
            let before: Vec<i128> = far
                .iter()
                .map(|step| {
                    time -= step;
                    time
                })
                .collect();
            let place = place.index(times.len() + 1);
            times.splice(place..place, before);
            times
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn what_is_told_of_days_is_what_is_told_of_all_times(times in times()) {
            compare(&times);
            compare(&times.iter().map(|time| -time).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_gap_counts_that_is_longer_than_so_many_times_the_rest() {
        for (gap, told) in [(STROKE * 2 * DAY, 0), (STROKE * 2 * DAY + 1, 1), (DAY, 0)] {
            let times = [-gap, 0, DAY, 2 * DAY, 2 * DAY + 1];
            assert_eq!(Days::of(times.into_iter()).few_before_gap(|| times.into_iter()), told, "{gap}");
            compare(&times);
        }
    }

    #[test]
    fn times_without_end_take_no_more_than_their_days() {
        let times = |step: i128| (0..1_000_000).map(move |number| i128::from(i64::MIN) + number * step);
        assert_eq!(Days::of(times(1000)).0.len(), 1);
        assert_eq!(Days::of(times(i128::from(u64::MAX) / 1_000_000)).0.len(), 213_504);
        assert_eq!(Days::of([].into_iter()).few_before_gap(|| [].into_iter()), 0);
    }
}
