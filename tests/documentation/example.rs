//! The first example of the README is what the program prints.

use super::pages::{README, between, hold};
use super::program::printed;

/// What opens the block, and the line that calls the program.
const PROMPT: &str = "```console\n$ unreach ";

#[test]
fn the_example_is_what_the_program_prints() {
    let words = between(README, PROMPT, "\n");
    let arguments: Vec<&str> = words.split_whitespace().collect();
    hold(README, &format!("{PROMPT}{words}\n"), "```", &printed(&arguments));
}
