//! A case as signals see it: its facts, and what the capture shows beside them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::prior::{Refusal, Speaker};
use super::{CaseFacts, Context, Refusals, Standing, hops, initial_ttl};
use crate::flow::{Direction, FlowId, Host, Observations, Profiles, Record, Service, ServiceKey};
use crate::frame::Timestamp;
use crate::unreachable::Reporter;

/// A case and everything beside it that signals may ask about.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Its messages, added up.
    pub facts: &'a CaseFacts,
    /// What the capture has shown of flows and services.
    pub seen: &'a Observations,
    /// The same of hosts.
    pub profiles: &'a Profiles,
    /// What its reporter and target have to do with other messages.
    pub context: &'a Context,
    /// The profiles of its target, of the refused port, and of its reporter's messages: looked up once, as most signals ask for them.
    target: Option<&'a Host>,
    service: Option<&'a Service>,
    reporter: Option<&'a Reporter>,
}

impl<'a> Case<'a> {
    /// The case of these facts.
    pub fn new(facts: &'a CaseFacts, seen: &'a Observations, profiles: &'a Profiles, context: &'a Context) -> Self {
        let key = &facts.key;
        let service = service(facts);
        Self {
            facts,
            seen,
            profiles,
            context,
            target: key.target.and_then(|target| profiles.hosts.get(&target)),
            service: service.and_then(|service| seen.services.get(&service)),
            reporter: context.reporters.get(&key.reporter),
        }
    }

    /// Brings into the cache where the search starts for what signals ask about a case of these facts.
    pub(crate) fn prefetch_slots(facts: &CaseFacts, seen: &Observations, profiles: &Profiles, context: &Context) {
        let key = &facts.key;
        context.prefetch_slots(&key.reporter, key.target.as_ref());
        hosts(facts).for_each(|host| profiles.hosts.prefetch_slot_of(host));
        if let Some(service) = service(facts) {
            seen.services.prefetch_slot_of(&service);
        }
    }

    /// Brings into the cache what signals ask about a case of these facts.
    pub(crate) fn prefetch(facts: &CaseFacts, seen: &Observations, profiles: &Profiles, context: &Context) {
        let key = &facts.key;
        context.prefetch(&key.reporter, key.target.as_ref());
        hosts(facts).for_each(|host| profiles.hosts.prefetch(host));
        if let Some(service) = service(facts) {
            seen.services.prefetch(&service);
        }
    }

    /// What is refused, and how.
    pub fn refusal(&self) -> Refusal {
        Refusal::of(self.facts)
    }

    /// Who speaks.
    pub fn speaker(&self) -> Speaker {
        Speaker::of(self.facts)
    }

    /// Who speaks as a router of the way to the target, and not as the target itself: of routes and hosts behind it, the publisher of
    /// an address does so from that address.
    pub fn router_or_speaker(&self) -> Speaker {
        if self.refusal().is_about_path() && self.is_of_publisher() { Speaker::Other } else { self.speaker() }
    }

    /// Whether a router speaks, and of the way to the target: of routes, or of hosts that do not answer.
    pub fn is_of_way(&self) -> bool {
        self.refusal().is_about_path() && self.router_or_speaker() == Speaker::Other
    }

