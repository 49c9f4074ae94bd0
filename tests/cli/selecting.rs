//! Options that select and shape, as they are typed.

use std::fs;
use std::process::Command;

use tempfile::TempDir;
use unreach::flow::LEAST_FLOWS;

use super::captures::{refused, refused_after};
use super::lines::{Run, run};
use crate::testdata::folder::testdata;

/// A message at 14:32:37.0015 of 2026-11-22, 1.5 ms after the first packet; 10.3.0.2 refuses 10.1.0.2.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.pcap"), refused()).unwrap();
    folder
}

fn rows(options: &[&str]) -> usize {
    let run = run(folder().path(), &[&["good.pcap", "-F", "csv"], options].concat());
    assert_eq!(run.status, 0, "{options:?}: {}", run.err);
    run.out.lines().count() - 1
}

fn shown(options: &[&str]) -> Run {
    run(folder().path(), &[&["good.pcap"], options].concat())
}

#[test]
fn times_in_every_spelling() {
    let before = [
        "2026-11-22T14:32:37Z",
        "2026-11-22 14:32:37",
        "2026-11-22T16:32:37+02:00",
        "2026-11-22",
        "14:32",
        "14:32:37",
        "+1ms",
        "-1us",
        "1795357957",
        "1795357957.001",
    ];
    for time in before {
        assert_eq!(rows(&["--since", time]), 1, "{time}");
        assert_eq!(rows(&["--until", time]), 0, "{time}");
    }
    for time in ["2026-11-22T14:32:37.002Z", "2026-11-23", "14:33", "+2ms", "1795357958"] {
        assert_eq!(rows(&["--since", time]), 0, "{time}");
        assert_eq!(rows(&["--until", time]), 1, "{time}");
    }
}

#[test]
fn times_of_the_day_may_be_of_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    // From 14:32:37 to 01:02:37 of the next day, when something is refused.
    fs::write(folder.path().join("night.pcap"), refused_after(37_800)).unwrap();
    let nightly = |options: &[&str]| {
        let run = run(folder.path(), &[&["night.pcap", "-F", "csv"], options].concat());
        run.out.lines().count() - 1
    };
    assert_eq!(nightly(&["--since", "22:00", "--until", "02:00"]), 1);
    assert_eq!(nightly(&["--since", "22:00", "--until", "01:00"]), 0);
    assert_eq!(nightly(&["--since", "-1h", "--until", "01:05"]), 1);
    assert_eq!(nightly(&["--since", "01:00"]), 1);
    assert_eq!(nightly(&["--until", "01:00"]), 0);
    assert_eq!(nightly(&["--since", "14:00", "--until", "14:30"]), 0);
    // A day, and the night before.
    assert_eq!(nightly(&["--since", "14:00", "--until", "14:00"]), 1);
    assert_eq!(rows(&["--since", "22:00", "--until", "15:00"]), 1);
    assert_eq!(rows(&["--since", "22:00", "--until", "14:30"]), 0);
    // The clocks of Berlin went from 02:00 to 03:00 that night.
    fs::write(folder.path().join("spring.pcap"), refused_after(10_839_473)).unwrap();
    let spring = |until: &str| {
        let options = ["read", "spring.pcap", "-F", "csv", "--time-zone", "local", "--until", until];
        let told = Command::new(assert_cmd::cargo::cargo_bin("unreach"))
            .args(options)
            .env("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
            .current_dir(folder.path())
            .output()
            .unwrap();
        String::from_utf8_lossy(&told.stdout).lines().count() - 1
    };
    assert_eq!(["2027-03-28 02:30", "2027-03-28 03:30", "2027-03-28 03:31"].map(spring), [0, 0, 1]);
    // Dates are as they are written.
    assert_eq!(nightly(&["--since", "2026-11-22 22:00", "--until", "2026-11-22 02:00"]), 0);
}

#[test]
fn times_without_a_zone_are_of_the_zone_asked_for() {
    assert_eq!(rows(&["--since", "16:32", "--time-zone", "+02:00"]), 1);
    assert_eq!(rows(&["--since", "16:33", "--time-zone", "+02:00"]), 0);
    assert_eq!(rows(&["--since", "14:33", "--time-zone", "+02:00"]), 1);
}

#[test]
fn the_zone_of_the_machine_may_be_named_by_its_environment() {
    let folder = folder();
    let mut command = super::lines::unreach(folder.path());
    let output = command.args(["good.pcap", "--time-zone", "local"]).env("TZ", "XYZ-03:00").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("17:32:37") && text.contains("+03:00"), "{text}");
}

