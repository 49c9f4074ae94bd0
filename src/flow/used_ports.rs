//! Which ports flows of UDP and TCP had: a capture filter leaves out whole protocols, or ports.

use super::{Direction, Located};
use crate::decode::{Ports, protocol};

/// Ports that flows had at either end, a bit each: two times eight kilobytes.
#[derive(Clone, Debug, Default)]
pub struct UsedPorts {
    udp: Used,
    tcp: Used,
}

/// The ports of one protocol; no list before the first.
#[derive(Clone, Debug, Default)]
struct Used(Vec<u64>);

impl UsedPorts {
    /// Notes the ports of a flow.
    #[inline]
    pub(super) fn note(&mut self, located: &Located) {
        let used = match located.protocol() {
            protocol::UDP => &mut self.udp,
            protocol::TCP => &mut self.tcp,
            _ => return,
        };
        let Ports { source, destination } = located.ports(Direction::Up);
        used.add(source);
        used.add(destination);
    }

    /// Whether a flow of this protocol had one of these ports. Of other protocols than UDP and TCP that is not known: it may.
    pub fn may_have_had(&self, protocol_number: u8, ports: impl IntoIterator<Item = u16>) -> bool {
        let used = match protocol_number {
            protocol::UDP => &self.udp,
            protocol::TCP => &self.tcp,
            _ => return true,
        };
        ports.into_iter().any(|port| used.has(port))
    }
}

impl Used {
    #[inline]
    fn add(&mut self, port: u16) {
        if self.0.is_empty() {
            self.0 = vec![0; (1 << u16::BITS) / u64::BITS as usize];
        }
        self.0[usize::from(port) / 64] |= 1 << (port % 64);
    }

    fn has(&self, port: u16) -> bool {
        self.0.get(usize::from(port) / 64).is_some_and(|bits| bits >> (port % 64) & 1 != 0)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::UsedPorts;
    use crate::decode::protocol;
    use crate::flow::{FlowKey, Locator};

    #[test]
    fn ports_are_known_by_protocol_at_either_end() {
        let end = |port| (IpAddr::from([192, 0, 2, 1]), port);
        let mut ports = UsedPorts::default();
        assert!(!ports.may_have_had(protocol::UDP, 0..=u16::MAX));
        let (key, _) = FlowKey::new(end(65535), end(53), protocol::UDP);
        ports.note(&Locator::default().locate_key(&key));
        let had = |protocol| (0..=u16::MAX).filter(|&port| ports.may_have_had(protocol, [port])).collect::<Vec<_>>();
        assert_eq!(had(protocol::UDP), [53, 65535]);
        assert!(had(protocol::TCP).is_empty());
        assert_eq!(had(protocol::ICMP).len(), 1 << 16);
    }
}
