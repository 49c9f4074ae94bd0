//! Names of the services behind ports, as IANA registers them.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::decode::protocol;

/// The service registered for a port of a transport protocol.
pub fn service(protocol: u8, port: u16) -> Option<&'static str> {
    static SERVICES: LazyLock<HashMap<(u8, u16), &str>> =
        LazyLock::new(|| include_str!("services.txt").lines().flat_map(assignments).collect());
    SERVICES.get(&(protocol, port)).copied()
}

/// Where a service is registered: transport protocols and ports, ascending; nothing where the name is not known.
pub fn ports(name: &str) -> Vec<(u8, u16)> {
    let all = include_str!("services.txt").lines().flat_map(assignments);
    let mut ports: Vec<(u8, u16)> = all.filter(|(_, known)| *known == name).map(|(place, _)| place).collect();
    ports.sort_unstable();
    ports
}

/// What one line of the list of services assigns; nothing where it is a comment.
fn assignments(line: &'static str) -> impl Iterator<Item = ((u8, u16), &'static str)> {
    let mut words = line.split(' ');
    let port = words.next().and_then(|word| word.parse().ok());
    let transports = words.next().unwrap_or_default();
    let name = words.next();
    port.zip(name).into_iter().flat_map(move |(port, name)| {
        transports.split('/').filter_map(protocol::number).map(move |number| ((number, port), name))
    })
}
