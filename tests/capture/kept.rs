//! Packets that were evidence, saved: their verdicts are those of all packets.

use std::collections::BTreeMap;

use unreach::analyzer::{Analyzer, Config};
use unreach::capture::{Keeper, Saved};
use unreach::frame::Frame;

use crate::corpus;

/// Incidents by what sets them apart, with their cause and messages.
fn causes<'a>(frames: impl IntoIterator<Item = Frame<'a>>) -> BTreeMap<String, u64> {
    let mut analyzer = Analyzer::new(Config::default());
    frames.into_iter().for_each(|frame| analyzer.push(&frame));
    let (findings, _) = analyzer.finish();
    let mut causes = BTreeMap::new();
    for incident in findings.incidents {
        let key = format!(
            "{:?} {:?} {} {:?} {}",
            incident.target,
            incident.target_ports,
            incident.reporter,
            incident.code,
            incident.verdict.cause_name()
        );
        *causes.entry(key).or_default() += incident.messages;
    }
    causes
}

/// The frames that a keeper of so much room keeps, as a file, and how many they are.
fn saved(frames: &[corpus::Captured], room: usize) -> (tempfile::NamedTempFile, usize) {
    let (mut keeper, mut writer) = (Keeper::new(room), Saved::default());
    let (mut file, mut count) = (Saved::header(), 0);
    let mut keep = |frame: &Frame<'_>| {
        file.extend(writer.blocks(frame, "eth0", 262_144));
        count += 1;
    };
    for captured in frames {
        keeper.push(&captured.frame(), &mut keep);
    }
    keeper.finish(&mut keep);
    let named = tempfile::Builder::new().suffix(".pcapng").tempfile().expect("a file");
    std::fs::write(named.path(), &file).expect("written");
    (named, count)
}

#[test]
fn what_was_kept_is_judged_as_everything_was() {
    let (mut all, mut kept) = (0, 0);
    let mut differing = Vec::new();
    let captures = corpus::captures("lab");
    assert!(captures.len() > 20, "only {} captures", captures.len());
    for path in captures {
        let frames = corpus::frames(std::slice::from_ref(&path));
        let (file, count) = saved(&frames, 16 << 20);
        let again = corpus::frames(&[file.path().to_owned()]);
        assert_eq!(again.len(), count, "{}: every frame is read again", path.display());
        (all, kept) = (all + frames.len(), kept + count);
        let whole = causes(frames.iter().map(|captured| captured.frame()));
        let part = causes(again.iter().map(|captured| captured.frame()));
        if whole != part {
            differing.push(format!("{}:\n  {whole:?}\n  {part:?}", path.display()));
        }
    }
    eprintln!("{kept} of {all} frames kept");
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn without_a_message_nothing_is_kept() {
    let frames = corpus::frames(&corpus::captures("lab"));
    let quiet: Vec<_> = frames.into_iter().filter(|captured| !is_icmp(captured.frame().bytes)).collect();
    assert!(quiet.len() > 100);
    let (_, count) = saved(&quiet, 1 << 20);
    assert_eq!(count, 0);
}

/// Roughly: Ethernet with IPv4 or IPv6, and ICMP in it; or any other link or tag.
fn is_icmp(bytes: &[u8]) -> bool {
    match bytes.get(12..14) {
        Some([0x08, 0x00]) => bytes.get(23) != Some(&17) && bytes.get(23) != Some(&6),
        Some([0x08, 0x06]) => false,
        _ => true,
    }
}
