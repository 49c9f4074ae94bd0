//! Captures that are still being written, and interrupts while nothing comes.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::captures::{refused, refused_after, refused_by_many};
use super::lines::run;

/// Starts the program with standard input held open.
fn started(folder: &Path, arguments: &[&str]) -> Child {
    started_as(Command::new(env!("CARGO_BIN_EXE_unreach")).args(arguments), folder)
}

fn started_as(command: &mut Command, folder: &Path) -> Child {
    let child = command
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    // Until it listens to signals and has read what is there: there is no other sign of it.
    sleep(Duration::from_millis(500));
    child
}

fn send(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill").success());
}

/// Interrupts the child; gives standard output, standard error and exit status.
fn interrupted(child: Child, signal: &str) -> (String, String, Option<i32>) {
    send(&child, signal);
    ended(child)
}

/// Waits for the end of a child that was interrupted.
fn ended(mut child: Child) -> (String, String, Option<i32>) {
    let begun = Instant::now();
    let (mut out, mut err) = (String::new(), String::new());
    child.stdout.take().expect("piped").read_to_string(&mut out).expect("text");
    child.stderr.take().expect("piped").read_to_string(&mut err).expect("text");
    let status = child.wait().expect("ended").code();
    assert!(begun.elapsed() < Duration::from_secs(10));
    (out, err, status)
}

/// Starts a program that does not inherit that a hangup is ignored: these tests may be run by `nohup`, and no shell undoes that.
const HEEDING_HANGUPS: &str =
    "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])";

/// Rows of CSV, but for the header.
fn rows(out: &str) -> usize {
    out.lines().count().saturating_sub(1)
}

#[test]
fn following_ends_with_results_at_an_interrupt() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let folder = tempfile::tempdir().unwrap();
        let (path, bytes) = (folder.path().join("grows.pcap"), refused());
        let cut = bytes.len() - 10;
        fs::write(&path, &bytes[..cut]).unwrap();
        let arguments =
            ["-c", HEEDING_HANGUPS, env!("CARGO_BIN_EXE_unreach"), "read", "--follow", "grows.pcap", "-F", "csv"];
        let child = started_as(Command::new("python3").args(arguments), folder.path());
        let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(&bytes[cut..]).unwrap();
        // A record that is never finished.
        file.write_all(&[1, 2, 3]).unwrap();
        sleep(Duration::from_millis(700));
        let (out, err, status) = interrupted(child, signal);
        assert_eq!((rows(&out), status), (1, Some(0)), "{err}");
        assert!(!err.contains("warning"), "{err}");
    }
}

/// `timeout` sends one to the process and one to its group.
#[test]
fn interrupts_that_come_together_are_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("whole.pcap"), refused()).unwrap();
    let child = started(folder.path(), &["read", "--follow", "whole.pcap", "-F", "csv"]);
    let both = format!("kill -INT {0}; kill -INT {0}", child.id());
    assert!(Command::new("sh").args(["-c", &both]).status().expect("sh").success());
    let (out, err, status) = ended(child);
    assert_eq!((rows(&out), status), (1, Some(0)), "{err}");
}

/// One that comes later, or another one, does not wait for who does not read the results.
#[test]
fn a_later_interrupt_or_another_ends_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("many.pcap"), refused_by_many(2000)).unwrap();
    let follow = ["read", "--follow", "many.pcap", "-t", "messages", "-F", "csv"];
    let cases =
        [("INT", "sleep 1.5", "INT", 130), ("HUP", "sleep 1.5", "TERM", 143), ("INT", "sleep 0.1", "TERM", 143)];
    for (first, pause, second, ending) in cases {
        let program = ["-c", HEEDING_HANGUPS, env!("CARGO_BIN_EXE_unreach")];
        let mut child = started_as(Command::new("python3").args(program).args(follow), folder.path());
        let both = format!("kill -{first} {0}; {pause}; kill -0 {0} && kill -{second} {0}", child.id());
        assert!(Command::new("sh").args(["-c", &both]).status().expect("sh").success(), "{first}");
        assert_eq!(child.wait().expect("ended").code(), Some(ending), "{first} and {second}");
    }
}

/// As `nohup` starts it. SIGUSR1 asks something of a live run only.
#[test]
fn a_hangup_that_is_ignored_and_a_signal_for_others_end_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("whole.pcap"), refused()).unwrap();
    let script = format!("trap '' HUP; exec '{}' read --follow whole.pcap -F csv", env!("CARGO_BIN_EXE_unreach"));
    let mut child = started_as(Command::new("sh").args(["-c", &script]), folder.path());
    for signal in ["-HUP", "-USR1"] {
        send(&child, signal);
    }
    sleep(Duration::from_millis(500));
    assert!(child.try_wait().expect("asked").is_none());
    let (out, err, status) = interrupted(child, "-INT");
    assert_eq!((rows(&out), status), (1, Some(0)), "{err}");
}

