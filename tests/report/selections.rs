//! Which rows are printed: by address, by time, and what they add up to.

use unreach::frame::Timestamp;
use unreach::report::{Format, GroupBy, Selection, TableName, Tallies};
use unreach::verdict::{Cause, Outcome};

use super::sample::{NOON, Sample};

/// Incidents and messages that the selection leaves.
fn counts(selection: Selection) -> (usize, usize) {
    let sample = Sample { selection, ..Sample::new() };
    let tallies = Tallies::default();
    let report = sample.report(&tallies);
    (report.incidents().count(), report.messages().count())
}

fn networks(list: &[&str]) -> Vec<ipnet::IpNet> {
    list.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn by_target() {
    let of = |list: &[&str]| counts(Selection { targets: networks(list), ..Selection::default() });
    assert_eq!(of(&["10.3.0.0/16"]), (2, 0));
    assert_eq!(of(&["2001:db8::/32"]), (3, 0));
    assert_eq!(of(&["fd03::/64"]), (0, 5), "messages are selected by their own target");
    assert_eq!(of(&["10.3.0.2/32", "2001:db8::/32"]).0, 5);
    assert_eq!(of(&["192.0.2.0/24"]), (0, 0));
}

#[test]
fn by_reporter() {
    let of = |list: &[&str]| counts(Selection { reporters: networks(list), ..Selection::default() });
    assert_eq!(of(&["10.2.0.2/32"]), (2, 10));
    assert_eq!(of(&["2001:db8::/32"]), (3, 0));
}

#[test]
fn by_sender_and_those_that_may_have_it() {
    let of = |list: &[&str]| counts(Selection { senders: networks(list), ..Selection::default() });
    assert_eq!(of(&["10.1.0.2/32"]), (5, 5));
    // Three incidents have twelve senders each, of which two are known.
    assert_eq!(of(&["192.0.2.1/32"]), (3, 0));
}

#[test]
fn by_time() {
    let of = |since: Option<i64>, until: Option<i64>| {
        let at = |time: Option<i64>| time.map(|seconds| Timestamp(NOON + seconds * 1_000_000_000));
        counts(Selection { since: at(since), until: at(until), ..Selection::default() }).0
    };
    assert_eq!(of(None, None), 5);
    // Two last until two seconds past noon; the others are of the next day.
    assert_eq!(of(Some(1), None), 5);
    assert_eq!(of(Some(3), None), 3);
    assert_eq!(of(None, Some(3)), 2);
    assert_eq!(of(None, Some(0)), 0);
    assert_eq!(of(Some(3), Some(10)), 0);
}

#[test]
fn devices_count_what_is_selected_and_nothing_else() {
    let mut sample = Sample::new();
    let devices = |sample: &Sample| Tallies::of(&sample.findings, &sample.selection, None).devices;
    let all = devices(&sample);
    assert_eq!((all[0].incidents, all[0].messages), (2, 8));
    sample.selection.outcomes = vec![Outcome::Cause(Some(Cause::NetworkFilter))];
    let some = devices(&sample);
    assert_eq!((some[0].incidents, some[0].messages, some[0].role), (1, 4, all[0].role));
    sample.selection.outcomes = vec![Outcome::Cause(Some(Cause::Forged))];
    assert!(devices(&sample).is_empty());
    let text = sample.plain(Format::Table, TableName::Devices);
    assert_eq!(text, "not shown: 1 device that the options leave out\n");
}

#[test]
fn groups_add_up_to_the_whole() {
    let sample = Sample::new();
    for by in GroupBy::ALL {
        let tallies = Tallies::of(&sample.findings, &sample.selection, Some(by));
        let mut csv = Vec::new();
        Format::Csv
            .write(TableName::Groups, &sample.report(&tallies), unreach::report::Style::default(), &mut csv)
            .unwrap();
        let mut reader = csv::Reader::from_reader(csv.as_slice());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let sum = |column: usize| rows.iter().map(|row| row[column].parse::<u64>().unwrap()).sum::<u64>();
        assert_eq!((sum(2), sum(3)), (4 + 4 + 4 + 12 + 1, 5), "{}", by.name());
        assert!(rows.windows(2).all(|pair| pair[0][2].parse::<u64>().unwrap() >= pair[1][2].parse().unwrap()));
    }
}
