//! Whether this process may capture, and what would let it.

use std::env;

/// Whether the process has the right to capture; `None` where this system has no such right to ask for.
#[cfg(target_os = "linux")]
pub(super) fn may_capture() -> Option<bool> {
    use rustix::thread::{CapabilitySet, capabilities};
    let sets = capabilities(None).ok()?;
    Some(sets.effective.contains(CapabilitySet::NET_RAW))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn may_capture() -> Option<bool> {
    None
}

/// What permits this very program to capture.
pub(super) fn remedy() -> String {
    let program = env::current_exe().map_or_else(|_| "unreach".to_owned(), |path| path.display().to_string());
    if cfg!(target_os = "linux") {
        return format!("permit it: sudo setcap cap_net_raw,cap_net_admin=eip '{program}' (or run it as root)");
    }
    format!("run it as root: sudo '{program}'")
}
