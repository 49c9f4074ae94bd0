//! The configuration file: defaults of options, put into the command line's own declaration, so that nothing is said twice.

use std::io::{self, Write};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory};
use toml::{Table, Value};

use super::arguments::Arguments;
use super::ending::{Ending, Failure};
use super::streams;
use super::whole::read_whole;
use crate::report::printable;

/// Commands whose options have defaults worth a file.
pub(super) const COMMANDS: [&str; 2] = ["read", "live"];

/// A command that heeds what is set for another one, of options that both have: an incident is explained as it was printed, from the
/// same packets and with the same addresses. Otherwise it would not be found, or be told with those that were to be replaced.
const FOLLOWER: (&str, &str) = ("explain", "read");

/// More bytes than any such file has: all options with their explanations are some thousand.
const LONGEST: u64 = 1 << 20;

/// Options that are orders rather than settings.
const ORDERS: [&str; 4] = ["help", "version", "print-config", "no-config"];

/// Whether the file is about options of the command as it is given, beyond those that every command has.
pub(super) fn sets(command: &str, given: &ArgMatches) -> bool {
    // Most of what is explained needs no captures, and so none of what is set about them.
    COMMANDS.contains(&command) || command == FOLLOWER.0 && given.contains_id("captures")
}

/// A configuration file that was read.
#[derive(Debug)]
pub(super) struct Config {
    /// Where it is, or would be.
    path: Option<PathBuf>,
    /// What it says; nothing where there is no such file.
    settings: Option<Table>,
    /// Whether it is to be passed over, whatever it says.
    is_unheeded: bool,
}

impl Config {
    /// None, whatever the file says.
    pub(super) fn unheeded() -> Self {
        Self { path: path(), settings: None, is_unheeded: true }
    }

