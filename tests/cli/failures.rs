//! Everything that can go wrong gets one clear line, its exit status, and all that could be read.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::captures::{refused, without_packets};
use super::lines::{Run, run, unreach};

/// A folder with a good capture and some that are not.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let good = refused();
    fs::write(path.join("good.pcap"), &good).unwrap();
    fs::write(path.join("cut.pcap"), &good[..good.len() - 10]).unwrap();
    fs::write(path.join("bare.pcap"), without_packets()).unwrap();
    fs::write(path.join("empty.pcap"), b"").unwrap();
    fs::write(path.join("zeros.pcap"), [0; 5000]).unwrap();
    fs::write(path.join("few_zeros.pcap"), [0; 100]).unwrap();
    fs::write(path.join("notes.txt"), "this is no capture, it only says so\n".repeat(10)).unwrap();
    fs::create_dir(path.join("nothing")).unwrap();
    folder
}

fn messages(folder: &Path, inputs: &[&str]) -> Run {
    let options = ["read", "-t", "messages", "-F", "csv", "-q"];
    run(folder, &[&options, inputs].concat())
}

/// Alone it is 2, among good captures 3, each with one line that names it.
fn assert_unreadable(input: &str, because: &str) {
    let folder = folder();
    for (inputs, status) in [(vec![input], 2), (vec!["good.pcap", input], 3)] {
        let run = messages(folder.path(), &inputs);
        assert_eq!(run.status, status, "{}", run.err);
        let complaints = run.complaints();
        assert_eq!(complaints.len(), 1, "{}", run.err);
        assert!(complaints[0].contains(input) && complaints[0].contains(because), "{}", run.err);
        assert_eq!(run.out.is_empty(), status == 2, "{}", run.out);
    }
}

#[test]
fn a_missing_file() {
    assert_unreadable("missing.pcap", "No such file");
}

#[test]
fn an_empty_file() {
    assert_unreadable("empty.pcap", "empty");
}

/// As a machine that went down leaves it.
#[test]
fn a_file_of_zeros() {
    assert_unreadable("zeros.pcap", "not a capture (it begins with zeros, as a machine that went down may leave them)");
}

/// Nothing is left of a capture in so few, if it was one.
#[test]
fn a_file_of_a_few_zeros() {
    assert_unreadable("few_zeros.pcap", "not a capture");
    let told = messages(folder().path(), &["few_zeros.pcap"]);
    assert!(!told.err.contains("went down"), "{}", told.err);
}

#[test]
fn a_text_file() {
    assert_unreadable("notes.txt", "not a capture");
}

#[test]
fn a_folder_without_captures() {
    assert_unreadable("nothing", "without captures");
}

#[test]
fn a_capture_cut_in_mid_packet() {
    let folder = folder();
    let run = run(folder.path(), &["read", "-F", "json", "cut.pcap"]);
    assert_eq!(run.status, 3, "{}", run.err);
    assert!(run.complaints()[0].contains("cut.pcap: cut short"), "{}", run.err);
    assert!(run.out.contains("\"packets\":1"), "what came before is read: {}", run.out);
    assert!(run.out.contains("cut short"), "the document carries the warning: {}", run.out);
}

#[test]
fn a_capture_without_packets_is_whole() {
    let run = run(folder().path(), &["bare.pcap"]);
    assert_eq!((run.status, run.complaints().len()), (0, 0), "{}", run.err);
    assert_eq!(run.out, "No incidents: no packet was read.\n");
}

/// A run on the good capture, as if it were of another link type.
fn of_link_type(link_type: u8, arguments: &[&str]) -> Run {
    let folder = folder();
    let mut other = refused();
    other[20] = link_type;
    fs::write(folder.path().join("other.pcap"), other).unwrap();
    run(folder.path(), arguments)
}

/// Nobody knows what it would show.
#[test]
fn a_capture_that_cannot_be_decoded_is_no_clean_bill_of_health() {
    let run = of_link_type(201, &["-q", "other.pcap"]);
    assert_eq!((run.status, run.err.as_str()), (0, ""), "{}", run.err);
    assert_eq!(run.out, "No incidents: none of 2 frames could be decoded.\n");
}

/// It holds no message, whatever it is.
#[test]
fn what_is_not_ip_is_no_failure() {
    let run = of_link_type(1, &["other.pcap"]);
    assert!(run.err.contains("not decoded: 2 frames (2 not IP)"), "{}", run.err);
    assert!(run.out.contains("no packet was answered"), "{}", run.out);
}

#[test]
fn an_output_that_cannot_be_written() {
    let folder = folder();
    let run = run(folder.path(), &["read", "good.pcap", "-o", "no/such/folder.csv"]);
    assert_eq!(run.status, 5);
    assert!(run.complaints()[0].contains("no/such/folder.csv: cannot be written"), "{}", run.err);
    assert!(!run.err.contains(".part"), "the draft is nobody's concern: {}", run.err);
}

