//! Output files: what a full disk leaves, and nothing that a spreadsheet would compute.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::captures::{refused, refused_by_many};
use super::lines::{run, unreach};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("=1+1.pcap"), refused()).unwrap();
    folder
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_by_every_format() {
    let folder = folder();
    for format in ["table", "csv", "ndjson", "json", "md"] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = Command::new(assert_cmd::cargo::cargo_bin("unreach"))
            .args(["read", "./=1+1.pcap", "-t", "messages", "-F", format])
            .current_dir(folder.path())
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(5), "{format}: {said}");
        assert!(said.contains("standard output cannot be written: No space left"), "{format}: {said}");
    }
}

/// Of an older system, whose names were not in UTF-8.
#[cfg(target_os = "linux")]
#[test]
fn an_output_may_have_any_name_that_a_file_can_have() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let folder = folder();
    for output in [&b"B\xfccher.csv"[..], b"messages=B\xfccher.ndjson"] {
        let output = OsStr::from_bytes(output);
        let arguments = [OsStr::new("./=1+1.pcap"), OsStr::new("-o"), output];
        let told = unreach(folder.path()).args(arguments).output().unwrap();
        assert_eq!(told.status.code(), Some(0), "{}", String::from_utf8_lossy(&told.stderr));
    }
    for name in [&b"B\xfccher.csv"[..], b"B\xfccher.ndjson"] {
        assert!(folder.path().join(OsStr::from_bytes(name)).exists());
    }
}

/// A device that takes nothing, by the name of a table.
#[cfg(target_os = "linux")]
#[test]
fn what_could_be_written_is_there_beside_what_could_not() {
    let folder = folder();
    for suffix in ["csv", "ndjson", "json", "md", "txt"] {
        let full = folder.path().join(format!("full.{suffix}"));
        std::os::unix::fs::symlink("/dev/full", &full).unwrap();
        let (full, good) = (format!("full.{suffix}"), format!("good.{suffix}"));
        let run = run(folder.path(), &["./=1+1.pcap", "-o", &full, "-o", &good]);
        assert_eq!(run.status, 5, "{}", run.err);
        assert!(run.err.contains(&format!("{full}: cannot be written: No space left")), "{}", run.err);
        assert!(run.err.contains(&format!("written: {good}")), "{}", run.err);
        assert!(fs::metadata(folder.path().join(good)).unwrap().len() > 0);
    }
}

/// A disk of 64 KiB, which no other process sees. Mounting it takes root.
#[cfg(target_os = "linux")]
#[test]
fn a_small_disk_keeps_no_half_file() {
    let folder = folder();
    let laboratory = [env!("CARGO_MANIFEST_DIR"), "testdata/lab"].join("/");
    let binary = assert_cmd::cargo::cargo_bin("unreach");
    for name in ["run.sqlite", "messages=all.csv", "messages=all.ndjson", "run.json", "messages=all.parquet"] {
        if name.ends_with("parquet") && cfg!(not(feature = "parquet")) {
            continue;
        }
        let (table, file) =
            name.split_once('=').map_or((String::new(), name), |(table, file)| (format!("{table}="), file));
        let script = format!(
            "mkdir -p disk && mount -t tmpfs -o size=64k tmpfs disk || exit 77
             '{}' read -q '{laboratory}' -o {table}disk/{file} -o good-{file} >/dev/null; echo status $?; ls -A disk; umount disk",
            binary.display()
        );
        let mut shell = Command::new("unshare");
        shell.args(["--mount", "sh", "-c", &script]).current_dir(folder.path()).env("XDG_CONFIG_HOME", folder.path());
        let Some(output) = shell.output().ok().filter(|output| matches!(output.status.code(), Some(0))) else {
            return crate::skipped("no small disk can be mounted (that takes root)");
        };
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(out, "status 5\n", "{name}: neither the file nor its draft is left: {err}");
        let told = format!("unreach: error: disk/{file}: cannot be written: No space left on device (os error 28)\n");
        assert!(err.contains(&told) && err.contains(&format!("written: good-{file}\n")), "{name}: {err}");
    }
}

