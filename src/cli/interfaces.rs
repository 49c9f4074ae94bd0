//! `unreach interfaces`: what can be sniffed, and what keeps it from being sniffed.

use std::io::{self, Write};

use super::ending::Failure;
use super::streams;
use crate::capture::{self, Interface, LiveError};
use crate::report::{harmless, printable};

/// Prints a line for each interface.
pub(super) fn run() -> Result<(), Failure> {
    let interfaces = capture::interfaces()?;
    streams::results(|out| write(&interfaces, out))
}

fn write(interfaces: &[Interface], out: &mut dyn Write) -> io::Result<()> {
    let widest = |of: fn(&Interface) -> usize| interfaces.iter().map(of).max().unwrap_or_default();
    let name_width = widest(|interface| harmless(&interface.name).len());
    let link_width = widest(|interface| link(interface).len());
    for interface in interfaces {
        let (name, link) = (harmless(&interface.name), link(interface));
        let state = if interface.is_up { "up" } else { "down" };
        let about = printable(&about(interface));
        writeln!(out, "{}", format!("{name:name_width$}  {state:4}  {link:link_width$}  {about}").trim_end())?;
    }
    if let Some(remedy) = interfaces.iter().find_map(remedy) {
        writeln!(out, "\nNot permitted to capture; {}", printable(remedy))?;
    }
    Ok(())
}

/// Its link type, where it can be opened.
fn link(interface: &Interface) -> String {
    match &interface.link {
        Ok(link) => link.to_string(),
        Err(LiveError::NotPermitted { .. }) => "not permitted".to_owned(),
        Err(_) => "cannot be opened".to_owned(),
    }
}

/// Its addresses; what it is, where it has none; and why it cannot be opened.
fn about(interface: &Interface) -> String {
    let addresses: Vec<String> = interface.addresses.iter().map(ToString::to_string).collect();
    let about =
        if addresses.is_empty() { interface.description.clone().unwrap_or_default() } else { addresses.join(", ") };
    if let Err(LiveError::Other { reason, .. }) = &interface.link {
        return format!("{about} ({reason})").trim_start().to_owned();
    }
    about
}

fn remedy(interface: &Interface) -> Option<&str> {
    match &interface.link {
        Err(LiveError::NotPermitted { remedy, .. }) => Some(remedy),
        _ => None,
    }
}
