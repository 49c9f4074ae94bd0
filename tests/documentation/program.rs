//! What the program prints, run from the repository's root as the README's reader would.

use std::process::Command;

/// Standard output and standard error, in the order they end up on a terminal: the summary follows the table.
pub(super) fn printed(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unreach"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("COLUMNS", "110").env_remove("NO_COLOR");
    let output = command.output().expect("unreach can be run");
    assert!(output.status.success(), "unreach {}: {:?}", arguments.join(" "), output.status);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("unreach prints UTF-8");
    text(output.stdout) + &text(output.stderr)
}
