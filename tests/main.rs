//! The tests: a module for each module of the library, and one for the captures in `testdata`.

mod analyzer;
mod anonymity;
mod architecture;
mod capture;
mod cli;
mod corpus;
mod decode;
mod decode_plain;
mod documentation;
mod evidence;
mod flow;
mod frame;
mod incident;
mod naming;
mod network;
mod report;
mod testdata;
mod unreachable;
mod verdict;

use std::io::{self, Write};

/// Tells that the rest of a test is left out, and why, past the harness, which keeps to itself what a passing test prints: else it
/// would be taken for passed. Where `UNREACH_SKIP_NOTHING` is set, the test fails instead.
fn skipped(why: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    assert!(std::env::var_os("UNREACH_SKIP_NOTHING").is_none(), "{why}");
    writeln!(io::stderr(), "skipped: {test}: {why}").expect("standard error");
}
