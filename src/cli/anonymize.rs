//! `--anonymize`: the key, from its file to the disguise of what was gathered.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use ipnet::IpNet;

use super::ending::Failure;
use super::session::Gathered;
use crate::anonymity::{Disguise, Key};
use crate::report::{Selection, printable};

/// More bytes than any form of a key has.
const LONGEST: u64 = 1024;

/// Whether addresses are told.
#[derive(Clone, Debug, Args)]
pub(super) struct Anonymity {
    /// Replace every address by another, with the key in KEYFILE
    ///
    /// Addresses that share a prefix are replaced by addresses that share one as long (Crypto-PAn), the same by the same in
    /// every run with the same key, in every output. Ids of incidents change with them. File names, ports and times stay.
    /// KEYFILE holds 32 bytes, or 64 hexadecimal digits; `openssl rand -hex 32 > KEYFILE` makes one.
    #[arg(long, value_name = "KEYFILE", help_heading = "Names and addresses")]
    pub(super) anonymize: Option<PathBuf>,
}

impl Anonymity {
    /// The disguise that was asked for.
    pub(super) fn disguise(&self) -> Result<Option<Disguise>, Failure> {
        let Some(path) = &self.anonymize else { return Ok(None) };
        Ok(Some(Disguise::new(&read(path)?)))
    }
}

fn read(path: &Path) -> Result<Key, Failure> {
    let name = printable(&path.to_string_lossy());
    let mut content = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut content));
    if let Err(error) = read {
        // A key is never made by itself: of a mistyped name would come other addresses than the last time.
        return Err(Failure::Usage(format!(
            "--anonymize: {name} cannot be read: {error} (`openssl rand -hex 32 > KEYFILE` makes a key)"
        )));
    }
    Key::from_file(&content).ok_or_else(|| {
        Failure::Usage(format!(
            "--anonymize: {name} is no key: 32 bytes or 64 hexadecimal digits are expected \
             (`openssl rand -hex 32 > KEYFILE` makes one)"
        ))
    })
}

/// Puts other addresses in the place of those that were gathered, and says so.
pub(super) fn apply(disguise: &mut Disguise, gathered: &mut Gathered) {
    disguise.findings(&mut gathered.findings);
    disguise.totals(&mut gathered.totals);
    gathered.remarks.push(
        "addresses are anonymized: those named belong to somebody else, or to nobody; file names are as given"
            .to_owned(),
    );
}

/// Selects the disguised incidents as the true ones were to be: what shares a prefix shares one as long in disguise.
pub(super) fn select(disguise: &mut Disguise, selection: &mut Selection) {
    let networks = [&mut selection.targets, &mut selection.reporters, &mut selection.senders];
    for network in networks.into_iter().flatten() {
        let disguised = IpNet::new(disguise.address(network.network()), network.prefix_len());
        *network = disguised.map_or(*network, |network| network.trunc());
    }
}
