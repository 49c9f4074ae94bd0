//! Crates that only one module may name.

use super::source::{Source, refuse, sources};

/// Crates with the only module that may name each.
const KEPT: [(&str, &str); 7] = [
    ("pcap", "capture"),
    ("pcap_parser", "capture"),
    ("etherparse", "decode"),
    ("aes", "anonymity"),
    ("simple_dns", "naming"),
    ("maxminddb", "naming"),
    ("askama", "report"),
];

/// Crates that reach files, clocks, sockets or threads, which nothing before `report` knows.
const OUTSIDE: [&str; 7] =
    ["std::fs", "std::io", "std::net::Tcp", "std::net::Udp", "std::thread", "std::time", "std::process"];

/// Modules of the analysis.
const ANALYSIS: [&str; 10] =
    ["frame", "decode", "flow", "unreachable", "verdict", "evidence", "incident", "analyzer", "naming", "anonymity"];

/// Whether code names a crate: as the first part of a path.
fn names(line: &str, name: &str) -> bool {
    line.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|character| character.is_alphanumeric() || matches!(character, '_' | ':'))
    })
}

fn faults<'a>(source: &'a Source, crates: impl Iterator<Item = &'a str>) -> Vec<String> {
    let named = |name: &'a str| source.code().filter(move |(_, line)| names(line, name)).map(move |(n, _)| (n, name));
    crates.flat_map(named).map(|(number, name)| format!("src/{}:{number}: names {name}", source.path)).collect()
}

#[test]
fn each_is_named_by_its_module_only() {
    let kept_from = |source: &Source| {
        let module = source.module().to_owned();
        KEPT.iter().filter(move |(_, home)| *home != module).map(|(name, _)| *name)
    };
    let faults: Vec<String> = sources().iter().flat_map(|source| faults(source, kept_from(source))).collect();
    refuse(&faults);
}

#[test]
fn the_analysis_knows_nothing_outside() {
    let sources = sources();
    let analysis = sources.iter().filter(|source| ANALYSIS.contains(&source.module()));
    let lines = analysis.flat_map(|source| source.code().map(move |(number, line)| (source, number, line)));
    let faults: Vec<String> = lines
        .filter_map(|(source, number, line)| {
            let outside = OUTSIDE.iter().find(|name| line.contains(*name))?;
            Some(format!("src/{}:{number}: uses {outside}", source.path))
        })
        .collect();
    refuse(&faults);
}

#[test]
fn names_are_whole() {
    assert!(names("use pcap::Capture;", "pcap") && names("let x: pcap::Linktype", "pcap"));
    assert!(!names("use crate::capture::pcap::X;", "pcap") && !names("mypcap::X", "pcap"));
}
