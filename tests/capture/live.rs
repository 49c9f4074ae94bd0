//! Live interfaces, in network namespaces of their own; skipped where none may be made.

use std::net::UdpSocket;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use unreach::capture::live::wait;
use unreach::capture::{Change, Drained, Live, LiveError, LiveOptions, News, Sniffer, interfaces};
use unreach::frame::{InputId, LinkType};

use crate::network::{Network, ip};

fn small() -> LiveOptions {
    LiveOptions { buffer_bytes: 2 << 20, ..LiveOptions::default() }
}

fn open(name: &str, options: &LiveOptions) -> Live {
    Live::open(name, InputId(2), options).expect("may be opened")
}

fn refused(name: &str, options: &LiveOptions) -> LiveError {
    match Live::open(name, InputId(0), options) {
        Ok(_) => panic!("{name} was opened"),
        Err(error) => error,
    }
}

/// Sends datagrams to a port that is closed.
fn knock(count: usize, payload: &[u8]) {
    for _ in 0..count {
        let socket = UdpSocket::bind("192.0.2.1:0").expect("an address");
        socket.send_to(payload, "192.0.2.2:9").expect("sent");
    }
}

/// What was captured: bytes, time, length on the wire.
type Captured = (Vec<u8>, i64, u32);

/// Drains the interface until `enough` holds of what came, for at most ten seconds.
fn collect(live: &mut Live, enough: impl Fn(&[Captured]) -> bool) -> Vec<Captured> {
    let begun = Instant::now();
    let mut frames: Vec<Captured> = Vec::new();
    while !enough(&frames) {
        assert!(begun.elapsed() < Duration::from_secs(10), "only {} frames came", frames.len());
        wait([&*live], Duration::from_millis(50)).expect("waited");
        live.drain(|frame| {
            assert_eq!(frame.input, InputId(2));
            assert_eq!(frame.number, frames.len() as u64 + 1);
            frames.push((frame.bytes.to_vec(), frame.timestamp.0, frame.wire_length));
        });
    }
    frames
}

fn is_message(frame: &Captured) -> bool {
    let bytes = &frame.0;
    bytes.len() > 35 && bytes[12..14] == [8, 0] && bytes[23] == 1 && bytes[34..36] == [3, 3]
}

#[test]
fn frames_of_an_interface_and_the_messages_they_provoke() {
    let Some(_network) = Network::new() else { return };
    let mut live = open("inside", &small());
    assert_eq!((live.name(), live.link()), ("inside", LinkType::ETHERNET));
    knock(3, b"is anybody there");
    let frames = collect(&mut live, |frames| frames.iter().any(is_message));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() as i64;
    assert!(frames.iter().all(|(_, time, _)| (now - time).abs() < 60_000_000_000), "times are in nanoseconds");
    assert!(frames.iter().any(|(_, time, _)| time % 1_000 != 0), "and precise");
    let stats = live.stats();
    assert_eq!((stats.delivered, stats.dropped_by_kernel), (frames.len() as u64, 0));
}

#[test]
fn a_silent_interface_does_not_stop_the_clock() {
    let Some(_network) = Network::new() else { return };
    let mut live = open("inside", &small());
    // What is sent when a link comes up may still be under way.
    while live.drain(|_| ()) != Drained::Idle {}
    let begun = Instant::now();
    let mut idle = 0;
    while begun.elapsed() < Duration::from_millis(500) {
        wait([&live], Duration::from_millis(50)).expect("waited");
        idle += u32::from(live.drain(|_| ()) == Drained::Idle);
    }
    assert!((5..=30).contains(&idle), "{idle} times idle in half a second");
}

#[test]
fn snap_length_and_filter() {
    let Some(_network) = Network::new() else { return };
    let options = LiveOptions { snap_length: 60, filter: Some("udp".to_owned()), promiscuous: false, ..small() };
    let mut live = open("inside", &options);
    knock(5, &[7; 1000]);
    let frames = collect(&mut live, |frames| frames.len() >= 5);
    assert!(frames.iter().all(|(bytes, _, wire)| bytes.len() == 60 && *wire == 1042 && bytes[23] == 17));
    let wrong = LiveOptions { filter: Some("not a filter".to_owned()), ..small() };
    assert!(matches!(refused("inside", &wrong), LiveError::Filter { .. }));
}

#[test]
fn any_gives_cooked_frames_that_name_their_interface() {
    let Some(_network) = Network::new() else { return };
    let mut live = open("any", &small());
    assert_eq!(live.link(), LinkType::LINUX_SLL2);
    knock(1, b"hello");
    let frames = collect(&mut live, |frames| frames.iter().any(|(bytes, ..)| bytes.starts_with(&[8, 0])));
    assert!(frames.iter().all(|(bytes, ..)| bytes.len() >= 20));
}

/// Takes from a sniffer until `enough` holds of what came, for at most ten seconds: names and times.
fn sniff(sniffer: &mut Sniffer, enough: impl Fn(&[(String, i64)]) -> bool) -> Vec<(String, i64)> {
    let begun = Instant::now();
    let mut frames: Vec<(InputId, i64)> = Vec::new();
    loop {
        let named: Vec<_> =
            frames.iter().map(|(input, time)| (sniffer.name(*input).expect("a name").to_owned(), *time)).collect();
        if enough(&named) {
            return named;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "only {named:?} came");
        sniffer.wait(Duration::from_millis(50)).expect("waited");
        sniffer.take(&mut |frame| frames.push((frame.input, frame.timestamp.0)));
    }
}

