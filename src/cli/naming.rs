//! `--names`, `--hosts`, `--mmdb`: what is to be known of addresses, from the files that tell it.

use std::path::{Path, PathBuf};

use clap::Args;

use super::ending::Failure;
use super::streams;
use super::whole::read_whole;
use crate::decode::Tunnels;
use crate::naming::{Hosts, Learned, Naming, Networks};
use crate::report::printable;

/// The largest list of names that is read: some millions of lines.
const LONGEST_LIST: u64 = 256 << 20;
/// The largest database that is read; those of cities have some 100 MiB.
const LONGEST_DATABASE: u64 = 4 << 30;
/// Lines of a list that are named as faulty.
const NAMED_LINES: usize = 3;

/// Names beside addresses.
#[derive(Clone, Debug, Args)]
pub(super) struct NamingOptions {
    /// Name hosts as the DNS and mDNS answers in the captures do
    ///
    /// Adds the columns *_name. Nothing is looked up: what the captures hold is all that is known, and whoever sent it may
    /// have lied.
    #[arg(long, help_heading = "Names and addresses", conflicts_with = "anonymize")]
    names: bool,
    /// Name hosts as FILE does, in the form of /etc/hosts; counts before --names
    #[arg(long, value_name = "FILE", help_heading = "Names and addresses", conflicts_with = "anonymize")]
    hosts: Option<PathBuf>,
    /// Name networks from a database in the MMDB format: adds the columns *_asn and *_country; may be repeated
    #[arg(long, value_name = "FILE", help_heading = "Names and addresses", conflicts_with = "anonymize")]
    mmdb: Vec<PathBuf>,
}

impl NamingOptions {
    /// Whether names are learned from the captures.
    pub(super) fn learns(&self) -> bool {
        self.names
    }

    /// The files that are read.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        self.hosts.iter().chain(&self.mmdb).map(PathBuf::as_path)
    }

    /// What the files tell, ready to learn more where that is asked for, also from packets in these tunnels: so many bytes of it, where
    /// they are bounded.
    pub(super) fn begin(&self, tunnels: Tunnels, room: Option<usize>) -> Result<Naming, Failure> {
        Ok(Naming {
            listed: self.hosts.as_deref().map(hosts).transpose()?,
            learned: self.names.then(|| Learned::new(tunnels, room)),
            networks: self.mmdb.iter().map(|path| networks(path)).collect::<Result<_, _>>()?,
        })
    }
}

fn hosts(path: &Path) -> Result<Hosts, Failure> {
    let hosts = Hosts::parse(&String::from_utf8_lossy(&read("--hosts", path, LONGEST_LIST)?));
    if let Some(first) = hosts.faults().first() {
        let named: Vec<String> = hosts.faults().iter().take(NAMED_LINES).map(ToString::to_string).collect();
        let lines =
            if hosts.faults().len() == 1 { format!("line {first}") } else { format!("lines {}", named.join(", ")) };
        let more = if hosts.faults().len() > NAMED_LINES { " and more" } else { "" };
        streams::warn(&format!("{}: {lines}{more}: no address with a name", path.display()));
    }
    Ok(hosts)
}

fn networks(path: &Path) -> Result<Networks, Failure> {
    let bytes = read("--mmdb", path, LONGEST_DATABASE)?;
    Networks::open(bytes).map_err(|reason| {
        Failure::Usage(format!("--mmdb: {}: no database: {reason}", printable(&path.to_string_lossy())))
    })
}

fn read(option: &str, path: &Path, longest: u64) -> Result<Vec<u8>, Failure> {
    read_whole(path, longest).map_err(|error| {
        Failure::Usage(format!("{option}: {} cannot be read: {error}", printable(&path.to_string_lossy())))
    })
}
