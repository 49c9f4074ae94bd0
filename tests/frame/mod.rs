//! What is kept of frames' times.

use proptest::collection::vec;
use proptest::prelude::*;
use unreach::frame::{Course, Timestamp};

proptest! {
    /// Few different times, the absurd ones among them, so that they go on, stay and turn back.
    #[test]
    fn a_course_knows_the_earliest_and_the_latest_of_any_times(
        times in vec(prop_oneof![6 => 0..20_i64, 1 => Just(i64::MAX), 1 => Just(i64::MIN)], 0..20),
    ) {
        let mut course = Course::default();
        for (count, &time) in times.iter().enumerate() {
            prop_assert_eq!(course.span().ends(), ends(&times[..count]));
            course.add(Timestamp(time));
            prop_assert_eq!(course.last(), Some(Timestamp(time)));
        }
        prop_assert_eq!(course.span().ends(), ends(&times));
        let setbacks = times.windows(2).map(|pair| pair[0].saturating_sub(pair[1]));
        prop_assert_eq!(course.setback(), setbacks.max().unwrap_or(0).max(0));
    }
}

fn ends(times: &[i64]) -> Option<(Timestamp, Timestamp)> {
    Some((Timestamp(*times.iter().min()?), Timestamp(*times.iter().max()?)))
}
