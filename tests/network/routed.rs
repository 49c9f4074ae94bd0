//! Three hosts in a row, in network namespaces of their own: `near`, a router, and `far`; in IPv4 and IPv6.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use super::{enter, ip, set};

/// Namespaces `near`, `mid` and `far`. The thread that makes it is moved into `near`. All are removed in the end.
///
/// `near0` has 192.0.2.1 and `2001:db8:1::1`, the router's `mid0` and `mid1` have .254 and `::fe` of either side, and `far0` has
/// 198.51.100.1 and .2, `2001:db8:2::1` and `::2`.
pub(crate) struct Routed {
    pub(crate) near: String,
    pub(crate) mid: String,
    pub(crate) far: String,
}

static MADE: AtomicU32 = AtomicU32::new(0);

impl Routed {
    /// The network, or a word about why there is none.
    pub(crate) fn new() -> Option<Self> {
        let name = format!("unreach-routed-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let network = Self { near: format!("{name}-near"), mid: format!("{name}-mid"), far: format!("{name}-far") };
        if !(network.link() && network.address() && network.route() && enter(&network.near)) {
            crate::skipped("network namespaces may not be made here");
            return None;
        }
        // Limits of the rate of messages would make the outcome a matter of luck.
        for namespace in [&network.near, &network.mid, &network.far] {
            set(namespace, &["net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0"]);
        }
        Some(network)
    }

    fn link(&self) -> bool {
        let Self { near, mid, far } = self;
        [near, mid, far]
            .into_iter()
            .all(|name| ip(&["netns", "add", name]) && ip(&["-n", name, "link", "set", "lo", "up"]))
            && ip(&["-n", near, "link", "add", "near0", "type", "veth", "peer", "name", "mid0", "netns", mid])
            && ip(&["-n", far, "link", "add", "far0", "type", "veth", "peer", "name", "mid1", "netns", mid])
    }

    fn address(&self) -> bool {
        let places = [
            (&self.near, "near0", "192.0.2.1/24", "2001:db8:1::1/64"),
            (&self.mid, "mid0", "192.0.2.254/24", "2001:db8:1::fe/64"),
            (&self.mid, "mid1", "198.51.100.254/24", "2001:db8:2::fe/64"),
            (&self.far, "far0", "198.51.100.1/24", "2001:db8:2::1/64"),
            (&self.far, "far0", "198.51.100.2/24", "2001:db8:2::2/64"),
        ];
        places.into_iter().all(|(name, device, four, six)| {
            ip(&["-n", name, "address", "add", four, "dev", device])
                && ip(&["-n", name, "address", "add", six, "dev", device, "nodad"])
                && ip(&["-n", name, "link", "set", device, "up"])
        })
    }

    fn route(&self) -> bool {
        set(&self.mid, &["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"])
            && ip(&["-n", &self.near, "route", "add", "default", "via", "192.0.2.254"])
            && ip(&["-n", &self.near, "route", "add", "default", "via", "2001:db8:1::fe"])
            && ip(&["-n", &self.far, "route", "add", "default", "via", "198.51.100.254"])
            && ip(&["-n", &self.far, "route", "add", "default", "via", "2001:db8:2::fe"])
    }

    /// Adds a rule of nftables for packets that a host takes itself (`input`) or passes on (`forward`).
    pub(crate) fn rule(namespace: &str, hook: &str, rule: &str) -> bool {
        let chain = format!("{{ type filter hook {hook} priority 0 ; }}");
        within(namespace, &["nft", "add", "table", "inet", "t"])
            && within(namespace, &["nft", "add", "chain", "inet", "t", hook, &chain])
            && within(namespace, &["nft", "add", "rule", "inet", "t", hook, rule])
    }

    /// Waits until packets find their way in both versions.
    pub(crate) fn settle(&self) {
        for target in ["198.51.100.1", "2001:db8:2::1"] {
            for _ in 0..20 {
                if within(&self.near, &["ping", "-c", "1", "-W", "1", target]) {
                    break;
                }
                sleep(Duration::from_millis(100));
            }
        }
    }
}

impl Drop for Routed {
    fn drop(&mut self) {
        for name in [&self.near, &self.mid, &self.far] {
            ip(&["netns", "delete", name]);
        }
    }
}

/// Runs a command in a namespace.
pub(crate) fn within(namespace: &str, command: &[&str]) -> bool {
    let mut words = vec!["netns", "exec", namespace];
    words.extend(command);
    Command::new("ip").args(words).output().is_ok_and(|output| output.status.success())
}
