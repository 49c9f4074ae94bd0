//! Which rows are printed: by address, by time, and what they add up to.

use unreach::anonymity::{Disguise, Key};
use unreach::frame::Timestamp;
use unreach::report::{Format, GroupBy, Selection, Style, TableName, Tallies};
use unreach::verdict::{Cause, Outcome};

use super::sample::{NOON, Sample, address};

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

/// Rows of groups.
fn groups(sample: &Sample, by: GroupBy) -> Vec<csv::StringRecord> {
    let tallies = Tallies::of(&sample.findings, &sample.selection, Some(by));
    let mut csv = Vec::new();
    Format::Csv.write(TableName::Groups, &sample.report(&tallies), Style::default(), &mut csv).unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    reader.records().map(Result::unwrap).collect()
}

#[test]
fn groups_add_up_to_the_whole() {
    let sample = Sample::new();
    for by in GroupBy::ALL {
        let rows = groups(&sample, by);
        let sum = |column: usize| rows.iter().map(|row| row[column].parse::<u64>().unwrap()).sum::<u64>();
        assert_eq!((sum(2), sum(3)), (4 + 4 + 4 + 12 + 1, 5), "{}", by.name());
        assert!(rows.windows(2).all(|pair| pair[0][2].parse::<u64>().unwrap() >= pair[1][2].parse().unwrap()));
    }
}

/// As the tables of incidents and messages name it: where only the attribution is certain, that is told.
#[test]
fn groups_name_verdicts_as_other_tables_do() {
    let mut sample = Sample::new();
    let verdict = &mut sample.findings.incidents[0].verdict;
    verdict.cause = None;
    assert!(verdict.is_attribution_only());
    let cells = |by, column: usize| groups(&sample, by).iter().map(|row| row[column].to_owned()).collect::<Vec<_>>();
    assert!(cells(GroupBy::Cause, 0).contains(&"filtering-device".to_owned()), "{:?}", cells(GroupBy::Cause, 0));
    let causes = cells(GroupBy::Target, 7);
    assert!(causes.iter().any(|causes| causes == "filtering-device:8"), "{causes:?}");
}

/// Many targets and reporters are no address, and nobody knows how many they are.
#[test]
fn groups_name_and_count_what_is_known() {
    let mut sample = Sample::new();
    let mut many = sample.findings.incidents[0].clone();
    (many.is_collective, many.target, many.reporter) = (true, None, address("0.0.0.0"));
    sample.findings.incidents.push(many);
    let known = |rows: Vec<csv::StringRecord>, group: &str| {
        let row = rows.into_iter().find(|row| &row[0] == group).unwrap();
        (row[3].to_owned(), row[5].to_owned(), row[6].to_owned())
    };
    let counts = |incidents: &str, targets: &str, reporters: &str| {
        (incidents.to_owned(), targets.to_owned(), reporters.to_owned())
    };
    for by in [GroupBy::Reporter, GroupBy::Target] {
        assert_eq!(known(groups(&sample, by), ""), counts("1", "0", "0"), "{}", by.name());
    }
    assert_eq!(known(groups(&sample, GroupBy::Cause), "network-filter"), counts("2", "1", "1"));
    let tallies = Tallies::of(&sample.findings, &sample.selection, Some(GroupBy::Reporter));
    let mut text = Vec::new();
    Format::Table.write(TableName::Groups, &sample.report(&tallies), Style::default(), &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let words = text.lines().find(|line| line.starts_with("many ")).map(|line| line.split_whitespace().take(5));
    assert_eq!(words.map(Iterator::collect), Some(vec!["many", "4", "1", "1", "?"]), "{text}");
    Disguise::new(&Key::from_file(&[7; 32]).unwrap()).findings(&mut sample.findings);
    assert_eq!(known(groups(&sample, GroupBy::Reporter), ""), counts("1", "0", "0"), "nor in disguise");
}
