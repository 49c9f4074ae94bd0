//! Packets that were evidence, saved: their verdicts are those of all packets.

use std::collections::BTreeMap;

use unreach::analyzer::{Analyzer, Config};
use unreach::capture::{Keeper, Saved, Unkept};
use unreach::decode::Tunnels;
use unreach::frame::{Frame, InputId, LinkType, Timestamp};

use crate::corpus;
use crate::unreachable::made::{CLIENT, Ip, ROUTER, message, udp};

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
    let (mut keeper, mut writer) = (Keeper::new(room, Tunnels::default()), Saved::default());
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

/// A keeper that has seen many hosts refuse, and what it keeps.
struct Crowd {
    keeper: Keeper,
    number: u64,
    /// Frames that were kept.
    kept: Vec<u64>,
}

impl Crowd {
    /// Sees a packet, fifty microseconds after the one before. Returns its number.
    fn see(&mut self, packet: &Ip) -> u64 {
        self.see_bytes(LinkType::RAW, &packet.bytes())
    }

    fn see_bytes(&mut self, link: LinkType, bytes: &[u8]) -> u64 {
        self.number += 1;
        let frame = Frame {
            input: InputId(0),
            number: self.number,
            timestamp: Timestamp(self.number.cast_signed() * 50_000),
            link,
            bytes,
            wire_length: bytes.len() as u32,
        };
        self.keeper.push(&frame, |frame| self.kept.push(frame.number));
        self.number
    }

    /// Sees a host asked, and refuse. Returns the numbers of both packets.
    fn refuse(&mut self, host: u32) -> [u64; 2] {
        let target = (0x0a00_0000 + host).to_be_bytes();
        // Identification and length tell the quotes apart.
        let content = vec![0; (host >> 16) as usize];
        let asked = Ip { destination: target, ..Ip::new(17, host as u16, udp(40_000, 53, 1, &content)) };
        let refusal = message(3, [0; 4], &asked.arrived());
        [self.see(&asked), self.see(&Ip { source: target, destination: CLIENT, ..Ip::new(1, 1, refusal) })]
    }
}

/// Which neighbour does not answer is evidence about each host, however many there are.
#[test]
fn neighbours_that_were_asked_for_are_kept() {
    let mut crowd = Crowd { keeper: Keeper::new(8 << 20, Tunnels::default()), number: 0, kept: Vec::new() };
    for host in 1..=100 {
        let sender = [[2, 0, 0, 0, 0, 1].as_slice(), &ROUTER].concat();
        let target = [[0; 6].as_slice(), &[203, 0, 113, host]].concat();
        let kind = [0, 1, 8, 0, 6, 4, 0, 1];
        let ethernet = [[0xff; 6].as_slice(), &[2, 0, 0, 0, 0, 1], &[8, 6]].concat();
        crowd.see_bytes(LinkType::ETHERNET, &[ethernet.as_slice(), &kind, &sender, &target].concat());
    }
    let asked = Ip { destination: [203, 0, 113, 7], ..Ip::new(17, 1, udp(40_000, 53, 1, b"are you there?")) };
    crowd.see(&asked);
    crowd.see(&Ip { source: ROUTER, destination: CLIENT, ..Ip::new(1, 1, message(1, [0; 4], &asked.arrived())) });
    let Crowd { keeper, mut kept, .. } = crowd;
    keeper.finish(|frame| kept.push(frame.number));
    assert_eq!(kept.len(), 102);
}

/// More hosts than are remembered must not end a long run's keeping; and what was let go is told in numbers.
#[test]
fn after_many_hosts_new_ones_are_kept_as_the_first_were() {
    let mut crowd = Crowd { keeper: Keeper::new(8 << 20, Tunnels::default()), number: 0, kept: Vec::new() };
    let strangers = Ip { source: [203, 0, 113, 1], destination: [203, 0, 113, 2], ..Ip::new(17, 0, udp(1, 2, 3, &[])) };
    for host in 0..290_000 {
        crowd.refuse(host);
        if host % 1000 == 0 {
            crowd.see(&strangers);
        }
    }
    let last = crowd.refuse(290_000);
    let later = Ip { source: [10, 0x04, 0x6c, 0xd0], ..Ip::new(17, 9, udp(53, 50_000, 1, b"I am here")) };
    let later = crowd.see(&later);
    let Crowd { keeper, mut kept, .. } = crowd;
    let Unkept { early, quotes, hosts } = keeper.finish(|frame| kept.push(frame.number));
    assert!(kept.ends_with(&[last[0], last[1], later]), "the latest host is known");
    assert_eq!(kept.len(), 2 * 290_001 + 1, "all that was refused, nothing of strangers");
    assert!((1..=290).contains(&early), "{early} of 290 strangers were let go early");
    assert!(quotes > 0 && hosts > 0, "{quotes} quotes, {hosts} hosts");
}
