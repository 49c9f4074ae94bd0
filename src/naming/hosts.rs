//! The user's own list of names, in the form of `/etc/hosts`.

use std::collections::HashMap;
use std::net::IpAddr;

/// Addresses with their names.
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    names: HashMap<IpAddr, Box<str>>,
    faults: Vec<usize>,
}

impl Hosts {
    /// Reads a list: on each line an address and its names, of which the first is taken; `#` begins a remark. Of several
    /// lines for an address the first counts (hosts(5)).
    pub fn parse(text: &str) -> Self {
        let mut hosts = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.split('#').next().unwrap_or_default();
            let mut words = line.split_whitespace();
            let Some(first) = words.next() else { continue };
            // A zone says on which link an address is good, which a capture does not know.
            let address = first.split('%').next().unwrap_or_default().parse::<IpAddr>();
            match address.ok().zip(words.next()) {
                Some((address, name)) => {
                    hosts.names.entry(address).or_insert_with(|| name.into());
                }
                None => hosts.faults.push(number),
            }
        }
        hosts
    }

    /// Name of an address.
    pub fn name(&self, address: IpAddr) -> Option<&str> {
        self.names.get(&address).map(AsRef::as_ref)
    }

    /// Numbers of the lines that name nothing, from 1.
    pub fn faults(&self) -> &[usize] {
        &self.faults
    }
}