    /// The profile of an address, by its own packets.
    pub fn host(&self, address: IpAddr) -> Option<&'a Host> {
        self.profiles.hosts.get(&address)
    }

    /// The profile of the target.
    pub fn target(&self) -> Option<&'a Host> {
        self.target
    }

    /// Everything that refuses the target.
    pub fn refusals(&self) -> Option<&'a Refusals> {
        self.context.targets.get(&self.facts.key.target?)
    }

    /// The profile of the refused port.
    pub fn service(&self) -> Option<&'a Service> {
        self.service
    }

    /// The first sender, and the target.
    pub fn ends(&self) -> Option<(IpAddr, IpAddr)> {
        self.facts.senders.iter().next().zip(self.facts.key.target)
    }

    /// Packets of the quoted flows: in the quotes' direction, and against it. `None` where a flow was forgotten.
    pub fn flow_packets(&self) -> Option<(u64, u64)> {
        let (mut sent, mut answered) = (0, 0);
        for &(flow, direction, _) in &self.facts.flows {
            let packets = self.seen.flows.get(flow)?.packets(direction).map(u64::from);
            sent += packets[0];
            answered += packets[1];
        }
        Some((sent, answered))
    }

    /// When the latest packet of a quoted flow was captured, where it is still remembered.
    pub fn last_packet(&self, flow: FlowId, direction: Direction) -> Option<Timestamp> {
        let [tail, _] = self.seen.flows.get(flow)?.tails(direction);
        self.seen.recent.get(tail).map(Record::timestamp)
    }

    /// The profile of the reporter's messages.
    pub fn reporter(&self) -> Option<&'a Reporter> {
        self.reporter
    }

    /// Routers that the packet had passed when it was quoted: its TTL as captured, less that in the quote.
    pub fn quoted_hops(&self) -> Option<u8> {
        self.facts.quoted_hops.usual()
    }

    /// Hops from the vantage to the reporter, from the TTL of its messages.
    pub fn reporter_hops(&self) -> u8 {
        hops(self.facts.key.signature.ttl)
    }

    /// Whether the message looks like one of Linux: initial TTL 64, and in IPv4 precedence 6 (RFC 1812 section 4.3.2.5), which few
    /// hosts set.
    pub fn looks_like_linux(&self) -> bool {
        let look = self.facts.key.signature;
        initial_ttl(look.ttl) == 64 && (look.version == 6 || look.precedence == 0xc0)
    }

    /// Whether Linux itself built it, by its looks: its filters that answer in the name of others set no precedence, and in IPv6 no
    /// flow label.
    pub fn is_built_by_linux(&self) -> bool {
        let look = self.facts.key.signature;
        self.looks_like_linux() && (look.version == 4 || !look.unnumbered)
    }

    /// Hops that the refused packet had lost beyond those of the message.
    pub fn further_hops(&self) -> Option<u8> {
        self.quoted_hops()?.checked_sub(self.reporter_hops())
    }

    /// Whether the message bears the target's address, but the refused packet had gone a hop further: behind that address, which a
    /// translator has, is another host, or several.
    pub fn is_behind_translation(&self) -> bool {
        let is_as_target = self.target_ttl() == Some(self.facts.key.signature.ttl);
        self.speaker() == Speaker::Target && self.further_hops() == Some(1) && !is_as_target
    }

    /// Whether other packets to the reporter had passed fewer routers than these when they were refused by messages that look the same: so
    /// these went on behind it, be the way back shorter or not.
    pub fn went_further_than_others(&self) -> bool {
        let own = self.facts.key.signature;
        let look = self.reporter.and_then(|reporter| reporter.looks.iter().find(|look| look.signature == own));
        self.quoted_hops().zip(look).is_some_and(|(passed, look)| passed > look.least_passed)
    }

    /// Hops from who sent the message on to where the target's own packets come from; negative where these come from before it.
    pub fn hops_to_target(&self) -> Option<i16> {
        self.target_ttl().map(|ttl| i16::from(hops(ttl)) - i16::from(self.reporter_hops()))
    }

    /// Whether it looks as if the owner of the target's address refused for itself, and others answered at that address behind it: it
    /// publishes ports of theirs, as a host of containers does, right behind it, or on other hosts, as those of a cluster do. Then
    /// something else has to come from the address as far away as the message: a redirection looks like that, too.
    pub fn is_of_publisher(&self) -> bool {
        self.may_be_of_owner()
            && match self.hops_to_target() {
                Some(1) => true,
                Some(2..) => self.has_heard_owner(),
                _ => false,
            }
    }

    /// Whether it looks as Linux builds it where the address is its own: as a redirection does as well.
    pub fn may_be_of_owner(&self) -> bool {
        let is_asked = self.facts.key.standing != Standing::Answered && !self.facts.key.is_collective;
        is_asked && self.speaker() == Speaker::Target && self.is_built_by_linux()
    }

    /// Whether echo replies or a flow of the target came from as far away as the message.
    fn has_heard_owner(&self) -> bool {
        let ttl = self.facts.key.signature.ttl;
        self.target().is_some_and(|target| {
            target.has_sent_from(ttl) || target.echoes.iter().flatten().any(|echo| echo.ttl == ttl)
        })
    }

    /// Whether nothing was captured of the target itself, and who speaks in its name is nearer than the addresses next to it, as neither
    /// the target nor the gateway of its network is.
    pub fn is_before_neighbours(&self) -> bool {
        let look = self.facts.key.signature;
        let is_synthetic = look.version == 4 && look.unnumbered && look.precedence == 0;
        self.hops_before_neighbours().is_some_and(|nearer| nearer > 1 || is_synthetic)
    }

    /// How many hops nearer the message came from than hosts whose addresses are next to the target's, where the target itself was not
    /// seen. That they share a link, as a network of eight addresses does, and its hosts start from usual TTLs, shows by several of them
    /// that are as far away as one another: loopbacks of routers that are numbered in a row are not, nor addresses of a cloud.
    fn hops_before_neighbours(&self) -> Option<u8> {
        let is_unseen = || self.target().is_none_or(|target| target.ttls.usual().is_none() && !target.has_answered());
        let is_asked = self.facts.key.standing == Standing::Asked && self.speaker() == Speaker::Target;
        let target = self.facts.key.target.filter(|_| is_asked && is_unseen())?;
        let mut next = (1..8).filter_map(|other| self.host(block_mate(target, other))?.dominant_ttl()).map(hops);
        let distance = next.next().filter(|&hops| hops <= LONGEST_PATH)?;
        let others = next.try_fold(0, |others, hops| (hops == distance).then_some(others + 1))?;
        distance.checked_sub(self.reporter_hops()).filter(|&nearer| others > 0 && nearer > 0)
    }

    /// TTL of most of the target's own packets, where all were captured at one point.
    pub fn target_ttl(&self) -> Option<u8> {
        self.target()?.dominant_ttl()
    }
}

/// No path has more hops; a TTL that says so was not sent with a usual initial value (p0f takes the same limit).
pub(super) const LONGEST_PATH: u8 = 35;

/// Another address of the same eight.
fn block_mate(address: IpAddr, other: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => Ipv4Addr::from(v4.to_bits() ^ u32::from(other)).into(),
        IpAddr::V6(v6) => Ipv6Addr::from(v6.to_bits() ^ u128::from(other)).into(),
    }
}

/// The refused port.
fn service(facts: &CaseFacts) -> Option<ServiceKey> {
    let key = &facts.key;
    ServiceKey::of(key.target, key.protocol, key.target_port)
}

/// Who refuses, and the target.
fn hosts(facts: &CaseFacts) -> impl Iterator<Item = &IpAddr> {
    let key = &facts.key;
    [&key.reporter].into_iter().chain(key.target.as_ref().filter(|&target| *target != key.reporter))
}