/// Sends datagrams by turns over the loopback and to the other host.
fn knock_by_turns() {
    let socket = UdpSocket::bind("0.0.0.0:0").expect("an address");
    for turn in 0..200 {
        let to = if turn % 2 == 0 { "127.0.0.1:9" } else { "192.0.2.2:9" };
        let _ = socket.send_to(b"hello", to);
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn several_interfaces_are_merged_in_the_order_of_time() {
    let Some(_network) = Network::new() else { return };
    let names = ["inside".to_owned(), "lo".to_owned()];
    let mut sniffer = Sniffer::open(&names, small()).expect("opened");
    knock_by_turns();
    let of = |frames: &[(String, i64)], name: &str| frames.iter().filter(|frame| frame.0 == name).count();
    let frames = sniff(&mut sniffer, |frames| of(frames, "lo") >= 100 && of(frames, "inside") >= 100);
    assert!(frames.is_sorted_by_key(|frame| frame.1), "{frames:?}");
    let turns = frames.windows(2).filter(|pair| pair[0].0 != pair[1].0).count();
    assert!(turns > 100, "only {turns} turns");
    let standings = sniffer.standings();
    assert_eq!(standings.len(), 2);
    assert!(standings.iter().all(|standing| standing.is_up && standing.stats.delivered >= 100));
}

#[test]
fn what_any_captures_is_told_apart_by_interface() {
    let Some(_network) = Network::new() else { return };
    let mut sniffer = Sniffer::open(&["any".to_owned()], small()).expect("opened");
    knock_by_turns();
    let frames = sniff(&mut sniffer, |frames| {
        ["lo", "inside"].iter().all(|name| frames.iter().filter(|frame| frame.0 == *name).count() >= 100)
    });
    assert!(frames.iter().all(|frame| frame.0 == "lo" || frame.0 == "inside"));
}

#[test]
fn an_interface_that_goes_down_and_up_is_told_and_heard_again() {
    let Some(network) = Network::new() else { return };
    let mut sniffer = Sniffer::open(&["inside".to_owned()], small()).expect("opened");
    let mut news = |wanted: &dyn Fn(&News) -> bool| {
        let begun = Instant::now();
        while !sniffer.news().iter().any(wanted) {
            assert!(begun.elapsed() < Duration::from_secs(10), "no news");
            sniffer.wait(Duration::from_millis(50)).expect("waited");
            sniffer.take(&mut |_| ());
        }
    };
    assert!(ip(&["-n", &network.near, "link", "set", "inside", "down"]));
    news(&|news| news.name == "inside" && matches!(news.change, Change::Lost(_)));
    assert!(ip(&["-n", &network.near, "link", "set", "inside", "up"]));
    news(&|news| news.change == Change::Back);
    knock(3, b"again");
    sniff(&mut sniffer, |frames| frames.len() >= 3);
}

#[test]
fn an_interface_that_is_removed_is_gone() {
    let Some(network) = Network::new() else { return };
    let mut live = open("inside", &small());
    assert!(ip(&["-n", &network.near, "link", "delete", "inside"]));
    let begun = Instant::now();
    let reason = loop {
        assert!(begun.elapsed() < Duration::from_secs(10), "still there");
        wait([&live], Duration::from_millis(50)).expect("waited");
        if let Drained::Gone(reason) = live.drain(|_| ()) {
            break reason;
        }
    };
    assert!(!reason.is_empty());
    assert_eq!(live.drain(|_| ()), Drained::Gone(reason));
}

#[test]
fn an_interface_that_does_not_exist_is_told_with_those_that_do() {
    let Some(_network) = Network::new() else { return };
    let LiveError::NoSuchInterface { name, available } = refused("eth77", &small()) else { panic!() };
    assert_eq!(name, "eth77");
    assert!(available.contains(&"inside".to_owned()) && available.contains(&"any".to_owned()), "{available:?}");
}

#[test]
fn interfaces_are_listed_with_what_they_are() {
    let Some(_network) = Network::new() else { return };
    let all = interfaces().expect("listed");
    let inside = all.iter().find(|interface| interface.name == "inside").expect("there");
    assert!(inside.is_up && !inside.is_loopback);
    assert_eq!(inside.addresses, ["192.0.2.1".parse::<std::net::IpAddr>().expect("an address")]);
    assert!(matches!(inside.link, Ok(LinkType::ETHERNET)), "{:?}", inside.link);
    let lo = all.iter().find(|interface| interface.name == "lo").expect("there");
    assert!(lo.is_loopback);
}

/// Runs in a process of its own and without rights, for [`without_rights_the_remedy_is_told`].
#[test]
#[ignore = "needs a process without rights, which another test starts"]
fn child_without_rights() {
    let LiveError::NotPermitted { remedy, .. } = refused("lo", &small()) else { panic!() };
    let program = std::env::current_exe().expect("this program");
    assert!(remedy.contains(&format!("sudo setcap cap_net_raw,cap_net_admin=eip '{}'", program.display())), "{remedy}");
    assert!(matches!(refused("eth77", &small()), LiveError::NoSuchInterface { .. }));
    let all = interfaces().expect("listed");
    let lo = all.iter().find(|interface| interface.name == "lo").expect("there");
    assert!(matches!(lo.link, Err(LiveError::NotPermitted { .. })));
}

#[test]
fn without_rights_the_remedy_is_told() {
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"];
    let program = std::env::current_exe().expect("this program");
    let mut may_run = Command::new("setpriv");
    may_run.args(nobody).args(["test", "-x"]).arg(&program);
    if !may_run.output().is_ok_and(|output| output.status.success()) {
        return crate::skipped("rights cannot be given up here, or not while running this program");
    }
    let test = ["--exact", "capture::live::child_without_rights", "--ignored"];
    let output = Command::new("setpriv").args(nobody).arg(program).args(test).output().expect("started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
