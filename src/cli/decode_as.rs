//! `--decode-as`: tunnels at other UDP ports than the usual ones.

use crate::decode::{Tunnels, UdpTunnel};

/// What no tunnel at all is called.
const NONE: &str = "none";

/// A UDP port and the tunnel that is opened there; `None` is no tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    port: u16,
    tunnel: Option<UdpTunnel>,
}

impl Assignment {
    /// `udp:8472=vxlan`, `udp:4789=none`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (place, name) = text.split_once('=').ok_or("expected is udp:PORT=TUNNEL, such as udp:8472=vxlan")?;
        let port = match place.split_once(':') {
            Some(("udp", port)) => port,
            Some((other, _)) => return Err(format!("tunnels are known by UDP ports only, not by those of `{other}`")),
            None => return Err(format!("the port is written udp:{place}")),
        };
        match port.parse() {
            Ok(port) if port > 0 => Ok(Self { port, tunnel: tunnel(name)? }),
            _ => Err(format!("`{port}` is no port from 1 to 65535")),
        }
    }
}

fn tunnel(name: &str) -> Result<Option<UdpTunnel>, String> {
    if name == NONE {
        return Ok(None);
    }
    let known = UdpTunnel::ALL.into_iter().find(|tunnel| tunnel.name() == name);
    known.map(Some).ok_or_else(|| {
        let names = UdpTunnel::ALL.map(UdpTunnel::name).join(", ");
        format!("no tunnel `{name}`; there are {names}, and {NONE}")
    })
}

/// The usual tunnels, changed by what was assigned; of two assignments of a port the later one holds.
pub(super) fn tunnels(assignments: &[Assignment]) -> Tunnels {
    let mut tunnels = Tunnels::default();
    for assignment in assignments {
        tunnels.assign(assignment.port, assignment.tunnel);
    }
    tunnels
}
