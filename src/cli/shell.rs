//! `unreach completions` and `unreach man`: made from the same declaration as the command line.

use std::io::{self, Write};

use clap::{Arg, Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use roff::{Roff, bold, italic, roman};

use super::arguments::Arguments;
use super::manual::{self, Section};

/// Writes the completion script of a shell. Where no command is named, it offers the options of `read`, which is the one meant.
pub(super) fn completions(shell: Shell, out: &mut dyn Write) -> io::Result<()> {
    // The generator panics where writing fails, so it is given memory.
    let mut script = Vec::new();
    clap_complete::generate(
        shell,
        &mut with_options_of(Arguments::command(), "read"),
        env!("CARGO_PKG_NAME"),
        &mut script,
    );
    out.write_all(&script)
}

/// The command line with the options of a command also where none is named.
fn with_options_of(line: Command, name: &str) -> Command {
    let all = line.find_subcommand(name).into_iter().flat_map(Command::get_arguments);
    let has = |option: &Arg| line.get_arguments().any(|known| known.get_id() == option.get_id());
    let options: Vec<Arg> = all.filter(|option| !option.is_positional() && !has(option)).cloned().collect();
    line.args(options)
}

/// Writes the manual: a page for the program, and one for each command after it.
pub(super) fn manual(out: &mut dyn Write) -> io::Result<()> {
    let mut command = Arguments::command();
    command.build();
    // What follows the options in the help has sections of its own.
    let page = Man::new(command.clone().after_long_help(""));
    page.render_title(out)?;
    page.render_name_section(out)?;
    write_synopsis(out)?;
    page.render_description_section(out)?;
    page.render_options_section(out)?;
    page.render_subcommands_section(out)?;
    for section in manual::sections() {
        write_section(&section, out)?;
    }
    page.render_version_section(out)?;
    for subcommand in command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help") {
        Man::new(subcommand.clone()).render(out)?;
    }
    Ok(())
}

/// Both ways of calling it; the one that is made from the declaration knows nothing of a path without a command.
fn write_synopsis(out: &mut dyn Write) -> io::Result<()> {
    let mut roff = Roff::new();
    let called = || [bold(env!("CARGO_PKG_NAME")), roman(" ["), italic("OPTIONS"), roman("] ")].to_vec();
    roff.control("SH", ["SYNOPSIS"]);
    roff.text([called(), vec![italic("PATH"), roman("...")]].concat());
    roff.control("br", []);
    roff.text([called(), vec![italic("COMMAND"), roman(" ...")]].concat());
    roff.to_writer(out)
}

fn write_section(section: &Section, out: &mut dyn Write) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", [section.heading.to_uppercase().as_str()]);
    for (term, says) in &section.items {
        roff.control("TP", []);
        roff.text([bold(term.as_str())]);
        roff.text([roman(*says)]);
    }
    if !section.remark.is_empty() {
        roff.control("PP", []);
        roff.text([roman(section.remark)]);
    }
    roff.to_writer(out)
}