#[test]
fn networks_and_addresses() {
    for (option, inside) in [("--target", "10.3.0.0/16"), ("--reporter", "10.3.0.2"), ("--sender", "10.1.0.0/24")] {
        assert_eq!(rows(&[option, inside]), 1, "{option}");
        assert_eq!(rows(&[option, "192.0.2.0/24,2001:db8::/32"]), 0, "{option}");
        assert_eq!(rows(&[option, &format!("192.0.2.1,{inside}")]), 1, "{option}");
        assert_eq!(rows(&["-t", "messages", option, inside]), 1, "{option}");
        assert_eq!(rows(&["-t", "devices", option, "192.0.2.1"]), 0, "{option}");
    }
}

#[test]
fn what_is_not_selected_does_not_fail() {
    let fails = ["--fail-on", "closed-port"];
    assert_eq!(shown(&fails).status, 1);
    assert_eq!(shown(&[&fails[..], &["--target", "192.0.2.1"]].concat()).status, 0);
    assert_eq!(shown(&[&fails[..], &["--until", "14:32"]].concat()).status, 0);
    assert_eq!(shown(&["--fail-on", "forged,undetermined"]).status, 0);
}

#[test]
fn groups_take_the_place_of_incidents() {
    let run = shown(&["--group-by", "cause", "-F", "csv"]);
    assert!(run.out.starts_with("group,grouped_by,"), "{}", run.out);
    assert!(run.out.contains("\nclosed-port,cause,1,1,"), "{}", run.out);
    assert!(shown(&["-t", "groups", "-F", "csv"]).out.contains("\n10.3.0.2,target,"));
    assert!(shown(&["-F", "json", "--group-by", "sender"]).out.contains("\"groups\":[\n"));
}

/// What a filter hid is not said to be missing.
#[test]
fn nothing_that_passed_the_filter_is_told_as_that() {
    for (table, none) in [
        ("incidents", "No incidents: no unreachable message passed the filter.\n"),
        ("messages", "No unreachable messages passed the filter.\n"),
        ("devices", "No devices: no unreachable message passed the filter.\n"),
    ] {
        assert_eq!(shown(&["-t", table, "--filter", "udp"]).out, none);
        assert!(shown(&["-t", table, "--filter", "ip"]).out.contains("10.3.0.2"), "{table}");
    }
}

#[test]
fn mistakes_are_told_with_the_remedy() {
    for (options, remedy) in [
        (&["--columns", "nosuch"][..], "its columns are: incident, first_seen"),
        (&["--columns", "target,cause,target"], "`target` is named more than once"),
        (&["--sort", "nosuch"], "its columns are: incident, first_seen"),
        (&["--sort", "cause:up"], "`:desc` or `:asc`"),
        (&["--since", "soon"], "2026-11-22T14:30:00Z"),
        (&["--target", "10.0.0.0/33"], "10.0.0.0/8"),
        (&["--time-zone", "Mars"], "+02:00"),
        (&["--top", "0"], "a number from 1"),
        (&["--max-flows", "31"], "a number from 32"),
    ] {
        let run = shown(options);
        assert_eq!(run.status, 2, "{options:?}");
        assert!(run.err.contains(remedy), "{options:?}: {}", run.err);
    }
}

/// As few as can be, and no fewer than help says.
#[test]
fn the_least_number_of_flows_is_told() {
    assert_eq!(rows(&["--max-flows", "32"]), 1);
    for command in ["read", "live", "explain"] {
        let help = run(folder().path(), &[command, "--help"]).out;
        assert!(help.contains(&format!("Flows remembered at once, {LEAST_FLOWS} or more")), "{help}");
    }
}

