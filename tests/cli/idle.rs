//! Every option either does something where it stands, or is refused with what to do instead.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::captures::refused;
use super::lines::run;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.pcap"), refused()).unwrap();
    folder
}

/// Words in which an option is idle, and how it is called in the refusal.
const IDLE: [(&str, &str); 23] = [
    ("good.pcap --excel", "--excel"),
    ("good.pcap -F md --excel=semicolon -o all.ndjson", "--excel"),
    ("good.pcap --force", "--force"),
    ("good.pcap -F csv --time-zone +01:00", "--time-zone"),
    ("good.pcap -F json --time-format epoch", "--time-format"),
    ("good.pcap -F html --time-format epoch", "--time-format"),
    ("good.pcap -F html --columns cause", "--columns"),
    ("good.pcap -F html -t devices --columns role -o incidents.csv", "--columns"),
    ("good.pcap -F html -t devices --sort role", "--sort"),
    ("good.pcap -F html -t messages --top 3", "--top"),
    ("good.pcap -F html --group-by target", "--group-by"),
    ("good.pcap -t messages --group-by target", "--group-by"),
    ("live -i lo --rotate 1h", "--rotate"),
    ("live -i lo --rotate 1h -o page.html", "--rotate"),
    ("live -i lo --rotate 1h -o devices=devices.csv", "--rotate"),
    ("live -i lo --rotate 1h -o incidents.csv --top 3", "--rotate"),
    ("live -i lo --columns cause", "--columns"),
    ("live -i lo --view --columns cause", "--columns"),
    ("live -i lo --view --time-zone local", "--time-zone"),
    ("live -i lo --force", "--force"),
    ("explain 3/13 --filter icmp", "--filter"),
    ("explain 3/13 --flow-timeout 1m", "--flow-timeout"),
    ("explain closed-port --anonymize key", "--anonymize"),
];

#[test]
fn what_would_do_nothing_is_refused_with_what_to_do() {
    let folder = folder();
    for (words, option) in IDLE {
        let run = run(folder.path(), &words.split(' ').collect::<Vec<_>>());
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{words}: {}", run.err);
        let told = format!("unreach: error: {option} is about ");
        assert!(run.err.starts_with(&told) && run.err.contains(", or leave it out"), "{words}: {}", run.err);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{words}: nothing is begun");
    }
}

/// Words with options that are idle in one output, and do something in another.
const BUSY: [&str; 12] = [
    "good.pcap -F csv --excel",
    "good.pcap --excel -o all.csv",
    "good.pcap --force -o all.csv",
    "good.pcap -F csv --time-zone +01:00 --since 14:30",
    "good.pcap -F html --time-zone +01:00",
    "good.pcap -F csv --time-format epoch -o all.txt",
    "good.pcap -F html --columns cause -o other.csv",
    "good.pcap -F html --top 1 --sort confidence:desc",
    "good.pcap -F json --columns cause",
    "good.pcap -F json --group-by target",
    "good.pcap -F html --group-by target -o run.sqlite",
    "good.pcap -t messages -F json",
];

#[test]
fn what_does_something_somewhere_is_not() {
    for words in BUSY {
        let run = run(folder().path(), &words.split(' ').collect::<Vec<_>>());
        assert_eq!(run.status, 0, "{words}: {}", run.err);
    }
}

#[test]
fn defaults_of_the_configuration_may_be_idle() {
    let folder = folder();
    fs::create_dir(folder.path().join("unreach")).unwrap();
    fs::write(
        folder.path().join("unreach/config.toml"),
        "excel = \"semicolon\"\nforce = true\ntime-zone = \"local\"\n",
    )
    .unwrap();
    let run = run(folder.path(), &["good.pcap", "-F", "ndjson"]);
    assert_eq!(run.status, 0, "{}", run.err);
}

/// Options that do something wherever they are given, as nothing else that is asked for takes their place away: what is
/// read and how, what is chosen of it, what is said about it. An option that is new belongs here, or to the others above.
const ALWAYS: [&str; 39] = [
    "help",
    "version",
    "quiet",
    "verbose",
    "color",
    "progress",
    "print-config",
    "no-config",
    "follow",
    "duration",
    "filter",
    "decode-as",
    "threads",
    "max-flows",
    "max-memory",
    "flow-timeout",
    "table",
    "format",
    "output",
    "include",
    "exclude",
    "cause",
    "min-confidence",
    "fail-on",
    "target",
    "reporter",
    "sender",
    "since",
    "until",
    "anonymize",
    "names",
    "hosts",
    "mmdb",
    "interface",
    "count",
    "snaplen",
    "buffer",
    "no-promisc",
    "view",
];
const OF_LIVE: [&str; 4] = ["save", "metrics", "incident-timeout", "user"];
const OF_OTHERS: [&str; 2] = ["in", "json"];

fn options(folder: &Path) -> BTreeSet<String> {
    let long = |line: &str| {
        let (_, name) =
            line.trim_start().split_once("--").filter(|(before, _)| before.is_empty() || before.ends_with(", "))?;
        Some(name.split(|character: char| !character.is_ascii_lowercase() && character != '-').next()?.to_owned())
    };
    let help = |command: &str| run(folder, &[command, "--help"]).out;
    let texts = ["read", "live", "explain", "schema", "interfaces", "man"].map(help);
    texts.iter().flat_map(|text| text.lines().filter_map(long).collect::<Vec<_>>()).collect()
}

#[test]
fn every_option_was_thought_of() {
    let known = |option: &&String| {
        let listed = ALWAYS.iter().chain(&OF_LIVE).chain(&OF_OTHERS).any(|name| name == *option);
        listed || IDLE.iter().any(|(_, idle)| idle.trim_start_matches('-') == option.as_str())
    };
    let options = options(folder().path());
    assert!(options.len() > 40, "{options:?}");
    let unknown: Vec<&String> = options.iter().filter(|option| !known(option)).collect();
    assert!(unknown.is_empty(), "may these be idle? {unknown:?}");
}
