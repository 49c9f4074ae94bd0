//! Output files: whole or not at all, and never over another file unasked.

use std::fs;

use unreach::report::{OutputError, OutputFile};

#[test]
fn the_file_appears_when_it_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    let mut output = OutputFile::create(&path, false).unwrap();
    output.writer().write_all(b"a,b\n").unwrap();
    assert!(!path.exists());
    output.complete().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"a,b\n");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn an_unfinished_file_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    drop(OutputFile::create(&folder.path().join("out.csv"), false).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_existing_file_is_kept_unless_overwriting_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    fs::write(&path, "old").unwrap();
    assert!(matches!(OutputFile::create(&path, false), Err(OutputError::Exists(_))));
    OutputFile::create(&path, true).unwrap().complete().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"");
}

#[test]
fn a_file_that_appears_meanwhile_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    let output = OutputFile::create(&path, false).unwrap();
    fs::write(&path, "other").unwrap();
    assert!(matches!(output.complete(), Err(OutputError::Exists(_))));
    assert_eq!(fs::read(&path).unwrap(), b"other");
}

#[test]
fn a_folder_that_is_not_there_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let error = OutputFile::create(&folder.path().join("none/out.csv"), false).unwrap_err();
    assert!(error.to_string().contains("none/out.csv: cannot be written"), "{error}");
    assert!(OutputFile::create(folder.path(), true).is_err());
    let error = OutputFile::create(&folder.path().join("out.csv/"), false).unwrap_err();
    assert!(error.to_string().ends_with("out.csv/: cannot be written: is a directory"), "{error}");
}

/// A folder that takes no file, from whoever asks.
#[cfg(target_os = "linux")]
#[test]
fn what_a_folder_refuses_is_told_without_the_draft() {
    let error = OutputFile::create(std::path::Path::new("/proc/self/out.csv"), false).unwrap_err();
    assert!(error.to_string().starts_with("/proc/self/out.csv: cannot be written: "), "{error}");
    assert!(!error.to_string().contains(".part"), "{error}");
}

#[cfg(unix)]
#[test]
fn others_may_read_it_as_any_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode();
    let (ours, plain) = (folder.path().join("out.csv"), folder.path().join("plain"));
    OutputFile::create(&ours, false).unwrap().complete().unwrap();
    fs::write(&plain, "").unwrap();
    assert_eq!(mode(&ours), mode(&plain));
}

#[cfg(unix)]
#[test]
fn what_a_link_points_to_is_replaced_and_not_the_link() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("file.csv"), folder.path().join("link.csv"));
    fs::write(&file, "old").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let mut output = OutputFile::create(&link, true).unwrap();
    output.writer().write_all(b"new").unwrap();
    output.complete().unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read(&file).unwrap(), b"new");
}
