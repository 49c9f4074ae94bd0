//! Everything that stands in a table is explained: its columns, and every word of its cells.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use unreach::report::vocabulary::Vocabulary;
use unreach::report::{Kind, TableName};

use super::captures::hardly_quoted;
use super::lines::{run, unreach};
use crate::testdata::folder::testdata;

fn assert_explained(words: impl IntoIterator<Item = String>) {
    let folder = tempfile::tempdir().unwrap();
    for word in words {
        let told = run(folder.path(), &["explain", &word]);
        assert_eq!(told.status, 0, "{word}: {}", told.err);
        assert!(told.out.lines().count() > 1, "{word}: {}", told.out);
    }
}

/// Who it is that refuses is not known then: neither that the target does, nor that another does.
#[test]
fn a_message_that_names_no_target_may_be_the_targets_own() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("short.pcap"), hardly_quoted()).unwrap();
    let table = run(folder.path(), &["read", "short.pcap", "-F", "csv", "--columns", "incident,cause,target"]);
    let row = table.out.lines().nth(1).unwrap_or_else(|| panic!("a row: {}", table.err));
    let [id, cause, target] = row.split(',').collect::<Vec<_>>()[..] else { panic!("{row}") };
    assert_eq!((cause, target), ("closed-port", ""));
    let told = run(folder.path(), &["explain", id, "--in", "short.pcap"]);
    let words = told.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("refused packets of an unknown sender to an unknown target"), "{}", told.out);
    assert!(words.contains("1 message, whose quote does not tell the flow."), "{}", told.out);
    assert!(!words.contains("neither the sender nor the target"), "{}", told.out);
}

/// The first incident of a capture with this cause, explained.
fn explained(capture: &str, cause: &str) -> String {
    let folder = testdata("lab");
    let table = run(&folder, &["read", capture, "-F", "csv", "--cause", cause, "--columns", "incident"]);
    let id = table.out.lines().nth(1).unwrap_or_else(|| panic!("a row: {}", table.err));
    let told = run(&folder, &["explain", id, "--in", capture]);
    assert_eq!(told.status, 0, "{}", told.err);
    told.out
}

/// What the terminal would break in the middle of words is broken between them; what is to be copied stays in one line.
#[test]
fn lines_are_no_longer_than_the_terminal_is_wide() {
    for (columns, longest) in [("72", 72), ("80", 80), ("200", 96)] {
        let told = unreach(Path::new(".")).env("COLUMNS", columns).args(["explain", "distance"]).output().unwrap();
        let out = String::from_utf8(told.stdout).unwrap();
        let widest = out.lines().map(|line| line.chars().count()).max().unwrap_or_default();
        assert!(widest <= longest && widest > longest - 20, "{columns}: {out}");
    }
}

/// The probability stands with what is judged, and of many frames it is said that they are not all.
#[test]
fn a_verdict_is_told_with_its_probability() {
    let told = explained("closed_udp_many/client.pcap", "closed-port");
    let verdict = told.lines().find(|line| line.starts_with("Verdict: ")).unwrap();
    assert!(verdict.starts_with("Verdict: closed-port, ") && verdict.ends_with(" %"), "{verdict}");
    assert!(told.contains("\nFrames of 16 of the 30 messages\n"), "{told}");
    let frame = told.lines().find(|line| line.starts_with("  closed_udp_many/client.pcap frame ")).unwrap();
    assert!(frame.contains(" about frame ") && frame.ends_with(" (exact)"), "{frame}");
    assert!(told.contains(" ms after the packet (median)."), "{told}");
}

/// What was perhaps written by somebody else is not said to have been spoken by whom it names.
#[test]
fn who_may_be_forged_is_not_said_to_have_refused() {
    let forged = explained("forged_blind/client.pcap", "forged");
    assert!(forged.contains("  10.2.0.2, or somebody in its name, "), "{forged}");
    let filtered = explained("netfilter_netdev_r2_impersonates/client.pcap", "network-filter");
    assert!(filtered.contains("  Somebody in the name of 10.2.0.2, "), "{filtered}");
}