#[test]
fn an_unwritable_output_counts_more_than_an_unreadable_input() {
    let run = run(folder().path(), &["read", "missing.pcap", "-o", "no/such/folder.csv"]);
    assert_eq!(run.status, 5, "{}", run.err);
}

#[test]
fn an_existing_output_is_kept_without_force() {
    let folder = folder();
    let path = folder.path().join("out.csv");
    fs::write(&path, "old").unwrap();
    let kept = run(folder.path(), &["read", "good.pcap", "-o", "out.csv"]);
    assert_eq!(kept.status, 5);
    assert!(kept.complaints()[0].contains("out.csv: exists already (--force"), "{}", kept.err);
    assert_eq!(fs::read(&path).unwrap(), b"old");
    let forced = run(folder.path(), &["read", "good.pcap", "-o", "out.csv", "--force"]);
    assert_eq!(forced.status, 0, "{}", forced.err);
    assert!(fs::read_to_string(&path).unwrap().starts_with("incident,first_seen"));
}

#[test]
fn no_output_replaces_another_of_the_same_run() {
    let folder = folder();
    let outputs = ["-o", "messages=out.csv", "-o", "incidents=./out.csv"];
    let run = run(folder.path(), &[&["read", "good.pcap", "--force"], &outputs[..]].concat());
    assert_eq!(run.status, 2, "{}", run.err);
    assert!(run.complaints()[0].contains("named as an output more than once"), "{}", run.err);
    assert!(!folder.path().join("out.csv").exists());
}

#[test]
fn failed_runs_leave_no_draft_behind() {
    let folder = folder();
    let before = fs::read_dir(folder.path()).unwrap().count();
    run(folder.path(), &["read", "missing.pcap", "-o", "out.csv"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before);
}

#[test]
fn a_file_that_grows_beyond_its_limit_is_told_and_leaves_no_draft() {
    let folder = folder();
    let before = fs::read_dir(folder.path()).unwrap().count();
    let told = Command::new("sh")
        .args(["-c", "ulimit -f 1; exec \"$0\" read -q good.pcap -o out.json"])
        .arg(assert_cmd::cargo::cargo_bin("unreach"))
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&told.stderr);
    assert!(said.contains("out.json: cannot be written: File too large"), "{:?}: {said}", told.status);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before);
}

/// Runs a command whose standard output is closed after a byte.
fn closed_pipe(folder: &Path, arguments: &[&str]) {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("unreach"))
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}: {said}");
    assert!(!said.contains("error") && !said.contains("panic"), "{arguments:?}: {said}");
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    let folder = folder();
    for format in ["table", "csv", "ndjson", "json", "md"] {
        closed_pipe(folder.path(), &["read", "good.pcap", "-t", "messages", "-F", format]);
    }
    for command in [&["explain"][..], &["explain", "3/13"], &["schema"], &["man"], &["completions", "bash"]] {
        closed_pipe(folder.path(), command);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    for word in ["schema", "--help", "--version", "man", "explain", "--print-config"] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let binary = assert_cmd::cargo::cargo_bin("unreach");
        let output = Command::new(binary).arg(word).stdout(full).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(5), "{word}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("standard output cannot be written"), "{word}");
    }
}

#[test]
fn an_unknown_interface() {
    let run = run(folder().path(), &["live", "-i", "nosuch0", "--duration", "1s"]);
    assert!(matches!(run.status, 2 | 4), "{}", run.err);
    assert!(run.complaints()[0].contains("nosuch0"), "{}", run.err);
}

#[test]
fn an_unknown_filter() {
    let run = run(folder().path(), &["read", "good.pcap", "--filter", "no such filter"]);
    assert_eq!(run.status, 2);
    assert_eq!(run.complaints().len(), 1, "{}", run.err);
    assert!(run.complaints()[0].contains("filter `no such filter`"), "{}", run.err);
}

#[test]
fn usage_errors() {
    for arguments in [
        &["read"][..],
        &["good.pcap", "--table", "nosuch"],
        &["good.pcap", "-o", "out.xyz"],
        &["good.pcap", "-o", "mesages=out.csv"],
        &["good.pcap", "-o", "a.csv", "-o", "a.csv"],
        &["good.pcap", "--min-confidence", "2"],
        &["good.pcap", "--flow-timeout", "soon"],
        &["live"],
        &["explain", "nosuch"],
        &["explain", "nosuch", "--in", "good.pcap"],
    ] {
        let run = run(folder().path(), arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.err);
        assert!(run.out.is_empty() && run.err.contains("error: "), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn names_cannot_command_the_terminal() {
    let run = unreach(folder().path()).arg("evil\u{1b}[31m.pcap").output().unwrap();
    assert!(!run.stderr.contains(&0x1b));
}
