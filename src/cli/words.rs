//! The words of the command line, before they are taken apart.

use std::ffi::OsString;
use std::path::Path;

use clap::{Command, CommandFactory};

use super::arguments::Arguments;
use super::config;
use super::ending::Failure;
use super::likeness::did_you_mean;
use crate::capture;

/// The words that the process was started with.
pub(super) struct Words {
    /// With `read` in its place where no command was named.
    pub(super) all: Vec<OsString>,
    /// The word that `read` was put before.
    first: Option<OsString>,
}

impl Words {
    /// Puts in `read` where the first word that is not an option names no command: `unreach PATH` is `unreach read PATH`. Behind
    /// `--` there are neither options nor commands.
    pub(super) fn new(mut words: Vec<OsString>) -> Self {
        let (mut value_follows, mut is_behind) = (false, false);
        let is_option = |word: &OsString| word.len() > 1 && word.as_encoded_bytes().starts_with(b"-");
        let first = words.iter().skip(1).find(|word| {
            let is_value = std::mem::replace(&mut value_follows, *word == "--color" || *word == "--progress");
            if !is_value && !is_behind && *word == "--" {
                is_behind = true;
                return false;
            }
            is_behind || !is_value && !is_option(word)
        });
        let is_command = |word: &OsString| *word == "help" || commands().any(|command| *word == *command);
        let first = first.filter(|word| is_behind || !is_command(word)).cloned();
        if first.is_some() {
            words.insert(1, "read".into());
        }
        // Behind `--` no command was meant.
        Self { all: words, first: first.filter(|_| !is_behind) }
    }

    /// Whether `--print-config` is among them: it needs nothing else.
    pub(super) fn ask_for_config(&self) -> bool {
        self.have("--print-config")
    }

    /// Whether `--no-config` is among them: it has to be known before the others are taken apart.
    pub(super) fn want_no_config(&self) -> bool {
        self.have("--no-config")
    }

    fn have(&self, option: &str) -> bool {
        self.all.iter().take_while(|word| *word != "--").any(|word| word == option)
    }

    /// The declaration that they are read by.
    pub(super) fn declaration(&self) -> Command {
        let command = Arguments::command();
        if !self.ask_for_config() {
            return command;
        }
        let demands_nothing = |command: Command| command.mut_args(|arg| arg.required(false));
        config::COMMANDS.into_iter().fold(command, |command, name| command.mut_subcommand(name, demands_nothing))
    }

    /// A failure, told as what it is where a command was misspelt and so taken for a capture.
    pub(super) fn meant(&self, failure: Failure) -> Failure {
        let Failure::Capture(capture::Error::Unreadable(_)) = &failure else { return failure };
        let Some(word) = self.first.as_ref().and_then(|word| word.to_str()) else { return failure };
        // No command has them, and most captures do.
        if word.contains(['.', '/']) {
            return failure;
        }
        match did_you_mean(word, commands().collect()) {
            hint if hint.is_empty() || Path::new(word).exists() => failure,
            hint => Failure::Usage(format!("`{word}` is neither a capture nor a command{hint}")),
        }
    }
}

/// Names of the commands.
fn commands() -> impl Iterator<Item = String> {
    let names: Vec<String> =
        Arguments::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    names.into_iter()
}
