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

/// What a verdict may come to, by the word that says so in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// A cause; `None` is `undetermined`.
    Cause(Option<Cause>),
    /// An attribution that several causes share.
    Attribution(Attribution),
}

impl Outcome {
    /// Every one.
    pub fn all() -> impl Iterator<Item = Self> {
        let causes = Cause::ALL.into_iter().map(Some).chain([None]).map(Self::Cause);
        causes.chain([Attribution::FilteringDevice, Attribution::Network].map(Self::Attribution))
    }

    /// The keyword.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cause(cause) => cause.map_or("undetermined", Cause::name),
            Self::Attribution(attribution) => attribution.name(),
        }
    }

    /// Who is to be asked.
    pub fn attribution(self) -> Attribution {
        match self {
            Self::Cause(cause) => cause.map_or(Attribution::Undetermined, Cause::attribution),
            Self::Attribution(attribution) => attribution,
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
        Outcome::Cause(self.cause).name()
    }

    /// Whether it comes to this. Where only the attribution is certain, it comes to `undetermined` as well.
    pub fn comes_to(&self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Cause(cause) => self.cause == cause,
            Outcome::Attribution(attribution) => self.attribution == attribution,
        }
    }

    /// Whether there is no cause, but an attribution.
    pub fn is_attribution_only(&self) -> bool {
        self.cause.is_none() && self.attribution != Attribution::Undetermined
    }

    /// What people are told: the cause, or where only that is certain, the attribution.
    pub fn outcome(&self) -> Outcome {
        if self.is_attribution_only() { Outcome::Attribution(self.attribution) } else { Outcome::Cause(self.cause) }
    }

    /// How probable that [is](Self::outcome).
    pub fn certainty(&self) -> f64 {
        if self.is_attribution_only() { self.attribution_confidence } else { self.confidence }
    }
}

/// Log-likelihood ratios in decibans, in the order of [`Cause::ALL`]; one fact of `group`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// Facts of one group measure the same thing.
    pub group: u8,
    /// Decibans for each cause.
    pub decibans: [i8; 8],
}

impl Weight {
    /// How far it moves causes apart: the largest weight less the smallest.
    pub fn strength(&self) -> i16 {
        let (least, most) = self
            .decibans
            .iter()
            .fold((i16::MAX, i16::MIN), |(least, most), &weight| (least.min(weight.into()), most.max(weight.into())));
        most - least
    }
}

/// A cause counts as determined from this many times the probability of the next on.
const DETERMINED: f64 = 3.0;

/// No cause is ever impossible: what a prior leaves out stays at this probability.
const LEAST_PRIOR: f64 = 1e-5;

/// Prior probabilities and weights to a verdict: of each group only the strongest weight counts.
pub fn judge(prior: &[f64; 8], weights: &[Weight]) -> Verdict {
    let mut decibans = [0.0; 8];
    for weight in strongest_of_groups(weights) {
        for (sum, &part) in decibans.iter_mut().zip(&weight.decibans) {
            *sum += f64::from(part);
        }
    }
    let mut candidates: Vec<(Cause, f64)> = Cause::ALL
        .into_iter()
        .zip(prior.iter().zip(decibans))
        .map(|(cause, (&prior, decibans))| (cause, prior.max(LEAST_PRIOR) * 10_f64.powf(decibans / 10.0)))
        .collect();
    let total: f64 = candidates.iter().map(|(_, odds)| odds).sum();
    for (_, probability) in &mut candidates {
        *probability /= total;
    }
    Verdict::from_probabilities(candidates)
}

/// The strongest weight of each group; of equally strong ones the first.
pub fn strongest_of_groups(weights: &[Weight]) -> impl Iterator<Item = &Weight> {
    weights.iter().enumerate().filter_map(|(position, weight)| {
        let is_beaten = |(other, rival): (usize, &Weight)| {
            rival.group == weight.group
                && (rival.strength() > weight.strength() || (rival.strength() == weight.strength() && other < position))
        };
        (!weights.iter().enumerate().any(is_beaten)).then_some(weight)
    })
}

impl Verdict {
    /// The verdict that follows from the probabilities of all causes.
    pub fn from_probabilities(mut candidates: Vec<(Cause, f64)>) -> Self {
        candidates.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let (best, confidence) = candidates.first().copied().unwrap_or((Cause::Forged, 0.0));
        let next = candidates.get(1).map_or(0.0, |&(_, probability)| probability);
        let (attribution, attribution_confidence) = attribution(&candidates);
        Self {
            cause: (confidence >= DETERMINED * next).then_some(best),
            confidence,
            attribution,
            attribution_confidence,
            candidates,
        }
    }
}

fn attribution(candidates: &[(Cause, f64)]) -> (Attribution, f64) {
    let mut sums = Attribution::DEFINITE.map(|attribution| {
        let parts = candidates.iter().filter(|(cause, _)| cause.attribution() == attribution);
        (attribution, parts.map(|(_, probability)| probability).sum::<f64>())
    });
    sums.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let [(best, most), (_, next), ..] = sums;
    (if most >= DETERMINED * next { best } else { Attribution::Undetermined }, most)
}
