//! From prior and weights to probabilities: knows causes and numbers, and no signal by name.

/// What a message is attributed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Cause {
    /// The host is up and nothing listens on the port.
    ClosedPort,
    /// The target host (or the sender's own firewall) refuses by policy.
    HostFirewall,
    /// A device in front of the target refuses.
    NetworkFilter,
    /// A router has no way to the target.
    NoRoute,
    /// The last router cannot reach the host.
    HostUnreachable,
    /// The target lacks that transport protocol.
    ProtocolUnreachable,
    /// The path takes no packets of that size.
    PacketTooBig,
    /// The message was not provoked by the traffic it quotes.
    Forged,
}

/// Who is to be asked about a refusal: a cause, seen from further away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Attribution {
    /// A closed port.
    ClosedPort,
    /// A filtering device: the host's own firewall, or one in front of it.
    FilteringDevice,
    /// The network: no route, host down, protocol, MTU.
    Network,
    /// Nobody: the message is forged.
    Forged,
    /// No cause group is likely enough.
    Undetermined,
}

impl Cause {
    /// Every cause, in the order of the contract.
    pub const ALL: [Self; 8] = [
        Self::ClosedPort,
        Self::HostFirewall,
        Self::NetworkFilter,
        Self::NoRoute,
        Self::HostUnreachable,
        Self::ProtocolUnreachable,
        Self::PacketTooBig,
        Self::Forged,
    ];

    /// The keyword of the `cause` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClosedPort => "closed-port",
            Self::HostFirewall => "host-firewall",
            Self::NetworkFilter => "network-filter",
            Self::NoRoute => "no-route",
            Self::HostUnreachable => "host-unreachable",
            Self::ProtocolUnreachable => "protocol-unreachable",
            Self::PacketTooBig => "packet-too-big",
            Self::Forged => "forged",
        }
    }

    /// The attribution that this cause belongs to.
    pub fn attribution(self) -> Attribution {
        match self {
            Self::ClosedPort => Attribution::ClosedPort,
            Self::HostFirewall | Self::NetworkFilter => Attribution::FilteringDevice,
            Self::NoRoute | Self::HostUnreachable | Self::ProtocolUnreachable | Self::PacketTooBig => {
                Attribution::Network
            }
            Self::Forged => Attribution::Forged,
        }
    }
}

impl Attribution {
    /// Every attribution that a cause may belong to.
    pub const DEFINITE: [Self; 4] = [Self::ClosedPort, Self::FilteringDevice, Self::Network, Self::Forged];

    /// The keyword of the `attribution` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClosedPort => "closed-port",
            Self::FilteringDevice => "filtering-device",
            Self::Network => "network",
            Self::Forged => "forged",
            Self::Undetermined => "undetermined",
        }
    }
}

/// A judgement: the causes with their probabilities, and what follows from them.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The best cause; `None` where it is less than three times as likely as the next (`undetermined`).
    pub cause: Option<Cause>,
    /// Probability of the best candidate, 0 to 1.
    pub confidence: f64,
    /// The best attribution, judged on the sums of its causes.
    pub attribution: Attribution,
    /// Its probability, 0 to 1.
    pub attribution_confidence: f64,
    /// All causes with their probabilities, best first.
    pub candidates: Vec<(Cause, f64)>,
}

impl Verdict {
    /// The keyword of the `cause` column.
    pub fn cause_name(&self) -> &'static str {
        self.cause.map_or("undetermined", Cause::name)
    }
}
