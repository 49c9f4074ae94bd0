//! Two hosts on a link, in network namespaces of their own; whoever asks for them is told where none may be made.

pub(crate) mod routed;

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Two namespaces, `near` and `far`, joined by a pair of interfaces: 192.0.2.1 on `inside` and 192.0.2.2 on `outside`.
/// The thread that makes it is moved into `near`. Both are removed in the end.
pub(crate) struct Network {
    /// Name of the namespace that the thread is in.
    pub(crate) near: String,
    /// Name of the other namespace.
    pub(crate) far: String,
}

static MADE: AtomicU32 = AtomicU32::new(0);

impl Network {
    /// The network, or a word about why there is none.
    pub(crate) fn new() -> Option<Self> {
        let name = format!("unreach-test-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let network = Self { near: format!("{name}-near"), far: format!("{name}-far") };
        let (near, far) = (network.near.as_str(), network.far.as_str());
        let made = ip(&["netns", "add", near])
            && ip(&["netns", "add", far])
            && ip(&["-n", near, "link", "add", "inside", "type", "veth", "peer", "name", "outside", "netns", far])
            && quiet(near)
            && quiet(far)
            && ip(&["-n", near, "address", "add", "192.0.2.1/24", "dev", "inside"])
            && ip(&["-n", far, "address", "add", "192.0.2.2/24", "dev", "outside"])
            && ip(&["-n", near, "link", "set", "lo", "up"])
            && ip(&["-n", near, "link", "set", "inside", "up"])
            && ip(&["-n", far, "link", "set", "outside", "up"]);
        if !made || !enter(near) {
            crate::skipped("network namespaces may not be made here");
            return None;
        }
        Some(network)
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        ip(&["netns", "delete", &self.near]);
        ip(&["netns", "delete", &self.far]);
    }
}

/// Runs `ip`.
pub(crate) fn ip(arguments: &[&str]) -> bool {
    Command::new("ip").args(arguments).output().is_ok_and(|output| output.status.success())
}

/// Without IPv6 a new interface is silent.
fn quiet(namespace: &str) -> bool {
    set(namespace, &["net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1"])
}

/// Sets what the kernel does in a namespace. Where `/proc` is read-only, as containers have it, it is mounted anew for that.
pub(crate) fn set(namespace: &str, settings: &[&str]) -> bool {
    let sysctl = [&["netns", "exec", namespace, "sysctl", "-qw"], settings].concat();
    let anew = ["-m", "sh", "-c", "mount -t proc proc /proc && exec ip \"$@\"", "sh"];
    let set_anew = || Command::new("unshare").args(anew).args(&sysctl).output();
    ip(&sysctl) || set_anew().is_ok_and(|output| output.status.success())
}

/// Moves this thread into a namespace.
fn enter(namespace: &str) -> bool {
    use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
    let Ok(file) = std::fs::File::open(format!("/run/netns/{namespace}")) else { return false };
    move_into_link_name_space(std::os::fd::AsFd::as_fd(&file), Some(LinkNameSpaceType::Network)).is_ok()
}
