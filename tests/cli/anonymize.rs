//! `--anonymize`: no address that was captured stands in anything that is written.

use std::collections::BTreeSet;
use std::fs;
use std::net::IpAddr;
use std::path::Path;

use serde_json::Value;
use unreach::decode::{self, Content, Tunnels};

use super::lines::{Run, run};
use crate::corpus;

/// A key by which no address of `testdata` is mapped to another one of the same capture.
const KEY: &str = "6e8c2d1f0a9b47c35d62e1f8940b7a3c1d2e3f405162738495a6b7c8d9eaf00b\n";

/// Every file that a run writes.
const FILES: [&str; 7] = [
    "all.json",
    "page.html",
    "incidents.md",
    "incidents.txt",
    "messages=messages.csv",
    "messages=messages.ndjson",
    "devices=devices.csv",
];

/// Every address in the headers of a capture, tunnels included.
fn captured(path: &Path) -> BTreeSet<IpAddr> {
    let mut found = BTreeSet::new();
    let tunnels = Tunnels::default();
    for frame in corpus::frames(&[path.to_owned()]) {
        let frame = frame.frame();
        let mut content = decode::frame(&frame).ok();
        while let Some(Content::Packet(packet)) = content {
            found.extend([packet.ip.source(), packet.ip.destination()]);
            content = tunnels.inside(&packet);
        }
    }
    found
}

/// Everything in a text that reads as an address: words with dots and colons, with punctuation at their end cut off.
fn addresses(text: &str) -> BTreeSet<IpAddr> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | ':');
    let runs = text.split(|character| !is_part(character));
    let parse = |run: &str| {
        let bare = run.trim_end_matches('.');
        let candidates = [run, bare, bare.trim_end_matches(':'), bare.split(':').next().unwrap_or_default()];
        candidates.into_iter().find_map(|word| word.parse().ok())
    };
    runs.filter_map(parse).collect()
}

/// A run that writes everything; what was written, and what the program said.
fn written(capture: &str, options: &[&str]) -> (Run, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("key"), KEY).unwrap();
    let mut arguments = vec!["read", capture, "-v", "--include", "all"];
    arguments.extend(FILES.iter().flat_map(|file| ["-o", file]));
    arguments.extend(options);
    let run = run(folder.path(), &arguments);
    let names = FILES.map(|file| file.rsplit('=').next().unwrap());
    let files: Vec<String> =
        names.iter().filter_map(|name| fs::read_to_string(folder.path().join(name)).ok()).collect();
    let all = format!("{}\n{}\n{}", run.out, run.err, files.join("\n"));
    (run, all)
}

/// Ids of the incidents in a document.
fn ids(document: &str) -> Vec<String> {
    let begin = document.find("{\"schema_version\"").expect("a document");
    let mut stream = serde_json::Deserializer::from_str(&document[begin..]).into_iter::<Value>();
    let document = stream.next().unwrap().unwrap();
    document["incidents"].as_array().unwrap().iter().map(|row| row["incident"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn no_captured_address_is_written() {
    let (mut captures, mut disguised) = (0, 0);
    for path in corpus::captures("") {
        let name = path.to_str().unwrap();
        let (plain, open) = written(name, &[]);
        if plain.status == 2 {
            continue;
        }
        let mut originals = captured(&path);
        originals.extend(addresses(&open));
        let (run, told) = written(name, &["--anonymize", "key"]);
        assert_eq!(run.status, plain.status, "{name}: {}", run.err);
        let kept: Vec<_> = addresses(&told).intersection(&originals).copied().collect();
        assert!(kept.is_empty(), "{name}: {kept:?}");
        captures += 1;
        disguised += addresses(&told).len();
        let known = ids(&open);
        assert!(ids(&told).iter().all(|id| !known.contains(id)), "{name}: ids");
    }
    assert!(captures > 30 && disguised > 200, "{captures} captures, {disguised} addresses");
}

#[test]
fn nor_is_one_explained() {
    let path = corpus::captures("lab").swap_remove(0);
    let name = path.to_str().unwrap();
    let (_, told) = written(name, &["--anonymize", "key"]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("key"), KEY).unwrap();
    for id in ids(&told) {
        let explained = run(folder.path(), &["explain", &id, "--in", name, "--anonymize", "key"]);
        assert_eq!(explained.status, 0, "{}", explained.err);
        assert!(explained.out.contains(&id));
        let kept: Vec<_> = addresses(&explained.out).intersection(&captured(&path)).copied().collect();
        assert!(kept.is_empty(), "{kept:?}");
    }
}

#[test]
fn networks_select_what_they_contained() {
    let (path, network) = (corpus::captures("lab/netfilter_fwd_r2").swap_remove(0), "10.2.0.0/16");
    let name = path.to_str().unwrap();
    let (_, open) = written(name, &["--target", network]);
    let (_, told) = written(name, &["--target", network, "--anonymize", "key"]);
    assert!(!ids(&open).is_empty());
    assert_eq!(ids(&told).len(), ids(&open).len());
}

#[test]
fn a_key_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("short"), "abc").unwrap();
    fs::write(folder.path().join("key"), KEY).unwrap();
    let path = corpus::captures("lab").swap_remove(0);
    let name = path.to_str().unwrap();
    for key in ["missing", "short"] {
        let run = run(folder.path(), &["read", name, "--anonymize", key]);
        assert_eq!(run.status, 2, "{key}");
        assert!(run.out.is_empty() && run.err.contains("openssl rand -hex 32"), "{}", run.err);
    }
    assert!(!folder.path().join("missing").exists(), "no key is made by itself");
    let both = run(folder.path(), &["read", name, "--anonymize", "key", "--names"]);
    assert_eq!(both.status, 2, "names would tell whom the addresses stand for");
}
