//! `--names` and `--hosts`: names beside addresses, where they are asked for, and only there.

use std::fs;
use std::path::PathBuf;

use super::lines::run;

/// A capture of the laboratory, and a list with the name of its filter and of its target.
fn folder() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let list = "10.12.0.2 filter.example\n10.2.0.2 =target\u{202e}.example\n10.1.0.2 client\n";
    fs::write(folder.path().join("hosts"), list).unwrap();
    let capture: PathBuf = [env!("CARGO_MANIFEST_DIR"), "testdata/lab/netfilter_fwd_r2/client.pcap"].iter().collect();
    (folder, capture.to_str().unwrap().to_owned())
}

#[test]
fn without_being_asked_for_no_column_names() {
    let (folder, capture) = folder();
    for table in ["messages", "incidents", "devices"] {
        let csv = run(folder.path(), &["read", &capture, "-t", table, "-F", "csv"]).out;
        let header = csv.lines().next().unwrap();
        assert!(!header.contains("_name") && !header.contains("_asn") && !header.ends_with("countries"), "{header}");
    }
    let wanted = run(folder.path(), &["read", &capture, "--columns", "target,target_name"]);
    assert_eq!(wanted.status, 2);
    assert!(wanted.err.contains("--names or --hosts"), "{}", wanted.err);
}

#[test]
fn a_list_names_in_every_format() {
    let (folder, capture) = folder();
    let told = |arguments: &[&str]| {
        let all = [&["read", &capture, "--hosts", "hosts"], arguments].concat();
        run(folder.path(), &all).out
    };
    let csv = told(&["-F", "csv", "--columns", "target,target_name,reporter_name,sender_name"]);
    assert!(csv.contains("10.2.0.2,'=target\\u{202e}.example,filter.example,client"), "{csv}");
    let json = told(&["-F", "json"]);
    assert!(
        json.contains("\"reporter_name\":\"filter.example\"") && json.contains("\"names\":[\"filter.example\"]"),
        "{json}"
    );
    assert!(told(&["-F", "html"]).contains("10.12.0.2 (filter.example)"));
    let wide = told(&["-F", "table"]);
    assert!(wide.contains("NAMES") && wide.contains("=target\\u{202e}"), "{wide}");
    for table in ["messages", "devices"] {
        let text = told(&["-t", table]);
        let has_room = text.contains("NAMES") && text.contains("filter.example");
        assert!(has_room || text.contains("not shown: the names, for want of room"), "{table}: {text}");
    }
    assert!(!json.contains('\u{202e}') && !wide.contains('\u{202e}'));
}

/// There is room for them, and none is known.
#[test]
fn names_that_nobody_knows_are_not_missed() {
    let (folder, capture) = folder();
    fs::write(folder.path().join("others"), "192.0.2.77 nobody.example\n").unwrap();
    for table in ["messages", "incidents", "devices"] {
        for list in ["others", "hosts"] {
            let told = run(folder.path(), &["read", &capture, "--hosts", list, "-t", table]).out;
            let is_missed = told.contains("not shown: the names") || told.contains("and the names, for want of room");
            assert!(!is_missed || list == "hosts", "{table}: {told}");
            assert!(is_missed || list == "others" || told.contains("NAMES"), "{table}: {told}");
        }
    }
}

#[test]
fn what_is_no_list_is_refused_or_told() {
    let (folder, capture) = folder();
    let missing = run(folder.path(), &["read", &capture, "--hosts", "missing"]);
    assert_eq!(missing.status, 2);
    let other = run(folder.path(), &["read", &capture, "--hosts", &capture]);
    assert!(other.err.contains("no address with a name"), "{}", other.err);
    let database = run(folder.path(), &["read", &capture, "--mmdb", "hosts"]);
    assert_eq!(database.status, 2);
    assert!(database.err.contains("no database"), "{}", database.err);
}