#[test]
fn a_zone_that_is_not_known_is_told() {
    let local = |zone: &str| {
        let folder = folder();
        let mut command = super::lines::unreach(folder.path());
        let output = command.args(["good.pcap", "--time-zone", "local"]).env("TZ", zone).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for zone in ["Nowhere/Atlantis", "CET-1CEST", "Berlin"] {
        let (status, said) = local(zone);
        assert!(status == Some(2) && said.contains(&format!("not known here: `{zone}`")), "{zone}: {said}");
    }
}

#[test]
fn zones_that_are_known_are_taken() {
    for (zone, shown) in
        [("CET-1", "+01:00"), ("CET-1CEST,M3.5.0,M10.5.0/3", "+01:00"), ("<+03>-3", "+03:00"), ("", "+00:00")]
    {
        let folder = folder();
        let mut command = super::lines::unreach(folder.path());
        let output = command.args(["good.pcap", "--time-zone", "local"]).env("TZ", zone).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains(shown), "{zone}: {said}{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn messages_that_the_options_leave_out_are_counted() {
    let run = shown(&["-t", "messages", "--target", "192.0.2.99"]);
    assert_eq!(run.out, "not shown: 1 unreachable message that the options leave out\n");
}

/// Whoever asks for a time of another day, or of another zone, is told which there are.
#[test]
fn where_no_time_is_left_the_times_of_the_capture_are_told() {
    let folder = testdata("lab/closed_udp_many");
    let told = |words: &[&str]| run(&folder, &[&["read", "-q", "client.pcap"][..], words].concat()).out;
    let shown = "not shown: 2 incidents that the options leave out; what was read is from 2026-11-22 ";
    let (utc, east) = (told(&["--since", "23:59"]), told(&["--until", "00:01", "--time-zone", "+02:00"]));
    assert!(utc.starts_with(shown) && utc.ends_with(" UTC\n") && utc.contains(" to 2026-11-22 "), "{utc}");
    assert!(east.starts_with(shown) && east.ends_with(" +02:00\n"), "{east}");
    assert!(told(&["--since", "23:59", "-t", "messages"]).contains("; what was read is from "));
    let groups = told(&["--since", "23:59", "--group-by", "target"]);
    assert_eq!(groups, format!("No groups: there are no such incidents.\n{utc}"));
    let some = told(&["--target", "10.0.0.0/8", "--group-by", "cause"]);
    assert!(some.ends_with("\nnot shown: 1 incident that the options leave out\n"), "{some}");
    assert!(!told(&["--since", "00:01", "--cause", "closed-port", "--sender", "10.0.0.0/8"]).contains("what was read"));
}

/// What a trace ends at is what it looks for.
#[test]
fn a_filter_that_a_trace_found_is_not_folded_away() {
    let capture = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/lab/traceroute_filtered/client.pcap");
    let run = run(folder().path(), &[capture]);
    assert!(run.out.contains("network-filter"), "{}", run.out);
    assert!(run.out.contains("not shown: 10 traceroute ends"), "others are: {}", run.out);
    assert!(
        run.err.contains("20 unreachables: 10 in 2 incidents, 10 traceroute ends"),
        "as the table has it: {}",
        run.err
    );
}

#[test]
fn memory_in_which_nothing_fits_is_refused() {
    assert!(shown(&["--max-memory", "64"]).err.contains("must be at least 24MiB"));
    assert_eq!(rows(&["--max-memory", "24MiB"]), 1);
}

/// Columns that are asked for change nothing about what is said below a table, or instead of one.
#[test]
fn chosen_columns_say_what_they_leave_out() {
    let folder = testdata("lab/closed_udp_many");
    let told =
        |words: &[&str]| run(&folder, &[&["read", "-q", "client.pcap", "--columns", "cause"][..], words].concat()).out;
    assert_eq!(told(&["--cause", "forged"]), "not shown: 2 incidents that the options leave out\n");
    assert_eq!(
        told(&["--target", "10.0.0.0/8"]),
        "cause\nclosed-port\nnot shown: 1 incident that the options leave out\n"
    );
    assert_eq!(told(&["--top", "1"]), "cause\nclosed-port\nnot shown: 1 more incident (--top 1)\n");
    let messages = told(&["-t", "messages", "--target", "10.0.0.0/8"]);
    assert!(messages.ends_with("\nnot shown: 30 unreachable messages that the options leave out\n"), "{messages}");
}

/// What the column says can be asked for: a cause, or the attribution where only that is certain.
#[test]
fn attributions_are_selected_like_causes() {
    let folder = testdata("lab");
    let cells = |words: &[&str]| {
        let columns = ["-F", "csv", "--columns", "attribution,cause,confidence,attribution_confidence"];
        // Without the packets that are quoted, it is more often open whose filter refuses.
        let told = run(&folder, &[&["read", "-q", ".", "-f", "icmp or icmp6"][..], &columns, words].concat());
        told.out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let (all, filtered) = (cells(&[]), cells(&["--cause", "filtering-device"]));
    let expected: Vec<_> = all.iter().filter(|row| row.starts_with("filtering-device,")).cloned().collect();
    assert!(filtered.iter().any(|row| row.starts_with("filtering-device,undetermined,")), "{filtered:?}");
    assert_eq!(filtered, expected);
    assert_eq!(cells(&["--cause", "network,closed-port"]).len(), {
        let is_either = |row: &&String| row.starts_with("network,") || row.contains(",closed-port,");
        all.iter().filter(is_either).count()
    });
    let certainty = |row: &String| {
        let cells: Vec<&str> = row.split(',').collect();
        let told = if cells[1] == "undetermined" && cells[0] != "undetermined" { cells[3] } else { cells[2] };
        told.parse::<f64>().unwrap()
    };
    let sure: Vec<_> = all.iter().filter(|row| certainty(row) >= 0.9).cloned().collect();
    assert!(sure.iter().any(|row| row.contains(",undetermined,")) && sure.len() < all.len());
    assert_eq!(cells(&["--min-confidence", "0.9"]), sure);
}
