//! The configuration file: defaults of options, and faults that name it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::captures::refused;
use super::lines::{Run, unreach};

/// A folder with a capture, and a configuration file that says this.
fn folder(config: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.pcap"), refused()).unwrap();
    fs::create_dir(folder.path().join("unreach")).unwrap();
    fs::write(folder.path().join("unreach/config.toml"), config).unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Run {
    super::lines::told(&unreach(folder).args(arguments).env("XDG_CONFIG_HOME", folder).output().unwrap())
}

#[test]
fn it_sets_defaults_that_the_command_line_overrides() {
    let folder =
        folder("format = \"csv\"\nquiet = true\ncolumns = [\"cause\", \"target\"]\n[read]\nmin_confidence = 0.25\n");
    let configured = run(folder.path(), &["good.pcap"]);
    assert_eq!((configured.out.as_str(), configured.err.as_str()), ("cause,target\nclosed-port,10.3.0.2\n", ""));
    let overridden = run(folder.path(), &["good.pcap", "--columns", "target", "-F", "ndjson"]);
    assert_eq!(overridden.out, "{\"target\":\"10.3.0.2\"}\n");
}

#[test]
fn it_is_not_heeded_where_that_is_asked_for() {
    for config in ["format = \"csv\"\n", "\n\nformat = \n"] {
        let folder = folder(config);
        for words in [&["--no-config", "good.pcap"][..], &["good.pcap", "--no-config"]] {
            let run = run(folder.path(), words);
            assert!(run.status == 0 && run.out.contains("TIME"), "{words:?}: {}", run.err);
        }
        let printed = run(folder.path(), &["--no-config", "--print-config"]).out;
        assert!(printed.starts_with("# no configuration file is heeded\n") && printed.contains("# format = \"table\""));
    }
    let refused = run(folder("no_config = true\n").path(), &["good.pcap"]);
    assert!(refused.err.contains("`no_config` is no option"), "{}", refused.err);
}

#[test]
fn it_may_set_options_of_one_command() {
    let folder = folder("[live]\ninterface = \"nosuch0\"\nformat = \"csv\"\n");
    assert!(run(folder.path(), &["good.pcap"]).out.contains("TIME"));
    let live = run(folder.path(), &["live", "--duration", "1s"]);
    assert!(live.err.contains("nosuch0"), "{}", live.err);
}

#[test]
fn its_faults_are_told_with_its_name() {
    for (config, told) in [
        ("formt = \"csv\"\n", "`formt` is no option"),
        ("format = \"nosuch\"\n", "invalid value 'nosuch' for '--format <FORMAT>' [possible values: table, csv"),
        ("[live]\nthreads = 2\n", "`threads` is no option of live"),
        ("help = true\n", "`help` is no option"),
        ("\n\nformat = \n", "line 3: "),
    ] {
        let run = run(folder(config).path(), &["good.pcap"]);
        assert_eq!(run.status, 2, "{config}");
        assert!(run.err.contains("unreach/config.toml: ") && run.err.contains(told), "{config}: {}", run.err);
        assert_eq!(run.complaints().len(), 1, "{}", run.err);
    }
}

/// Nobody waits for the end of what has none.
#[test]
fn what_has_no_end_is_refused() {
    let folder = folder("");
    let config = folder.path().join("unreach/config.toml");
    fs::remove_file(&config).unwrap();
    symlink("/dev/zero", &config).unwrap();
    let zeros = run(folder.path(), &["good.pcap"]);
    assert_eq!(zeros.status, 2);
    assert!(zeros.err.contains("unreach/config.toml: it holds more than 1 MiB"), "{}", zeros.err);
    let warned = run(folder.path(), &["explain", "3/13"]);
    assert!(warned.status == 0 && warned.err.contains("not heeded: "), "{}", warned.err);
    fs::remove_file(&config).unwrap();
    assert!(Command::new("mkfifo").arg(&config).status().expect("mkfifo").success());
    let pipe = run(folder.path(), &["good.pcap"]);
    assert!(pipe.status == 2 && pipe.err.contains("it is a pipe, not a file"), "{}", pipe.err);
    fs::remove_file(&config).unwrap();
    symlink("/dev/null", &config).unwrap();
    assert_eq!(run(folder.path(), &["good.pcap"]).status, 0);
    let database = run(folder.path(), &["good.pcap", "--mmdb", "/dev/zero"]);
    assert!(database.status == 2 && database.err.contains("it holds more than 256 MiB"), "{}", database.err);
}

#[test]
fn what_is_printed_can_be_the_file() {
    let before = folder("top = 3\n[read]\nformat = \"md\"\n");
    let printed = run(before.path(), &["--print-config"]);
    assert_eq!(printed.status, 0, "{}", printed.err);
    assert!(printed.out.contains("\ntop = 3\n") && printed.out.contains("\nformat = \"md\"\n"), "{}", printed.out);
    assert!(printed.out.contains("\n# sort = \"\"\n"), "{}", printed.out);
    let after = folder(&printed.out);
    let settings =
        |text: &str| text.lines().filter(|line| !line.starts_with("# /")).map(str::to_owned).collect::<Vec<_>>();
    let again = run(after.path(), &["--print-config"]);
    assert_eq!(settings(&again.out), settings(&printed.out), "{}", again.err);
    assert!(run(after.path(), &["good.pcap"]).out.starts_with("| "));
}

/// Whoever takes the marks of comments away sets what was so already.
#[test]
fn every_line_of_what_is_printed_may_be_set() {
    let printed = run(folder("").path(), &["--print-config"]);
    let is_setting = |line: &&str| line.split_once(" = ").is_some_and(|(name, _)| !name.contains(' '));
    let bare = |line| Some(line).and_then(|line: &str| line.strip_prefix("# ")).filter(is_setting).unwrap_or(line);
    let all: String = printed.out.lines().flat_map(|line| [bare(line), "\n"]).collect();
    assert!(all.contains("\nfilter = \"\"\n") && all.contains("\ninterface = \"\"\n"), "{all}");
    let (unset, set) = (folder(""), folder(&all));
    let [before, after] = [&unset, &set].map(|folder| run(folder.path(), &["good.pcap"]));
    assert_eq!((after.out, after.err), (before.out, before.err));
    let [before, after] = [&unset, &set].map(|folder| run(folder.path(), &["live"]));
    assert_eq!((after.status, after.err), (before.status, before.err));
}

/// So a command goes without what is set for all, in whatever order both stand.
#[test]
fn an_empty_value_leaves_the_option_out() {
    for (shared, own) in [("columns = [\"cause\"]", "columns"), ("top = 0", "top"), ("format = \"csv\"", "format")] {
        let folder = folder(&format!("{shared}\n[read]\n{own} = \"\"\n"));
        let told = run(folder.path(), &["good.pcap"]);
        assert!(told.status == 0 && told.out.contains("TIME"), "{own}: {}{}", told.out, told.err);
    }
    let folder = folder("interface = \"lo\"\n[live]\ninterface = \"\"\n");
    let told = run(folder.path(), &["live", "--duration", "1s"]);
    assert!(told.status == 2 && told.err.contains("--interface"), "{}", told.err);
    assert_eq!(run(folder.path(), &["live", "--print-config"]).status, 0, "that needs none");
}

#[test]
fn what_is_set_for_one_command_overrides_what_is_set_for_all() {
    let folder = folder("table = \"messages\"\n[read]\ntable = \"devices\"\nformat = \"csv\"\n");
    assert!(run(folder.path(), &["good.pcap"]).out.starts_with("device,"));
}

/// Ids of the incidents that are printed.
fn ids(folder: &Path) -> Vec<String> {
    let printed = run(folder, &["good.pcap", "-F", "csv", "--columns", "incident"]);
    printed.out.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn incidents_are_explained_as_they_were_printed() {
    let plain = folder("");
    let (truth, key) = (ids(plain.path()).remove(0), plain.path().join("key"));
    fs::write(&key, "6e8c2d1f0a9b47c35d62e1f8940b7a3c1d2e3f405162738495a6b7c8d9eaf00b\n").unwrap();
    let set = format!("anonymize = '{}'", key.display());
    for config in [format!("[read]\n{set}\n"), format!("{set}\n[live]\nanonymize = \"\"\n")] {
        let folder = folder(&config);
        let printed = ids(folder.path()).remove(0);
        assert_ne!(printed, truth, "{config}");
        let told = run(folder.path(), &["explain", &printed, "--in", "good.pcap"]);
        assert!(told.status == 0 && !told.out.contains("10.3.0.2"), "{config}: {}{}", told.out, told.err);
        let told = run(folder.path(), &["explain", &truth, "--in", "good.pcap"]);
        assert_eq!((told.status, told.out.as_str()), (2, ""), "{config}");
    }
    let filtered = folder("[read]\nfilter = \"udp\"\n");
    let told = run(filtered.path(), &["explain", &truth, "--in", "good.pcap"]);
    assert!(told.status == 2 && told.err.contains("there is no incident"), "{}", told.err);
    let overridden = run(filtered.path(), &["explain", &truth, "--in", "good.pcap", "--filter", "ip"]);
    assert_eq!(overridden.status, 0, "{}", overridden.err);
    let of_live = folder(&format!("[live]\n{set}\n"));
    assert_eq!(run(of_live.path(), &["explain", &truth, "--in", "good.pcap"]).status, 0, "that is not its own");
}

#[test]
fn printing_it_needs_nothing_else_and_takes_what_is_given() {
    let folder = folder("sort = \"cause\"\n");
    for words in [&["read", "--print-config"][..], &["live", "--print-config"], &["--print-config", "read"]] {
        let printed = run(folder.path(), words);
        assert!(printed.status == 0 && printed.out.contains("\nsort = \"cause\"\n"), "{words:?}: {}", printed.err);
    }
    let given = run(folder.path(), &["read", "-q", "--top", "3", "--cause", "forged,no-route", "--print-config"]);
    for line in
        ["\nquiet = true\n", "\n[read]\n", "\ntop = 3\n", "\ncause = [\"forged\", \"no-route\"]\n", "\n# top = \"\"\n"]
    {
        assert!(given.out.contains(line), "{line}: {}{}", given.out, given.err);
    }
    assert_eq!(run(folder.path(), &["read", "--top", "none", "--print-config"]).status, 2);
}

#[test]
fn its_faults_stop_only_what_it_sets() {
    for config in ["format = [", "formt = 1\n", "color = \"nosuch\"\n"] {
        let folder = folder(config);
        for words in [&["man"][..], &["schema"], &["completions", "bash"], &["explain", "3/13"], &["interfaces"]] {
            let run = run(folder.path(), words);
            assert!(run.status == 0 && !run.out.is_empty(), "{config} {words:?}: {}", run.err);
            let warning = run.complaints();
            assert!(warning.len() == 1 && warning[0].contains("warning: not heeded: "), "{config}: {}", run.err);
        }
        for words in [&["--help"][..], &["help", "read"], &["read", "--help"], &["--version"]] {
            let run = run(folder.path(), words);
            assert!(run.status == 0 && run.err.is_empty() && !run.out.is_empty(), "{config} {words:?}: {}", run.err);
        }
        // Of an incident it may hold that addresses are replaced.
        let incident = ["explain", "3f", "--in", "good.pcap"];
        for words in [&["good.pcap"][..], &["--print-config"], &["live", "-i", "lo"], &incident] {
            assert_eq!(run(folder.path(), words).status, 2, "{config} {words:?}");
        }
    }
}
