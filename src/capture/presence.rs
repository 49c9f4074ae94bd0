//! Which interfaces there are at this moment, which of them are up, and what their numbers stand for.

use nix::ifaddrs::getifaddrs;
use nix::net::if_::{InterfaceFlags, if_indextoname, if_nametoindex};

/// The number that the system knows an interface by, until it is removed.
pub(super) fn index(name: &str) -> Option<u32> {
    if_nametoindex(name).ok()
}

/// Name of the interface with this number.
pub(super) fn name(index: u32) -> Option<String> {
    if_indextoname(index).ok()?.into_string().ok()
}

/// Whether an interface is up; false where there is none of that name.
pub(super) fn is_up(name: &str) -> bool {
    let Ok(mut addresses) = getifaddrs() else { return false };
    addresses.any(|entry| entry.interface_name == name && entry.flags.contains(InterfaceFlags::IFF_UP))
}
