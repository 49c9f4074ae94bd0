//! The command line: arguments to configuration, the run loop, signals, exit codes.

mod anonymize;
mod arguments;
mod config;
mod decode_as;
mod destination;
mod ending;
mod explain;
mod interfaces;
mod live;
mod manual;
mod moment;
mod naming;
mod progress;
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

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use arguments::{Arguments, Command};
use config::Config;
use ending::{Ending, Failure};

/// Runs the command line that the process was started with.
pub fn run() -> ExitCode {
    let ending = parsed().and_then(|(arguments, config)| carry_out(&arguments, &config)).unwrap_or_else(|failure| {
        streams::complain(&failure);
        failure.ending()
    });
    ending.into()
}

/// The command line, with the defaults of the configuration file. What is wrong with the command line itself ends the
/// process here.
fn parsed() -> Result<(Arguments, Config), Failure> {
    let words = with_command(std::env::args_os().collect());
    let config = Config::read()?;
    let outcome = config.applied(Arguments::command())?.try_get_matches_from(&words);
    let matches = outcome.or_else(|error| {
        // Where the same words are right without the file, it is the file that is wrong.
        if config.is_set() && error.use_stderr() && Arguments::command().try_get_matches_from(&words).is_ok() {
            let told = error.to_string();
            let told: Vec<&str> = told.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
            return Err(config.fault(told.join(" ").trim_start_matches("error: ")));
        }
        error.exit()
    })?;
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    Ok((arguments, config))
}

fn carry_out(arguments: &Arguments, config: &Config) -> Result<Ending, Failure> {
    if arguments.talk.print_config {
        let command = config.applied(Arguments::command())?;
        streams::results(|out| config.write(&command, out))?;
        return Ok(Ending::Whole);
    }
    let Some(command) = &arguments.command else {
        Arguments::command().error(ErrorKind::MissingSubcommand, "a command, or a capture, is missing").exit();
    };
    match command {
        Command::Read(read) => return read::run(read, arguments.talk),
        Command::Live(live) => return live::run(live, arguments.talk),
        Command::Interfaces => interfaces::run()?,
        Command::Explain(explain) => return explain::run(explain, arguments.talk),
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
        let is_value = std::mem::replace(&mut value_follows, *word == "--color" || *word == "--progress");
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