    /// Reads the file, if there is one.
    pub(super) fn read() -> Result<Self, Failure> {
        let mut config = Self { path: path(), settings: None, is_unheeded: false };
        let text = match config.path.as_deref().map(text_of) {
            None => return Ok(config),
            Some(Err(error)) if is_absent(config.path.as_deref(), &error) => return Ok(config),
            Some(Err(error)) => return Err(config.fault(&error.to_string())),
            Some(Ok(text)) => text,
        };
        config.settings = Some(text.parse().map_err(|error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            config.fault(&format!("line {line}: {}", error.message()))
        })?);
        Ok(config)
    }

    /// The declaration with the file's settings as defaults.
    pub(super) fn applied(&self, mut command: Command) -> Result<Command, Failure> {
        let declared = command.clone();
        let is_of_command = |name: &str, value: &Value| value.is_table() && COMMANDS.contains(&name);
        // Those of one command last: they override what is set for all.
        let (own, shared): (Vec<_>, Vec<_>) =
            self.settings.iter().flatten().partition(|(name, value)| is_of_command(name, value));
        for (name, value) in shared {
            command = self.with((&declared, command), &COMMANDS, name, value)?;
        }
        for (owner, settings) in own {
            for (name, value) in settings.as_table().into_iter().flatten() {
                command = self.with((&declared, command), &[owner.as_str()], name, value)?;
            }
        }
        Ok(command)
    }

    /// The declaration with one default, of those of the commands that have the option, or of the options of all.
    fn with(
        &self,
        (declared, command): (&Command, Command),
        commands: &[&str],
        name: &str,
        value: &Value,
    ) -> Result<Command, Failure> {
        let values = values(value).ok_or_else(|| self.fault(&format!("`{name}` has a value that no option takes")))?;
        if let Some(id) = option(&command, name) {
            return Ok(command.mut_arg(id, |arg| preset(arg, declared, &values)));
        }
        let owners: Vec<(&str, String)> = commands
            .iter()
            .filter_map(|&owner| Some((owner, option(command.find_subcommand(owner)?, name)?)))
            .collect();
        if owners.is_empty() {
            return Err(self.fault(&format!("`{name}` is no option of {}", commands.join(" or "))));
        }
        let (follower, model) = FOLLOWER;
        let follows = owners.iter().any(|&(owner, _)| owner == model);
        let its_own = command.find_subcommand(follower).filter(|_| follows).and_then(|own| option(own, name));
        let owners = owners.into_iter().chain(its_own.map(|id| (follower, id)));
        Ok(owners.fold(command, |command, (owner, id)| {
            let declared = declared.find_subcommand(owner).unwrap_or(declared);
            command.mut_subcommand(owner, |owner| owner.mut_arg(id, |arg| preset(arg, declared, &values)))
        }))
    }

    /// A fault of the file, told with its name.
    pub(super) fn fault(&self, what: &str) -> Failure {
        let path = self.path.as_ref().map(|path| printable(&path.to_string_lossy())).unwrap_or_default();
        Failure::Usage(format!("{path}: {what}"))
    }

    /// Whether the file sets anything.
    pub(super) fn is_set(&self) -> bool {
        self.settings.as_ref().is_some_and(|settings| !settings.is_empty())
    }

    /// Prints every option with its default, or as it was given, in the form of the file, which the output may be made
    /// from: what neither the file nor the command line sets is commented out.
    pub(super) fn print(&self, given: &ArgMatches) -> Result<Ending, Failure> {
        let command = self.applied(Arguments::command())?;
        streams::results(|out| self.write(&command, given, out))?;
        Ok(Ending::Whole)
    }

    fn write(&self, command: &Command, given: &ArgMatches, out: &mut dyn Write) -> io::Result<()> {
        match (&self.path, &self.settings) {
            (Some(path), Some(_)) => writeln!(out, "# {}", printable(&path.to_string_lossy()))?,
            (_, None) if self.is_unheeded => writeln!(out, "# no configuration file is heeded")?,
            (Some(path), None) => writeln!(out, "# {} (there is no such file)", printable(&path.to_string_lossy()))?,
            (None, _) => writeln!(out, "# no configuration file: neither XDG_CONFIG_HOME nor HOME is set")?,
        }
        let top = self.settings.clone().unwrap_or_default();
        // Options of all commands may have been given before the command or after it.
        let (named, own_given) = given.subcommand().unwrap_or(("", given));
        let declared = Arguments::command();
        write_options((&declared, command), &top, &[own_given, given], out)?;
        for name in COMMANDS {
            let Some(both) = declared.find_subcommand(name).zip(command.find_subcommand(name)) else { continue };
            writeln!(out, "\n[{name}]")?;
            let own = top.get(name).and_then(Value::as_table).cloned().unwrap_or_default();
            let set: Table = top.iter().chain(&own).map(|(name, value)| (name.clone(), value.clone())).collect();
            let given: &[&ArgMatches] = if named == name { &[own_given] } else { &[] };
            write_options(both, &set, given, out)?;
        }
        Ok(())
    }
}

/// Writes the options of a command, in the order they are declared in, with their values, commented out where nothing sets them.
fn write_options(
    (declared, command): (&Command, &Command),
    set: &Table,
    given: &[&ArgMatches],
    out: &mut dyn Write,
) -> io::Result<()> {
    let by_id = |own: &Arg| command.get_arguments().find(|arg| arg.get_id() == own.get_id());
    for arg in settings_of(declared).filter_map(by_id) {
        let name = arg.get_long().unwrap_or_default();
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        writeln!(out, "\n# {}", help.replace('\n', " "))?;
        let (values, is_set) = match given.iter().find_map(|given| words_of(given, arg)) {
            Some(values) => (values, true),
            None => (defaults(arg), set.keys().any(|key| dashed(key) == name)),
        };
        writeln!(out, "{}{name} = {}", if is_set { "" } else { "# " }, shown(arg, &values))?;
    }
    Ok(())
}

