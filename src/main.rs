//! The `unreach` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    unreach::cli::run()
}
