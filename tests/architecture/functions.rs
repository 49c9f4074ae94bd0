//! Sizes of functions.

use super::source::{Source, refuse, sources};

/// Lines from a function's name to its last brace, at most.
const LONGEST: usize = 60;

/// Lines that nine functions in ten don't exceed.
const USUAL: usize = 25;

/// A function's name, with its first line and how many it has.
struct Function {
    name: String,
    line: usize,
    length: usize,
}

/// The name of the function that a line begins, if it begins one.
fn begun(line: &str) -> Option<&str> {
    let before = line.trim_start().split("fn ").next()?;
    let is_qualified = before.split_whitespace().all(|word| {
        matches!(word, "pub" | "const" | "async" | "unsafe" | "in" | "extern")
            || word.starts_with("pub(")
            || word.ends_with(')')
    });
    let rest = line.trim_start().strip_prefix(before)?.strip_prefix("fn ")?;
    let name = rest.split(['(', '<']).next()?;
    (is_qualified && !name.is_empty()).then_some(name)
}

/// The functions of a file. A function ends at the first brace that is indented as its name is.
fn functions(source: &Source) -> Vec<Function> {
    let lines: Vec<(usize, &str)> = source.code().collect();
    let mut found = Vec::new();
    for (place, &(line, text)) in lines.iter().enumerate() {
        let Some(name) = begun(text) else { continue };
        let indent = &text[..text.len() - text.trim_start().len()];
        let end = format!("{indent}}}");
        let is_one_line = text.ends_with('}') || text.ends_with(';');
        let rest = lines[place..].iter().position(|&(_, other)| other == end || other == format!("{indent};"));
        let length = if is_one_line { 1 } else { rest.map_or(1, |rest| rest + 1) };
        found.push(Function { name: name.to_owned(), line, length });
    }
    found
}

#[test]
fn no_function_is_longer_than_a_screen() {
    let sources = sources();
    let faults: Vec<String> = sources
        .iter()
        .flat_map(|source| functions(source).into_iter().map(move |function| (source, function)))
        .filter(|(_, function)| function.length > LONGEST)
        .map(|(source, Function { name, line, length })| {
            format!("src/{}:{line}: {name} has {length} lines", source.path)
        })
        .collect();
    refuse(&faults);
}

#[test]
fn nine_functions_in_ten_are_short() {
    let mut lengths: Vec<usize> = sources().iter().flat_map(functions).map(|function| function.length).collect();
    assert!(lengths.len() > 300, "only {} functions were found", lengths.len());
    lengths.sort_unstable();
    let ninetieth = lengths[lengths.len() * 9 / 10];
    assert!(ninetieth <= USUAL, "one function in ten has {ninetieth} lines or more");
}

#[test]
fn functions_are_told_from_what_resembles_them() {
    assert_eq!(begun("    pub(super) const fn add<T>(x: T) {"), Some("add"));
    assert_eq!(begun("pub(in crate::flow) fn add(x: u8) -> u8 {"), Some("add"));
    assert_eq!(begun("fn main() {"), Some("main"));
    assert_eq!(begun("    read: fn(&Case<'_>) -> Option<&'static str>,"), None);
    assert_eq!(begun("let add = |x| x;"), None);
}
