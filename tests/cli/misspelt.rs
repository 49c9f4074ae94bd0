//! Who misspells a name is told which one is alike.

use std::fs;

use super::captures::refused;
use super::lines::run;

#[test]
fn a_name_that_is_alike_is_offered() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.pcap"), refused()).unwrap();
    for (words, offered) in [
        ("shcema", "`shcema` is neither a capture nor a command; did you mean `schema`?"),
        ("explan 3/13", "did you mean `explain`?"),
        ("explain closd-port", "did you mean `closed-port`?"),
        ("explain traceruote", "did you mean `traceroute`?"),
        ("explain distanse", "did you mean `distance`?"),
        ("explain target_prots", "did you mean `target_ports`?"),
        ("good.pcap --columns casue", "did you mean `cause`?"),
        ("good.pcap --sort mesages:desc", "did you mean `messages`?"),
        (
            "good.pcap --columns frame",
            "`frame` is a column of messages, and the options are about incidents: choose it by `-t messages`",
        ),
        (
            "good.pcap --group-by target --sort target",
            "`target` is what groups share here, and stands in their column `group`",
        ),
        ("good.pcap -t groups --columns target", "stands in their column `group`"),
        (
            "good.pcap --group-by cause --sort target",
            "`target` is a column of messages and incidents, and the options are about groups: choose it by `-t messages` or \
             `-t incidents`",
        ),
        ("good.pcap -o mesages=all.csv", "did you mean `messages`?"),
        ("good.pcap -o messages=all.html", "html holds every table: leave `messages=` out"),
        ("good.pcap --cause closed-prot", "'closed-port'"),
        ("good.pcap --exclude scna", "'scan'"),
        ("good.pcap -t device", "'devices'"),
        ("good.pcap --colums cause", "'--columns'"),
    ] {
        let run = run(folder.path(), &words.split(' ').collect::<Vec<_>>());
        assert!(run.status == 2 && run.err.contains(offered), "{words}: {}", run.err);
    }
}

#[test]
fn nothing_is_made_up_for_names_that_are_unlike() {
    let folder = tempfile::tempdir().unwrap();
    let missing = run(folder.path(), &["zebra.pcap"]);
    assert!(missing.err.contains("zebra.pcap: cannot be opened: No such file"), "{}", missing.err);
    for capture in ["live.pcap", "manual/x.pcap", "schema.pcapng"] {
        let missing = run(folder.path(), &[capture]);
        assert!(missing.err.contains(&format!("{capture}: cannot be opened: No such file")), "{}", missing.err);
    }
    // Behind two dashes it is a path, whatever command it is like.
    let missing = run(folder.path(), &["--", "shcema"]);
    assert!(missing.err.contains("shcema: cannot be opened: No such file"), "{}", missing.err);
    let unknown = run(folder.path(), &["explain", "zzzz"]);
    assert!(!unknown.err.contains("did you mean"), "{}", unknown.err);
}