/// Of a process that is killed while it reads, where the file system has files without a name.
#[cfg(target_os = "linux")]
#[test]
fn a_process_that_is_killed_leaves_no_draft() {
    use rustix::fs::{Mode, OFlags, open};
    let folder = folder();
    if open(folder.path(), OFlags::TMPFILE | OFlags::WRONLY, Mode::RUSR).is_err() {
        return crate::skipped("this file system has no files without a name");
    }
    let before = fs::read_dir(folder.path()).unwrap().count();
    fs::write(folder.path().join("old.html"), "old").unwrap();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("unreach"))
        .args(["read", "-", "-o", "new.csv", "-o", "new.sqlite", "-o", "old.html", "--force", "--no-config"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(child.try_wait().unwrap().is_none());
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before + 1);
    assert_eq!(fs::read(folder.path().join("old.html")).unwrap(), b"old");
}

/// A database is sorted where it is to lie, and not where there may be no room for that.
#[cfg(target_os = "linux")]
#[test]
fn a_database_takes_no_room_elsewhere() {
    let folder = folder();
    let capture = refused_by_many(65_000);
    fs::write(folder.path().join("many.pcap"), capture).unwrap();
    let script = format!(
        "mkdir -p disk && mount -t tmpfs -o size=64k tmpfs disk || exit 77
         SQLITE_TMPDIR=disk '{}' read -q many.pcap -o run.sqlite >/dev/null; echo status $?; umount disk",
        assert_cmd::cargo::cargo_bin("unreach").display()
    );
    let mut shell = Command::new("unshare");
    shell.args(["--mount", "sh", "-c", &script]).current_dir(folder.path()).env("XDG_CONFIG_HOME", folder.path());
    let Some(output) = shell.output().ok().filter(|output| matches!(output.status.code(), Some(0))) else {
        return crate::skipped("no small disk can be mounted (that takes root)");
    };
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(out, "status 0\n", "{err}");
}

#[test]
fn a_database_is_a_file_or_nothing() {
    let folder = folder();
    std::os::unix::fs::symlink("/dev/null", folder.path().join("null.sqlite")).unwrap();
    let refused = run(folder.path(), &["./=1+1.pcap", "-o", "null.sqlite"]);
    assert_eq!(refused.status, 5, "{}", refused.err);
    assert!(refused.err.contains("a database can only be a regular file"), "{}", refused.err);
}

#[test]
fn databases_are_kept_unless_overwriting_was_asked_for() {
    let folder = folder();
    let (capture, output) = ("./=1+1.pcap", ["-o", "run.sqlite"]);
    let read = |more: &[&str]| run(folder.path(), &[&[capture][..], &output, more].concat()).status;
    assert_eq!((read(&[]), read(&[]), read(&["--force"])), (0, 5, 0));
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

/// The umask of the process holds for files as of any program.
#[cfg(unix)]
#[test]
fn the_umask_holds() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let binary = assert_cmd::cargo::cargo_bin("unreach");
    for suffix in ["csv", "sqlite"] {
        let script = format!("umask 077; exec '{}' './=1+1.pcap' -q -o out.{suffix}", binary.display());
        assert!(Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().unwrap().status.success());
        let mode = fs::metadata(folder.path().join(format!("out.{suffix}"))).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{suffix}");
    }
}

