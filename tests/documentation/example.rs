//! The first example of the README is what the program prints.

use super::program::printed;
use super::readme::{between, hold};

/// What opens the block, and the line that calls the program.
const PROMPT: &str = "```console\n$ unreach ";

#[test]
fn the_example_is_what_the_program_prints() {
    let words = between(PROMPT, "\n");
    let arguments: Vec<&str> = words.split_whitespace().collect();
    hold(&format!("{PROMPT}{words}\n"), "```", &printed(&arguments));
}