/// What the command line gives for an option.
fn words_of(given: &ArgMatches, arg: &Arg) -> Option<Vec<String>> {
    let id = arg.get_id().as_str();
    let is_given = given.try_contains_id(id).is_ok() && given.value_source(id) == Some(ValueSource::CommandLine);
    let words = is_given.then(|| given.get_raw(id)).flatten()?;
    Some(words.map(|word| word.to_string_lossy().into_owned()).collect())
}

fn defaults(arg: &Arg) -> Vec<String> {
    arg.get_default_values().iter().map(|value| value.to_string_lossy().into()).collect()
}

/// `$XDG_CONFIG_HOME/unreach/config.toml`, or below `~/.config`; relative folders are not heeded (XDG base directory
/// specification).
fn path() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let home = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(home.join("unreach").join("config.toml"))
}

/// Options of a command that are settings.
fn settings_of(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|arg| arg.get_long().is_some_and(|long| !ORDERS.contains(&long)))
}

/// The id of the option with this name, be it written with `-` or `_`.
fn option(command: &Command, name: &str) -> Option<String> {
    let found = settings_of(command).find(|arg| arg.get_long() == Some(dashed(name).as_str()));
    found.map(|arg| arg.get_id().to_string())
}

fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

/// The text of the file. Nobody is waited for who might write to a pipe of that name.
fn text_of(path: &Path) -> io::Result<String> {
    if path.metadata()?.file_type().is_fifo() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a pipe, not a file"));
    }
    String::from_utf8(read_whole(path, LONGEST)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is no text in UTF-8"))
}

/// Whether there is no file, as far as who asks may see: with another's home, as services have it, the folder may be closed.
fn is_absent(path: Option<&Path>, error: &io::Error) -> bool {
    let may_not_look = || path.is_some_and(|path| path.symlink_metadata().is_err());
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => true,
        io::ErrorKind::PermissionDenied => may_not_look(),
        _ => false,
    }
}

/// A value as words of a command line; none where it is empty, which leaves the option out, as it stands for what has no default.
fn values(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(if text.is_empty() { Vec::new() } else { vec![text.clone()] }),
        Value::Integer(number) => Some(vec![number.to_string()]),
        Value::Float(number) => Some(vec![number.to_string()]),
        Value::Boolean(value) => Some(vec![value.to_string()]),
        Value::Array(items) => items.iter().map(values).collect::<Option<Vec<_>>>().map(|items| items.concat()),
        Value::Datetime(time) => Some(vec![time.to_string()]),
        Value::Table(_) => None,
    }
}

/// The option with these values as its default; with none, as it was declared.
fn preset(arg: Arg, declared: &Command, values: &[String]) -> Arg {
    if values.is_empty() {
        let own = declared.get_arguments().find(|own| own.get_id() == arg.get_id());
        return own.cloned().unwrap_or(arg);
    }
    arg.required(false).default_values(values.to_vec())
}

/// Values of an option in TOML.
fn shown(arg: &Arg, values: &[String]) -> String {
    let bare = |value: &str| value.parse::<u64>().is_ok() || matches!(value, "true" | "false");
    let quoted = |value: &String| if bare(value) { value.clone() } else { Value::from(value.as_str()).to_string() };
    match values {
        [] if arg.get_action().takes_values() => "\"\"".to_owned(),
        [] => "false".to_owned(),
        [one] => quoted(one),
        several => format!("[{}]", several.iter().map(quoted).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};
    use std::path::Path;

    use super::is_absent;

    /// A service may run with the home of somebody else.
    #[test]
    fn a_file_that_is_there_is_not_passed_over() {
        let (here, nowhere) = (Path::new("."), Path::new("./nowhere/config.toml"));
        let closed = Error::from(ErrorKind::PermissionDenied);
        assert!(is_absent(Some(nowhere), &closed));
        assert!(!is_absent(Some(here), &closed));
        assert!(is_absent(Some(nowhere), &Error::from(ErrorKind::NotFound)));
        assert!(!is_absent(Some(nowhere), &Error::from(ErrorKind::InvalidData)));
    }
}
