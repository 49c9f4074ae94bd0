//! The README and the pages beside it name only commands, options and pages that exist.

use std::collections::BTreeSet;

use super::pages::{self, README};
use super::program::printed;

/// Options of other programs that the pages' commands call.
const OF_OTHERS: [&str; 8] = ["--features", "--release", "--locked", "--path", "--example", "--check", "-C", "-W"];

/// Options of the calibration, which is an example and not a command.
const OF_CALIBRATION: [&str; 3] = ["--folds", "--strength", "--without-twins"];

/// The commands that the help lists.
fn commands() -> BTreeSet<String> {
    let help = printed(&["--help"]);
    let (_, list) = help.split_once("Commands:\n").expect("a list of commands");
    let lines = list.lines().take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// Words that begin as an option does: `-t`, `--force`.
fn options(text: &str) -> BTreeSet<String> {
    let is_part = |char: char| char.is_ascii_alphanumeric() || char == '-';
    let words = text.split(|char: char| !is_part(char));
    let is_option = |word: &&str| {
        let long = word.strip_prefix("--").is_some_and(|name| name.len() > 1 && !name.starts_with('-'));
        let short = word.len() == 2 && word.starts_with('-') && !word.ends_with('-');
        long || short && !word.ends_with(|char: char| char.is_ascii_digit())
    };
    words.filter(is_option).map(str::to_owned).collect()
}

/// Every code span of the text that calls the program: `unreach ...`.
fn calls(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter_map(|span| span.strip_prefix("unreach "))
}

#[test]
fn commands_exist() {
    let known = commands();
    let table = pages::between(README, "| command | does |\n", "\n\n");
    let named: Vec<&str> = calls(&table).filter_map(|call| call.split_whitespace().next()).collect();
    assert!(named.len() >= 7, "{named:?}");
    let unknown: Vec<_> = named.into_iter().filter(|name| *name != "PATH" && !known.contains(*name)).collect();
    assert!(unknown.is_empty(), "README.md names commands that do not exist: {unknown:?}");
}

#[test]
fn options_exist() {
    let mut known: BTreeSet<String> = commands().iter().flat_map(|name| options(&printed(&["help", name]))).collect();
    known.extend(OF_OTHERS.into_iter().chain(OF_CALIBRATION).map(str::to_owned));
    // What stands in a shell block may call any program; the blocks are run as they stand elsewhere.
    let text = pages::all().iter().map(|page| pages::text(page)).collect::<Vec<_>>().join("\n");
    let prose: Vec<&str> = text.split("```").step_by(2).collect();
    let named: BTreeSet<String> =
        prose.iter().flat_map(|part| part.split('`').skip(1).step_by(2)).flat_map(options).collect();
    assert!(named.contains("--force"), "{named:?}");
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "options are named that do not exist: {unknown:?}");
}

#[test]
fn links_lead_somewhere() {
    let text = pages::text(README);
    let targets: Vec<&str> =
        text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|link| !link.contains(':')).collect();
    for page in pages::all().iter().filter(|page| *page != README) {
        assert!(targets.contains(&page.as_str()), "README.md does not lead to {page}");
    }
    for page in targets {
        assert!(!pages::text(page).is_empty(), "{page} is empty");
    }
}
