//! The commands, where all is well.

use std::fs;
use std::process::Command;

use super::captures::refused;
use super::lines::{run, unreach};

#[test]
fn a_path_alone_is_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.pcap"), refused()).unwrap();
    let long = run(folder.path(), &["read", "good.pcap"]);
    for words in [&["good.pcap"][..], &["--color", "never", "good.pcap"], &["-v", "good.pcap"]] {
        let short = run(folder.path(), words);
        assert_eq!((short.status, &short.out), (0, &long.out), "{}", short.err);
    }
}

/// Names that would be options or commands elsewhere.
#[test]
fn what_stands_behind_two_dashes_is_a_path() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["-dash.pcap", "live", "--"] {
        fs::write(folder.path().join(name), refused()).unwrap();
        let told = run(folder.path(), &["--color", "never", "--", name]);
        assert_eq!(told.status, 0, "{}", told.err);
        assert!(told.err.contains(&format!("{name}: 2 packets")), "{}", told.err);
    }
}

#[test]
fn the_summary_is_on_standard_error_and_can_be_silenced() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.pcap"), refused()).unwrap();
    let told = run(folder.path(), &["good.pcap"]);
    assert!(
        told.err.lines().last().unwrap().starts_with("good.pcap: 2 packets, 0.0 s, 1 unreachable: 1 in 1 incident"),
        "{}",
        told.err
    );
    assert!(!told.out.contains("2 packets"));
    assert_eq!(run(folder.path(), &["good.pcap", "-q"]).err, "");
}

#[test]
fn standard_input_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let output = unreach(folder.path()).args(["-", "-F", "json"]).write_stdin(refused()).output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["inputs"][0]["name"], "-");
    assert_eq!(document["inputs"][0]["packets"], 2);
}

#[test]
fn several_outputs_are_written_in_the_formats_of_their_suffixes() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.pcap"), refused()).unwrap();
    let outputs = ["-o", "a.csv", "-o", "messages=b.ndjson", "-o", "c.json", "-o", "devices=d.md", "-o", "e.txt"];
    let run = run(folder.path(), &[&["good.pcap"], &outputs[..]].concat());
    assert_eq!(run.status, 0, "{}", run.err);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("a.csv").starts_with("incident,"));
    assert!(read("b.ndjson").lines().all(|line| line.starts_with("{\"file\":")));
    assert!(read("c.json").starts_with("{\"schema_version\":1"));
    assert!(read("d.md").starts_with("| device |"));
    assert_eq!(read("e.txt"), run.out);
}

#[test]
fn everything_listed_can_be_explained() {
    let folder = tempfile::tempdir().unwrap();
    let list = run(folder.path(), &["explain", "all"]);
    assert_eq!(list.out, run(folder.path(), &["explain"]).out);
    let words = list.out.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    let words: Vec<_> = words.filter(|word| *word != "by").collect();
    assert!(words.len() > 40);
    for word in words {
        let explained = run(folder.path(), &["explain", word]);
        assert_eq!(explained.status, 0, "{word}: {}", explained.err);
        assert!(explained.out.lines().count() > 1, "{word}: {}", explained.out);
    }
}

#[test]
fn codes_are_explained_in_every_spelling() {
    let folder = tempfile::tempdir().unwrap();
    for (word, meaning) in
        [("3/13", "admin-prohibited"), ("v4:3/13", "type 3"), ("v6:1/4", "port-unreachable"), ("1/4", "v6")]
    {
        let run = run(folder.path(), &["explain", word]);
        assert!(run.out.contains(meaning), "{word}: {}{}", run.out, run.err);
    }
}

#[test]
fn the_schema_lists_every_column() {
    let folder = tempfile::tempdir().unwrap();
    let all = run(folder.path(), &["schema"]).out;
    for table in unreach::report::TableName::ALL {
        let one = run(folder.path(), &["schema", table.name()]).out;
        for heading in table.headings() {
            assert!(one.contains(heading.description) && all.contains(heading.description), "{}", heading.name);
        }
    }
}

#[test]
fn completions_and_manual_name_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    for words in [&["man"][..], &["completions", "bash"], &["completions", "zsh"], &["completions", "fish"]] {
        let run = run(folder.path(), words);
        assert_eq!(run.status, 0);
        assert!(run.out.contains("interfaces") && run.out.contains("flow"), "{words:?}");
    }
}

#[test]
fn help_and_manual_say_that_a_path_needs_no_command() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &["--help"]).out;
    assert!(help.contains("Usage: unreach [OPTIONS] <PATH>...\n       unreach [OPTIONS] <COMMAND>\n"), "{help}");
    let manual = run(folder.path(), &["man"]).out;
    let synopsis = manual.split(".SH ").find(|section| section.starts_with("SYNOPSIS")).unwrap();
    assert!(synopsis.contains("PATH") && synopsis.contains("COMMAND"), "{synopsis}");
}

#[test]
fn options_of_read_are_completed_also_where_no_command_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let script = run(folder.path(), &["completions", "bash"]).out;
    for (words, offered) in [
        ("unreach a.pcap --ca", "--cause\n"),
        ("unreach a.pcap --cause no-r", "no-route\n"),
        ("unreach read a.pcap --ca", "--cause\n"),
        ("unreach live --ca", "--cause\n"),
        ("unreach schema --ca", "\n"),
    ] {
        let asked = format!(
            "{script}
            COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
            _unreach unreach \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"
            echo \"${{COMPREPLY[@]}}\""
        );
        let answer = Command::new("bash").args(["-c", &asked]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&answer.stdout), offered, "{words}");
    }
}

/// Ids have letters that make no words.
#[test]
fn examples_name_incidents_that_may_exist() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &["--help"]).out;
    let ids: Vec<_> =
        help.lines().filter_map(|line| line.split_once("unreach explain ")?.1.split_once(" --in ")).collect();
    assert!(!ids.is_empty(), "{help}");
    assert!(ids.iter().all(|(id, _)| id.chars().all(|letter| "bcdfghjkmnpqrstv".contains(letter))), "{ids:?}");
}

#[test]
fn help_shows_examples() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &["--help"]);
    assert_eq!(help.status, 0);
    assert!(help.out.contains("Examples:") && help.out.contains("Exit status:"));
    assert!(run(folder.path(), &["-h"]).out.lines().count() < help.out.lines().count());
}
