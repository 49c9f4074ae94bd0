//! The command line: arguments to configuration, the run loop, signals, exit codes.

mod anonymize;
mod arguments;
mod config;
mod decode_as;
mod destination;
mod ending;
mod explain;
mod idle;
mod interfaces;
mod likeness;
mod live;
mod manual;
mod memory;
mod moment;
mod naming;
mod pieces;
mod progress;
mod pump;
mod quantities;
mod read;
mod schema;
mod session;
mod shell;
mod signals;
mod sparing;
mod streams;
mod summary;
mod waiting;
mod whole;
mod words;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches};

use arguments::{Arguments, Command};
use config::Config;
use ending::{Ending, Failure};
use words::Words;

/// Runs the command line that the process was started with.
pub fn run() -> ExitCode {
    let ending = answer(&Words::new(std::env::args_os().collect())).unwrap_or_else(|failure| {
        streams::complain(&failure);
        failure.ending()
    });
    ending.into()
}

/// Does what the words ask for. What is wrong with the command line itself ends the process here.
fn answer(words: &Words) -> Result<Ending, Failure> {
    let outcome = match configured(words) {
        Ok((Ok(matches), config)) if words.ask_for_config() => return config.print(&matches),
        Ok((Ok(matches), _)) => carry_out(&matches),
        Ok((Err(error), _)) => help(&error),
        Err(fault) => without_config(words, fault),
    };
    outcome.map_err(|failure| words.meant(failure))
}

/// The command line read with the defaults of the configuration file; a failure is a fault of the file.
fn configured(words: &Words) -> Result<(Result<ArgMatches, clap::Error>, Config), Failure> {
    let config = if words.want_no_config() { Config::unheeded() } else { Config::read()? };
    let outcome = config.applied(words.declaration())?.try_get_matches_from(&words.all);
    // Where the same words are right without the file, it is the file that is wrong.
    if let Err(error) = &outcome
        && config.is_set()
        && error.use_stderr()
        && words.declaration().try_get_matches_from(&words.all).is_ok()
    {
        let told = error.to_string();
        let told: Vec<&str> = told.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
        return Err(config.fault(told.join(" ").trim_start_matches("error: ")));
    }
    Ok((outcome, config))
}

/// Help, and the commands whose options the file does not set, are there in spite of its fault.
fn without_config(words: &Words, fault: Failure) -> Result<Ending, Failure> {
    match Arguments::command().try_get_matches_from(&words.all) {
        Err(error) if !error.use_stderr() => help(&error),
        Ok(matches)
            if !words.ask_for_config()
                && matches.subcommand().is_some_and(|(name, given)| !config::sets(name, given)) =>
        {
            streams::warn(&format!("not heeded: {fault}"));
            carry_out(&matches)
        }
        _ => Err(fault),
    }
}

/// Prints help or version as any other result; tells of errors, and ends the process.
fn help(error: &clap::Error) -> Result<Ending, Failure> {
    if error.use_stderr() {
        error.exit();
    }
    let text = error.render();
    let coloured = streams::coloured(clap::ColorChoice::Auto);
    streams::results(|out| if coloured { write!(out, "{}", text.ansi()) } else { write!(out, "{text}") })?;
    Ok(Ending::Whole)
}

fn carry_out(matches: &ArgMatches) -> Result<Ending, Failure> {
    let arguments = Arguments::from_arg_matches(matches).unwrap_or_else(|error| error.exit());
    let Some(command) = &arguments.command else {
        Arguments::command().error(ErrorKind::MissingSubcommand, "a command, or a capture, is missing").exit();
    };
    if let Some((_, given)) = matches.subcommand() {
        idle::refuse(command, given)?;
    }
    match command {
        Command::Read(read) => return read::run(read, arguments.talk),
        Command::Live(live) => return live::run(live, arguments.talk),
        Command::Interfaces => interfaces::run()?,
        Command::Explain(explain) => return explain::run(explain, arguments.talk),
        Command::Schema { subject, json: true } => streams::results(|out| schema::write_json(*subject, out))?,
        Command::Schema { subject, json: false } => streams::results(|out| schema::write(*subject, out))?,
        Command::Completions { shell } => streams::results(|out| shell::completions(*shell, out))?,
        Command::Man => streams::results(shell::manual)?,
    }
    Ok(Ending::Whole)
}
