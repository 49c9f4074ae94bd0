//! DNS messages, written by hand.

use std::net::IpAddr;

/// Types of records (RFC 1035 section 3.2.2, RFC 3596).
pub(super) const A: u16 = 1;
pub(super) const CNAME: u16 = 5;
pub(super) const PTR: u16 = 12;
pub(super) const AAAA: u16 = 28;
/// A response without error, recursion desired and available.
pub(crate) const RESPONSE: u16 = 0x8180;

/// A record: its name, type and data.
pub(crate) type Record = (Vec<u8>, u16, Vec<u8>);

/// `www.example` as labels with their lengths.
pub(super) fn name(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in text.split('.').filter(|label| !label.is_empty()) {
        bytes.push(label.len() as u8);
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

pub(crate) fn address(owner: &str, address: &str) -> Record {
    match address.parse().unwrap() {
        IpAddr::V4(address) => (name(owner), A, address.octets().to_vec()),
        IpAddr::V6(address) => (name(owner), AAAA, address.octets().to_vec()),
    }
}

pub(super) fn alias(owner: &str, target: &str) -> Record {
    (name(owner), CNAME, name(target))
}

pub(super) fn pointer(owner: &str, target: &str) -> Record {
    (name(owner), PTR, name(target))
}

/// A message with a question, where one is given, answers, and additional records.
pub(crate) fn message(flags: u16, question: Option<&str>, answers: &[Record], additional: &[Record]) -> Vec<u8> {
    let mut bytes = vec![0x12, 0x34];
    let counts = [flags, question.iter().count() as u16, answers.len() as u16, 0, additional.len() as u16];
    bytes.extend(counts.into_iter().flat_map(u16::to_be_bytes));
    if let Some(question) = question {
        bytes.extend(name(question));
        bytes.extend([0, 1, 0, 1]);
    }
    for (owner, kind, data) in answers.iter().chain(additional) {
        bytes.extend(owner);
        bytes.extend(kind.to_be_bytes());
        bytes.extend([0, 1, 0, 0, 0, 60]);
        bytes.extend((data.len() as u16).to_be_bytes());
        bytes.extend(data);
    }
    bytes
}
