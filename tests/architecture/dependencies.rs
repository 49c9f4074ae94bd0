//! Modules use only those that `lib.rs` lists above them.

use super::source::{Source, modules, refuse, sources};

/// Whether a character may stand in a name.
fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The name that a text begins with.
fn first_name(text: &str) -> &str {
    text.split(|character| !is_of_name(character)).next().unwrap_or_default()
}

/// The names that follow a path's prefix: one, or those of a list in braces.
fn named_after(rest: &str) -> Vec<&str> {
    let Some(list) = rest.strip_prefix('{') else { return vec![first_name(rest)] };
    let mut depth = 0_i32;
    let mut starts = true;
    let mut names = Vec::new();
    for (position, character) in list.char_indices() {
        if starts && is_of_name(character) && depth == 0 {
            names.push(first_name(&list[position..]));
        }
        starts = match character {
            ',' | ' ' => true,
            _ if is_of_name(character) => false,
            _ => starts,
        };
        depth += i32::from(character == '{') - i32::from(character == '}');
        if depth < 0 {
            break;
        }
    }
    names
}

/// The modules of the crate that a line of code names.
fn used_modules(line: &str, depth: usize) -> Vec<&str> {
    let prefixes = ["crate::".to_owned(), "super::".repeat(depth)];
    let used = prefixes.iter().filter(|prefix| !prefix.is_empty()).flat_map(|prefix| {
        line.match_indices(prefix.as_str()).filter_map(|(at, _)| {
            let before = line[..at].chars().next_back();
            let is_whole = !before.is_some_and(|character| is_of_name(character) || character == ':');
            is_whole.then(|| named_after(&line[at + prefix.len()..]))
        })
    });
    used.flatten().collect()
}

/// What a file uses though it stands below it.
fn faults(source: &Source, modules: &[String]) -> Vec<String> {
    let place = |name: &str| modules.iter().position(|module| module == name);
    let Some(own) = place(source.module()) else { return Vec::new() };
    let mut faults = Vec::new();
    for (number, line) in source.code() {
        if line.ends_with("crate::{") {
            faults
                .push(format!("src/{}:{number}: lists modules over several lines, where none sees them", source.path));
        }
        for used in used_modules(line, source.depth()) {
            if place(used).is_some_and(|place| place > own) {
                faults.push(format!("src/{}:{number}: {} uses {used}", source.path, source.module()));
            }
        }
    }
    faults
}

#[test]
fn a_module_uses_only_those_above_it() {
    let modules = modules();
    let faults: Vec<String> = sources().iter().flat_map(|source| faults(source, &modules)).collect();
    refuse(&faults);
}

#[test]
fn every_file_belongs_to_a_listed_module() {
    let modules = modules();
    let sources = sources();
    let strays = sources.iter().filter(|source| !matches!(source.path.as_str(), "lib.rs" | "main.rs"));
    let strays = strays.filter(|source| !modules.iter().any(|module| module == source.module()));
    refuse(&strays.map(|source| format!("src/{}: lib.rs does not list its module", source.path)).collect::<Vec<_>>());
}

#[test]
fn modules_are_those_of_the_data_flow() {
    let flow = ["frame", "decode", "flow", "unreachable", "verdict", "evidence", "incident", "analyzer", "report"];
    let modules: Vec<String> = modules().into_iter().filter(|name| flow.contains(&name.as_str())).collect();
    assert_eq!(modules, flow);
}

#[test]
fn uses_are_seen_in_every_form() {
    assert_eq!(used_modules("use crate::flow::Host;", 2), ["flow"]);
    assert_eq!(used_modules("use crate::{decode, flow::{Host, Pair}, report};", 2), ["decode", "flow", "report"]);
    assert_eq!(used_modules("    let x = crate::report::cell(crate::cli::X);", 1), ["report", "cli"]);
    assert_eq!(used_modules("use super::super::cli;", 2), ["cli"]);
    assert_eq!(used_modules("use super::cli;", 1), ["cli"]);
    assert_eq!(used_modules("use super::cli; pub(crate) fn x()", 2), Vec::<&str>::new());
}
