//! The command line: arguments to configuration, the run loop, signals, exit codes.

mod anonymize;
mod arguments;
mod destination;
mod ending;
mod explain;
mod interfaces;
mod live;
mod moment;
mod naming;
mod pump;
mod quantities;
mod read;
mod schema;
mod session;
mod shell;
mod signals;
mod streams;
mod summary;
mod waiting;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use arguments::{Arguments, Command};
use ending::{Ending, Failure};

/// Runs the command line that the process was started with.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse_from(with_command(std::env::args_os().collect()));
    let ending = carry_out(&arguments).unwrap_or_else(|failure| {
        streams::complain(&failure);
        failure.ending()
    });
    ending.into()
}

fn carry_out(arguments: &Arguments) -> Result<Ending, Failure> {
    match &arguments.command {
        Command::Read(read) => return read::run(read, arguments.talk),
        Command::Live(live) => return live::run(live, arguments.talk),
        Command::Interfaces => interfaces::run()?,
        Command::Explain(explain) => return explain::run(explain),
        Command::Schema { table, json: true } => streams::results(|out| schema::write_json(*table, out))?,
        Command::Schema { table, json: false } => streams::results(|out| schema::write(*table, out))?,
        Command::Completions { shell } => streams::results(|out| shell::completions(*shell, out))?,
        Command::Man => streams::results(shell::manual)?,
    }
    Ok(Ending::Whole)
}

/// Puts in `read` where the first word that is not an option names no command: `unreach PATH` is `unreach read PATH`.
fn with_command(mut words: Vec<OsString>) -> Vec<OsString> {
    let mut value_follows = false;
    let is_option = |word: &OsString| word.len() > 1 && word.as_encoded_bytes().starts_with(b"-");
    let first = words.iter().skip(1).find(|word| {
        let is_value = std::mem::replace(&mut value_follows, *word == "--color");
        !is_value && !is_option(word)
    });
    let is_command = |word: &OsString| {
        *word == "help" || Arguments::command().get_subcommands().any(|command| *word == command.get_name())
    };
    if first.is_some_and(|word| !is_command(word)) {
        words.insert(1, "read".into());
    }
    words
}