fn cells(folder: &Path, table: &str) -> Vec<String> {
    let text = run(folder, &["=1+1.pcap", "-t", table, "-F", "csv", "--excel", "-q"]).out;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn no_cell_is_a_formula() {
    let folder = folder();
    for table in ["messages", "incidents"] {
        let cells = cells(folder.path(), table);
        assert!(cells.iter().any(|cell| cell == "'=1+1.pcap"), "{cells:?}");
        let is_formula =
            |cell: &&String| cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
        assert_eq!(cells.iter().find(is_formula), None);
    }
}

#[test]
fn no_capture_is_written_over() {
    let folder = folder();
    let capture = folder.path().join("capture.csv");
    fs::write(&capture, refused()).unwrap();
    for arguments in [&["capture.csv", "-o", "./capture.csv", "--force"][..], &["capture.csv", "-o", "capture.csv"]] {
        let run = run(folder.path(), arguments);
        assert_eq!(run.status, 2, "{}", run.err);
        assert!(run.err.contains("capture.csv is read: it would be lost as an output"), "{}", run.err);
    }
    assert_eq!(fs::read(&capture).unwrap(), refused());
}

/// Nor what else a run reads.
#[test]
fn no_names_and_no_key_are_written_over() {
    let folder = folder();
    fs::write(folder.path().join("capture.pcap"), refused()).unwrap();
    for (option, content) in [("--hosts", "192.0.2.1 here\n"), ("--anonymize", &"17".repeat(32)), ("--mmdb", "none")] {
        let file = folder.path().join("read.csv");
        fs::write(&file, content).unwrap();
        let read = &["read", "capture.pcap", option, "read.csv", "-o", "./read.csv", "--force"][..];
        // Packets cannot be saved anonymized.
        let output = if option == "--anonymize" { "-o" } else { "--save" };
        let lived = &["live", "-i", "lo", "--duration", "10ms", option, "read.csv", output, "read.csv", "--force"][..];
        for arguments in [read, lived] {
            let run = run(folder.path(), arguments);
            assert_eq!(run.status, 2, "{}", run.err);
            assert!(run.err.contains("read.csv is read: it would be lost as an output"), "{}", run.err);
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
    }
}

/// Nor one that a directory holds, or that comes from standard input; what an earlier run left there is none.
#[test]
fn no_capture_is_written_over_that_is_not_named() {
    let folder = folder();
    let capture = folder.path().join("capture.csv");
    fs::write(&capture, refused()).unwrap();
    let read = |arguments: &[&str]| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("unreach"));
        command.args(arguments).args(["--force", "--no-config", "-q"]).current_dir(folder.path());
        command.stdin(fs::File::open(&capture).unwrap()).output().unwrap()
    };
    let linked = folder.path().join("linked");
    fs::create_dir(&linked).unwrap();
    std::os::unix::fs::symlink("../capture.csv", linked.join("capture.csv")).unwrap();
    for arguments in [
        &["read", ".", "-o", "capture.csv"][..],
        &["read", "-", "-o", "./capture.csv"],
        &["read", "linked", "-o", "linked/capture.csv"],
    ] {
        let output = read(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains("capture.csv is read: it would be lost"), "{said}");
    }
    assert_eq!(fs::read(&capture).unwrap(), refused());
    for _ in 0..2 {
        assert_eq!(read(&["read", ".", "-o", "report.html"]).status.code(), Some(0));
    }
}

/// Worked out where it is told only: by the summary, and by what holds everything.
#[test]
fn a_quiet_run_tells_where_the_capture_was_taken_where_everything_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let capture = [env!("CARGO_MANIFEST_DIR"), "testdata/lab/netfilter_fwd_r2/client.pcap"].join("/");
    let loud = run(folder.path(), &[&capture]);
    assert!(loud.err.contains("seen from beside 10.1.0.2 and 2001:db8:1::2"), "{}", loud.err);
    let quiet = run(folder.path(), &["read", "--quiet", &capture, "-o", "all.json"]);
    assert_eq!((quiet.err.as_str(), quiet.out), ("", loud.out));
    let all = fs::read_to_string(folder.path().join("all.json")).unwrap();
    let all: serde_json::Value = serde_json::from_str(&all).unwrap();
    assert_eq!(all["totals"]["seen_from_beside"], serde_json::json!(["10.1.0.2", "2001:db8:1::2"]));
}

/// A build without the feature says so, and offers what it has.
#[test]
fn parquet_is_offered_where_it_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.pcap"), refused()).unwrap();
    let has = cfg!(feature = "parquet");
    for words in [["read", "--help"], ["live", "--help"], ["man", "-q"]] {
        let told = run(folder.path(), &words).out;
        assert_eq!(told.contains(".parquet"), has, "{words:?}: {told}");
    }
    let told = run(folder.path(), &["good.pcap", "-o", "out.Parquet"]);
    assert_eq!(told.status, if has { 0 } else { 2 }, "{}", told.err);
    assert_eq!(told.err.contains("this build has no Parquet"), !has, "{}", told.err);
}