/// Damage that was passed over is told though the capture never ended.
#[test]
fn damage_in_what_is_followed_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let refused = refused();
    let mut capture = [&refused[..], &refused[24..].repeat(1_500_000 / (refused.len() - 24))].concat();
    capture[24 + 8..24 + 12].fill(0xfe);
    fs::write(folder.path().join("damaged.pcap"), capture).unwrap();
    let told = run(folder.path(), &["read", "--follow", "--duration", "1s", "damaged.pcap", "-F", "csv"]);
    assert_eq!((rows(&told.out), told.status), (1, 3), "{}", told.err);
    assert!(told.complaints().iter().any(|line| line.contains("44 bytes were passed over")), "{}", told.err);
}

/// What a ring of one file overwrites is told, and what came before and after is judged.
#[test]
fn a_ring_that_overwrites_what_may_not_have_been_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pcap");
    fs::write(&path, refused()).unwrap();
    let child = started(folder.path(), &["read", "--follow", ".", "-t", "messages", "-F", "csv"]);
    fs::write(&path, refused_after(60)).unwrap();
    sleep(Duration::from_millis(700));
    let (out, err, status) = interrupted(child, "-INT");
    assert_eq!((rows(&out), status), (2, Some(3)), "{err}");
    assert!(err.contains("x.pcap: cut or written anew while it was read"), "{err}");
}

#[test]
fn an_interrupt_ends_the_wait_for_standard_input() {
    for threads in ["1", "2"] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = started(folder.path(), &["read", "-", "-F", "csv", "--threads", threads]);
        let mut pipe = child.stdin.take().expect("piped");
        // More than what is looked at to recognize a capture.
        let refused = refused();
        let capture = [&refused[..], &refused[24..].repeat(8)].concat();
        pipe.write_all(&capture).unwrap();
        sleep(Duration::from_millis(500));
        let (out, err, status) = interrupted(child, "-INT");
        assert_eq!((rows(&out), status), (1, Some(3)), "{err}");
        assert!(err.contains("interrupted: what follows in the inputs was not read"), "{err}");
    }
}

/// Of which nothing passes the filter, or there is nothing in it.
#[test]
fn an_interrupt_ends_what_comes_without_end() {
    let capture = refused();
    let nothing = GzEncoder::new(Vec::new(), Compression::fast()).finish().unwrap();
    let cases = [(capture[..24].to_vec(), capture[24..].repeat(100), 3), (Vec::new(), nothing.repeat(1000), 2)];
    for (begin, rest, ending) in cases {
        let folder = tempfile::tempdir().unwrap();
        let mut child = started(folder.path(), &["read", "-", "-F", "csv", "-f", "host 192.0.2.99"]);
        let mut pipe = child.stdin.take().expect("piped");
        let writer = spawn(move || {
            pipe.write_all(&begin)?;
            loop {
                pipe.write_all(&rest)?;
            }
        });
        sleep(Duration::from_millis(500));
        let (out, err, status) = interrupted(child, "-INT");
        assert_eq!((rows(&out), status), (0, Some(ending)), "{err}");
        assert!(err.contains("interrupted"), "{err}");
        let outcome: io::Result<()> = writer.join().expect("no panic");
        assert!(outcome.is_err(), "nobody reads it any more");
    }
}

#[test]
fn an_interrupt_ends_the_wait_for_a_capture_that_never_begins() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().expect("mkfifo").success());
    for input in ["pipe", "-"] {
        let (_, err, status) = interrupted(started(folder.path(), &["read", input]), "-INT");
        assert_eq!(status, Some(2), "{err}");
        assert!(err.contains(&format!("{input}: interrupted before the first frame came")), "{err}");
    }
}

#[test]
fn following_may_be_limited() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("whole.pcap"), refused()).unwrap();
    let told = run(folder.path(), &["read", "--follow", "--duration", "300ms", "whole.pcap", "-F", "csv"]);
    assert_eq!((rows(&told.out), told.status), (1, 0), "{}", told.err);
    let alone = run(folder.path(), &["read", "--duration", "300ms", "whole.pcap"]);
    assert_eq!(alone.status, 2);
    assert!(alone.err.contains("--follow"), "{}", alone.err);
}
