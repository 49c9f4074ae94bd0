//! What each cause says, how it shows, and what it is mistaken for.

use crate::verdict::Cause;

/// The explanation of a cause; `None` is `undetermined`.
pub fn explanation(cause: Option<Cause>) -> &'static str {
    match cause {
        Some(Cause::ClosedPort) => {
            "The host at that address is up, and nothing listens on the port. Typical is port-unreachable about UDP, sent by \
             the target itself, as far away as everything else that it sends. A NAT that no longer has the mapping counts \
             here too, with the label late-reply. A REJECT rule on the same host sends the same bytes, so one message alone \
             never proves it: what the host does otherwise, on this port and on others, does."
        }
        Some(Cause::HostFirewall) => {
            "The target host is up and refuses by policy: its own packet filter answers for a service that may well be \
             running. Typical are a prohibited code from the target itself, and port-unreachable about TCP, where a closed \
             port would have answered with a reset. Where the locus is `sender`, it is the sender's own firewall."
        }
        Some(Cause::NetworkFilter) => {
            "A device in front of the target refuses: an access list of a router, a firewall, a NAT, a transparent bridge, or \
             a service proxy. It shows itself by its own address, or, where it answers in the target's name, by its \
             distance, its headers, or by answering for many targets alike. The packet never reached the target."
        }
        Some(Cause::NoRoute) => {
            "A router has no way to the target: no route, or one that says unreachable. It is the network's matter, not that \
             of the target or of a filter; though some filters are configured to say the same."
        }
        Some(Cause::HostUnreachable) => {
            "The last router reached the target's network, and nobody there answered for the address (ARP or neighbour \
             discovery failed): the host is off, disconnected, or not there. The message comes seconds late, when the \
             router has given up asking."
        }
        Some(Cause::ProtocolUnreachable) => {
            "The target is up and does not speak the transport protocol, such as SCTP or GRE, for want of a module or of a \
             configured tunnel. About UDP or TCP it is no truth but a filter's answer."
        }
        Some(Cause::PacketTooBig) => {
            "A link on the path takes no packets of that size, and the packet forbade to be cut. This is how path MTU \
             discovery works; it is a fault only where the sender does not get, or does not heed, these messages."
        }
        Some(Cause::Forged) => {
            "The message was not provoked by the traffic it quotes: a blind forgery, an injected reset, or backscatter of \
             packets that somebody else sent in the recipient's name. Act on nothing it says."
        }
        None => {
            "The best cause is less than three times as likely as the next, so none is named. The candidates are listed with \
             their probabilities, and the next step names the cheapest way to tell them apart. The attribution may be certain \
             all the same, where both are filters: the host's own, and a device in front of it."
        }
    }
}
