//! What the capture holds of that which capture filters often leave out: a whole protocol, and remote sessions.

use super::{Direction, Located};
use crate::decode::{Ports, protocol};

/// Ports of remote sessions over TCP, in which captures are taken, and which are left out of these (`not port 22`): SSH, and remote
/// desktops. Wireshark leaves them out by itself where it runs in such a session (`get_conn_cfilter`).
const SESSIONS: [u16; 2] = [22, 3389];

/// Which of that there were flows of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Contents {
    udp: bool,
    tcp: bool,
    sessions: [bool; SESSIONS.len()],
}

impl Contents {
    /// Notes that there is this flow.
    #[expect(clippy::needless_bitwise_bool, reason = "nobody can predict which protocol it is: without a branch")]
    #[inline]
    pub(super) fn note(&mut self, located: &Located) {
        let (number, Ports { source, destination }) = (located.protocol(), located.ports(Direction::Up));
        let is_tcp = number == protocol::TCP;
        self.udp |= number == protocol::UDP;
        self.tcp |= is_tcp;
        for (is_held, port) in self.sessions.iter_mut().zip(SESSIONS) {
            *is_held |= is_tcp & ((source == port) | (destination == port));
        }
    }

    /// Whether there was nothing of this protocol, or of the remote session that has one of these ports. Of other protocols than UDP
    /// and TCP that is not known.
    pub fn lack(&self, protocol_number: u8, ports: [Option<u16>; 2]) -> bool {
        match protocol_number {
            protocol::UDP => !self.udp,
            protocol::TCP => {
                let mut sessions = SESSIONS.into_iter().zip(self.sessions);
                !self.tcp || sessions.any(|(port, is_held)| !is_held && ports.contains(&Some(port)))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::Contents;
    use crate::decode::protocol::{ICMP, TCP, UDP};
    use crate::flow::{FlowKey, Locator};

    #[test]
    fn a_protocol_or_a_session_is_lacking_until_it_was_captured() {
        let mut contents = Contents::default();
        let lacking = |contents: &Contents| {
            let of = |number, port| contents.lack(number, [Some(40000), Some(port)]);
            [of(UDP, 22), of(TCP, 443), of(TCP, 22), of(TCP, 3389), of(ICMP, 22)]
        };
        assert_eq!(lacking(&contents), [true, true, true, true, false]);
        let end = |port| (IpAddr::from([192, 0, 2, 1]), port);
        let locator = Locator::default();
        let mut note = |one, other, number| {
            contents.note(&locator.locate_key(&FlowKey::new(end(one), end(other), number).0));
            lacking(&contents)
        };
        assert_eq!(note(50000, 3389, UDP), [false, true, true, true, false]);
        assert_eq!(note(50000, 443, TCP), [false, false, true, true, false]);
        assert_eq!(note(22, 50000, TCP), [false, false, false, true, false]);
        assert_eq!(note(50000, 3389, TCP), [false; 5]);
    }
}
