//! The interfaces of this host.

use std::net::IpAddr;

use pcap::Device;

use super::link;
use super::live::{LiveError, LiveOptions, activate};
use super::savefile::words;
use crate::frame::LinkType;

/// An interface, as libpcap lists it.
#[derive(Clone, Debug)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// What it is, where libpcap knows.
    pub description: Option<String>,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Whether it is up.
    pub is_up: bool,
    /// Whether it is a loopback.
    pub is_loopback: bool,
    /// The link type that libpcap gives it, or why it cannot be opened.
    pub link: Result<LinkType, LiveError>,
}

/// Lists the interfaces of this host. Each is opened for a moment, without promiscuous mode, to learn whether it can be.
pub fn interfaces() -> Result<Vec<Interface>, LiveError> {
    // One packet's room: nothing will be read.
    let options = LiveOptions { snap_length: 64, buffer_bytes: 64 << 10, promiscuous: false, ..LiveOptions::default() };
    let describe = |device: Device| Interface {
        link: activate(&device.name, &options).map(|capture| link::from_dlt(capture.get_datalink().0)),
        name: device.name,
        description: device.desc,
        addresses: device.addresses.into_iter().map(|address| address.addr).collect(),
        is_up: device.flags.is_up(),
        is_loopback: device.flags.is_loopback(),
    };
    Ok(list("")?.into_iter().map(describe).collect())
}

/// Sees that there is such an interface. Without the right to capture, libpcap says the same of an interface that does not
/// exist as of one that does. Names with a colon, as `nflog:5`, are more than libpcap lists and left for it to judge.
pub(super) fn check(name: &str) -> Result<(), LiveError> {
    let available: Vec<_> = list(name)?.into_iter().map(|device| device.name).collect();
    if available.iter().any(|known| known == name) || name.contains(':') {
        return Ok(());
    }
    Err(LiveError::NoSuchInterface { name: name.to_owned(), available })
}

fn list(name: &str) -> Result<Vec<Device>, LiveError> {
    Device::list().map_err(|error| LiveError::Other { name: name.to_owned(), reason: words(error) })
}
