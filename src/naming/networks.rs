//! Databases of networks in the MMDB format: who announces an address, and in which country it is.

use std::net::IpAddr;

use maxminddb::{PathElement, Reader};

/// Paths to the number of the autonomous system, as `MaxMind` and DB-IP write it.
const ASN: [&[&str]; 2] = [&["autonomous_system_number"], &["traits", "autonomous_system_number"]];
/// Path to the same as `IPinfo` writes it, with `AS` in front.
const NAMED_ASN: &[&str] = &["asn"];
/// Paths to the country: where the address is, or where its network is registered; the last as `IPinfo` writes it.
const COUNTRY: [&[&str]; 4] =
    [&["country", "iso_code"], &["registered_country", "iso_code"], &["country_code"], &["country"]];

/// One database.
#[derive(Debug)]
pub struct Networks(Reader<Vec<u8>>);

impl Networks {
    /// Opens a database that was read into memory; fails with what is wrong with it.
    pub fn open(bytes: Vec<u8>) -> Result<Self, String> {
        Reader::from_source(bytes).map(Self).map_err(|error| error.to_string())
    }

    /// Number of the autonomous system.
    pub fn asn(&self, address: IpAddr) -> Option<u32> {
        let found = self.0.lookup(address).ok()?;
        let number = |path: &&[&str]| found.decode_path::<u32>(&elements(path)).ok().flatten();
        let named = || found.decode_path::<String>(&elements(NAMED_ASN)).ok().flatten();
        ASN.iter().find_map(number).or_else(|| named()?.trim_start_matches("AS").parse().ok())
    }

    /// Country, as its code.
    pub fn country(&self, address: IpAddr) -> Option<String> {
        let found = self.0.lookup(address).ok()?;
        let code = |path: &&[&str]| found.decode_path::<String>(&elements(path)).ok().flatten();
        COUNTRY.iter().find_map(code).filter(|code| code.len() == 2)
    }
}

fn elements<'a>(path: &[&'a str]) -> Vec<PathElement<'a>> {
    path.iter().map(|&key| PathElement::Key(key)).collect()
}
