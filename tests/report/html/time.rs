//! The time axis: what it spans, what it says of times that are absurd, and in which zone.

use unreach::frame::Timestamp;
use unreach::incident::{Attributed, Labels};
use unreach::report::{Clock, Zone};

use super::page::html;
use crate::report::sample::{NOON, Sample};

const SECOND: i64 = 1_000_000_000;
const YEAR: i64 = 365 * 86_400 * SECOND;

/// Messages of one incident at these times, in a capture with frames from one time to another.
fn sample(times: &[i64], frames: (i64, i64)) -> Sample {
    let mut sample = Sample::new();
    let pattern: Attributed = sample.findings.messages.iter().next().expect("a message");
    let message = |&time: &i64| {
        let mut one = pattern.clone();
        one.message.timestamp = Timestamp(time);
        one.labels = Labels::default();
        one
    };
    sample.findings.messages = times.iter().map(message).collect();
    (sample.totals.first, sample.totals.last) = (Some(Timestamp(frames.0)), Some(Timestamp(frames.1)));
    sample
}

/// The section of the timeline; in how many strokes it draws.
fn timeline(sample: &Sample) -> (String, usize) {
    let page = html(sample);
    let (_, rest) = page.split_once("<h2 id=\"timeline\">").expect("a timeline");
    let section = rest.split_once("</section>").expect("its end").0.to_owned();
    let strokes = section.matches("h1v").count();
    (section, strokes)
}

fn seconds(from: i64) -> Vec<i64> {
    (0..30).map(|second| from + second * SECOND).collect()
}

#[test]
fn it_spans_the_capture_as_a_rule() {
    let (section, strokes) = timeline(&sample(&seconds(NOON), (NOON - 3600 * SECOND, NOON + 3600 * SECOND)));
    assert!(section.contains("The left end is the first frame of the capture, the right end the last."), "{section}");
    assert!(section.contains("13:32:37") && section.contains("15:32:37"), "{section}");
    assert!(strokes <= 2, "{strokes}: half a minute of two hours");
}

#[test]
fn frames_from_another_age_do_not_squeeze_the_others() {
    for frames in [(12 * SECOND, NOON + 60 * SECOND), (NOON, i64::MAX), (i64::MIN, i64::MAX), (0, i64::MAX)] {
        let (section, strokes) = timeline(&sample(&seconds(NOON), frames));
        assert!(strokes >= 20, "{strokes} strokes: {section}");
        assert!(section.contains("Not all of the capture is drawn: its frames bear times from "), "{section}");
    }
}

#[test]
fn messages_from_another_age_are_told_in_words() {
    for (far, told) in [(12 * SECOND, "1970-01-01 00:00:12.000"), (i64::MAX, "2262-04-11 23:47:16.854")] {
        let times = [seconds(NOON), vec![far]].concat();
        let (section, strokes) = timeline(&sample(&times, (far.min(NOON), far.max(NOON + 40 * SECOND))));
        assert!(strokes >= 20, "{strokes} strokes: {section}");
        assert!(section.contains(&format!("1 message far from all others ({told})")), "{section}");
        assert!(section.contains(">31</span>"), "all are counted: {section}");
    }
    let both = [seconds(NOON), vec![i64::MIN, i64::MAX]].concat();
    let (section, strokes) = timeline(&sample(&both, (i64::MIN, i64::MAX)));
    assert!(strokes >= 20 && section.contains("2 messages far from all others"), "{strokes} strokes: {section}");
}

#[test]
fn what_merely_takes_years_is_drawn() {
    let times = [seconds(NOON - 10 * YEAR), seconds(NOON), seconds(NOON + YEAR)].concat();
    let (section, strokes) = timeline(&sample(&times, (NOON - 10 * YEAR, NOON + YEAR + 30 * SECOND)));
    assert_eq!(strokes, 3, "{section}");
    assert!(!section.contains("far from all others"), "{section}");
}

#[test]
fn one_message_alone_has_a_place() {
    for frames in [(NOON, NOON), (NOON - SECOND, NOON + SECOND), (0, NOON)] {
        assert_eq!(timeline(&sample(&[NOON], frames)).1, 1, "{frames:?}");
    }
}

#[test]
fn times_are_in_the_zone_that_was_asked_for() {
    let mut sample = sample(&seconds(NOON), (NOON, NOON + 40 * SECOND));
    assert!(html(&sample).contains("All times are UTC."));
    let zone = Zone::Fixed("+05:30".parse().expect("an offset"));
    sample.view.clock = Clock { zone, ..Clock::default() };
    let page = html(&sample);
    assert!(page.contains("All times are +05:30."), "the zone is said");
    assert!(page.contains("20:02:37.354") && !page.contains("14:32:37"), "every time is in it");
}