#[test]
fn what_names_no_incident_is_told_what_to_give() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("short.pcap"), hardly_quoted()).unwrap();
    for words in [&["explain", "--in", "short.pcap"][..], &["explain", "all", "--in", "short.pcap"]] {
        let told = run(folder.path(), words);
        assert_eq!((told.status, told.out.as_str()), (2, ""));
        assert!(told.err.contains("which incident?") && told.err.contains("as column ID of the table"), "{}", told.err);
    }
    let word = run(folder.path(), &["explain", "closed-port", "--in", "short.pcap"]);
    assert_eq!(word.status, 2);
    assert!(word.err.contains("no incident `closed-port`") && word.err.contains("column ID"), "{}", word.err);
    assert!(word.err.contains("unreach explain closed-port"), "{}", word.err);
    let other = run(folder.path(), &["explain", "bcdf", "--in", "short.pcap"]);
    assert!(other.err.contains("column ID") && !other.err.contains("unreach explain bcdf"), "{}", other.err);
}

#[test]
fn columns_are_explained() {
    let names: BTreeSet<String> =
        TableName::ALL.into_iter().flat_map(TableName::headings).map(|heading| heading.name.to_owned()).collect();
    assert_explained(names);
}

#[test]
fn vocabularies_are_explained_in_sentences() {
    let words: Vec<_> = Vocabulary::ALL.into_iter().flat_map(Vocabulary::words).collect();
    for word in &words {
        assert!(word.explanation.ends_with('.') && word.explanation.len() > 15, "{word:?}");
    }
    assert_explained(words.into_iter().map(|word| word.name));
}

#[test]
fn words_of_real_tables_are_explained() {
    let run = run(&testdata("crafted"), &["read", "-F", "json", "--group-by", "cause", "."]);
    let document: Value = serde_json::from_str(&run.out).expect("JSON");
    let mut words = BTreeSet::new();
    for table in TableName::ALL {
        let keywords: Vec<_> = table.headings().into_iter().filter(|heading| heading.kind == Kind::Keyword).collect();
        for row in document[table.name()].as_array().into_iter().flatten() {
            words.extend(keywords.iter().filter_map(|heading| row[heading.name].as_str().map(str::to_owned)));
            // The layers of an encapsulation, with the numbers behind them.
            words.extend(row["encapsulation"].as_str().map(str::to_owned));
            words.extend(
                row["candidates"].as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)),
            );
        }
    }
    // Protocols without a name stand as numbers.
    words.retain(|word| word.parse::<u8>().is_err());
    assert!(words.len() > 30, "{words:?}");
    assert_explained(words);
}

/// Of codes that no RFC gives a meaning, tables show the number.
#[test]
fn codes_without_a_meaning_are_explained_as_tables_show_them() {
    let folder = tempfile::tempdir().unwrap();
    for (code, shown) in [("3/99", "code-99"), ("v6:1/40", "code-40"), ("code-16", "code-16"), ("code-016", "code-16")]
    {
        let told = run(folder.path(), &["explain", code]);
        assert!(told.out.starts_with(&format!("{shown}: a meaning\n")), "{code}: {} {}", told.out, told.err);
    }
    for none in ["v6:5/1", "code-+16", "3/+13", "code-"] {
        assert_eq!(run(folder.path(), &["explain", none]).status, 2, "{none}");
    }
}

/// As they are printed: in capitals, some with what stands in brackets.
#[test]
fn headings_of_text_tables_are_explained() {
    let folder = testdata("lab/closed_udp_many");
    let tables: [&[&str]; 6] = [
        &["-t", "incidents"],
        &["-t", "messages"],
        &["-t", "devices"],
        &["--group-by", "reporter"],
        &["--group-by", "sender"],
        &["--group-by", "cause"],
    ];
    let mut headings = BTreeSet::new();
    for table in tables {
        let told = run(&folder, &[&["read", "client.pcap"][..], table].concat());
        let line = told.out.lines().find(|line| line.chars().all(|c| !c.is_lowercase()) && line.contains("  "));
        // Headings are set apart by two spaces or more.
        let line = line.unwrap_or_else(|| panic!("{table:?}: {}", told.out));
        headings.extend(line.split("  ").map(str::trim).filter(|heading| !heading.is_empty()).map(str::to_owned));
    }
    assert!(headings.len() > 15 && headings.contains("BY (HOPS)"), "{headings:?}");
    assert_explained(headings);
    assert_explained(["closed-port?", "?", "as target", "target?", "many"].map(str::to_owned));
    // With the question mark, the word says that it is open what it says without.
    let open = run(&folder, &["explain", "target? (2)"]).out;
    assert!(open.contains("or by somebody else in its name") && !open.contains("on the target itself"), "{open}");
}
