//! Directories that may not be read, for good or for a while.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::captures::{refused, refused_after};

/// A capture in a directory beside a closed one, which holds a later capture.
fn beside_closed(name: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("captures").join(name);
    fs::create_dir_all(&closed).unwrap();
    fs::write(folder.path().join("captures/a.pcap"), refused()).unwrap();
    fs::write(closed.join("b.pcap"), refused_after(60)).unwrap();
    let_in(&closed, false);
    (folder, closed)
}

fn let_in(directory: &Path, lets: bool) {
    fs::set_permissions(directory, Permissions::from_mode(if lets { 0o755 } else { 0 })).unwrap();
}

/// Starts the program in a folder, without what lets root read everything.
fn started(folder: &Path, arguments: &[&str]) -> Child {
    let capabilities = "-dac_override,-dac_read_search";
    let mut command = Command::new("setpriv");
    command.args(["--inh-caps", capabilities, "--bounding-set", capabilities, env!("CARGO_BIN_EXE_unreach")]);
    if !is_root() {
        command = Command::new(env!("CARGO_BIN_EXE_unreach"));
    }
    command.args(arguments).args(["-F", "csv", "-t", "messages"]).current_dir(folder).env("XDG_CONFIG_HOME", folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started")
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Rows, complaints, and exit status.
fn ended(child: Child) -> (usize, Vec<String>, Option<i32>) {
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let complaints = said.lines().filter(|line| line.contains("warning: ") || line.contains("error: "));
    let rows = String::from_utf8(output.stdout).unwrap().lines().skip(1).count();
    (rows, complaints.map(str::to_owned).collect(), output.status.code())
}

const FOLLOWED: [&str; 4] = ["--follow", "--duration", "2s", "-q"];

#[test]
fn a_directory_that_is_opened_while_it_is_followed_is_read_and_told_no_more() {
    // As one below what is named, and as named itself.
    for inputs in [&["captures"][..], &["captures/a.pcap", "captures/closed"]] {
        for is_opened in [false, true] {
            let (folder, closed) = beside_closed("closed");
            let child = started(folder.path(), &[&["read"][..], inputs, &FOLLOWED].concat());
            sleep(Duration::from_millis(700));
            let_in(&closed, is_opened);
            let (rows, complaints, status) = ended(child);
            let_in(&closed, true);
            let expected = if is_opened { (2, 0, Some(0)) } else { (1, 1, Some(3)) };
            assert_eq!((rows, complaints.len(), status), expected, "{inputs:?}: {complaints:?}");
            assert!(
                complaints.iter().all(|line| line.contains("captures/closed: cannot be opened: Permission denied"))
            );
        }
    }
}

/// Longer than it takes to forget files that are gone.
#[test]
fn what_a_directory_holds_that_is_closed_for_a_while_is_read_once() {
    let (folder, closed) = beside_closed("closed");
    let_in(&closed, true);
    let child = started(folder.path(), &[&["read", "captures"][..], &FOLLOWED].concat());
    sleep(Duration::from_millis(500));
    let_in(&closed, false);
    sleep(Duration::from_millis(700));
    let_in(&closed, true);
    let (rows, complaints, status) = ended(child);
    assert_eq!((rows, complaints.len(), status), (2, 0, Some(0)), "{complaints:?}");
}

#[test]
fn a_closed_directory_alone_is_told_at_once() {
    let (folder, closed) = beside_closed("closed");
    let (rows, complaints, status) = ended(started(folder.path(), &["read", "captures/closed", "--follow"]));
    let_in(&closed, true);
    assert_eq!((rows, complaints.len(), status), (0, 1, Some(2)), "{complaints:?}");
}

/// What the tools of a file system keep to themselves is none of the captures.
#[test]
fn the_lost_and_found_of_a_volume_is_not_missed() {
    for (name, expected) in [("lost+found", (1, 0, Some(0))), ("lost", (1, 1, Some(3)))] {
        for more in [&[][..], &["--follow", "--duration", "500ms"]] {
            let (folder, closed) = beside_closed(name);
            let (rows, complaints, status) = ended(started(folder.path(), &[&["captures", "-q"][..], more].concat()));
            let_in(&closed, true);
            assert_eq!((rows, complaints.len(), status), expected, "{name}: {complaints:?}");
        }
    }
}
