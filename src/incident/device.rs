//! What stands behind reporters: their role and what they refuse, from all their incidents together.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::alias::{Place, aliases};
use super::{Device, Incident, Label, Role};
use crate::decode::protocol;
use crate::evidence::{Context, hops, initial_ttl};
use crate::frame::Timestamp;
use crate::verdict::{Attribution, Cause};

/// Devices from incidents: one for each address and distance, but for addresses of one device, by first message.
pub(super) fn devices(incidents: &[Incident], context: &Context) -> Vec<Device> {
    let mut by_place: BTreeMap<Place, Vec<&Incident>> = BTreeMap::new();
    for incident in incidents.iter().filter(|incident| is_of_device(incident)) {
        by_place.entry((incident.reporter, incident.reporter_hops)).or_default().push(incident);
    }
    let places: Vec<Place> = by_place.keys().copied().collect();
    let owners = aliases(&places, context);
    let mut by_device: BTreeMap<Place, (Vec<IpAddr>, Vec<&Incident>)> = BTreeMap::new();
    for (place, own) in by_place {
        let (addresses, incidents) = by_device.entry(owners.get(&place).copied().unwrap_or(place)).or_default();
        addresses.push(place.0);
        incidents.extend(own);
    }
    let mut devices: Vec<Device> =
        by_device.into_iter().map(|(place, (addresses, own))| device(place, addresses, &own, context)).collect();
    devices.sort_by(|a, b| (a.first_seen, &a.addresses).cmp(&(b.first_seen, &b.addresses)));
    devices
}

fn device((address, hops_away): Place, addresses: Vec<IpAddr>, own: &[&Incident], context: &Context) -> Device {
    let reporter = context.reporters.get(&address);
    let ttl = reporter.and_then(|profile| {
        profile.looks.iter().map(|look| look.signature.ttl).find(|&ttl| Some(hops(ttl)) == hops_away)
    });
    let bare = Device {
        id: format!("{address}@{}", hops_away.map_or_else(|| "?".to_owned(), |hops| hops.to_string())),
        addresses,
        role: role(own),
        hops: hops_away,
        messages: 0,
        incidents: 0,
        senders: 0,
        targets: 0,
        refuses: Vec::new(),
        initial_ttl: ttl.map(initial_ttl),
        quoted_length_max: reporter.map_or(0, |profile| profile.quoted_length_max),
        rate_limited: own.iter().any(|incident| incident.labels.contains(Label::RateLimited)),
        first_seen: Timestamp::default(),
        last_seen: Timestamp::default(),
    };
    counted(bare, own)
}

/// The device with what these incidents add up to.
fn counted(device: Device, own: &[&Incident]) -> Device {
    let distinct = |pick: fn(&Incident) -> Option<IpAddr>| {
        let mut all: Vec<IpAddr> = own.iter().filter_map(|incident| pick(incident)).collect();
        all.sort_unstable();
        all.dedup();
        all.len() as u64
    };
    let several: u64 = own.iter().map(|incident| incident.senders).max().unwrap_or(0);
    Device {
        messages: own.iter().map(|incident| incident.messages).sum(),
        incidents: own.len() as u64,
        senders: distinct(|incident| incident.sender).max(several),
        targets: distinct(|incident| incident.target),
        refuses: refuses(own),
        first_seen: own.iter().map(|incident| incident.first_seen).min().unwrap_or_default(),
        last_seen: own.iter().map(|incident| incident.last_seen).max().unwrap_or_default(),
        ..device
    }
}

/// The devices behind these incidents, with only these counted; what each is stays as all that it did has shown.
pub(super) fn behind<'a>(devices: &[Device], incidents: impl Iterator<Item = &'a Incident>) -> Vec<Device> {
    if devices.is_empty() {
        return Vec::new();
    }
    let place = |device: &Device| device.addresses.iter().map(|&address| (address, device.hops)).collect::<Vec<_>>();
    let places = devices
        .iter()
        .enumerate()
        .flat_map(|(position, device)| place(device).into_iter().map(move |place| (place, position)));
    let positions: BTreeMap<(IpAddr, Option<u8>), usize> = places.collect();
    let mut own: Vec<Vec<&Incident>> = vec![Vec::new(); devices.len()];
    for incident in incidents.filter(|incident| is_of_device(incident)) {
        if let Some(&position) = positions.get(&(incident.reporter, incident.reporter_hops)) {
            own[position].push(incident);
        }
    }
    let kept = devices.iter().zip(&own).filter(|(_, own)| !own.is_empty());
    kept.map(|(device, own)| counted(device.clone(), own)).collect()
}

/// Whoever forged a message is not behind the address that it names; and behind many reporters there is no one device.
fn is_of_device(incident: &Incident) -> bool {
    !incident.is_collective && incident.verdict.attribution != Attribution::Forged
}

/// A device that filters once is a filter, whatever else it does; a router that only routes is a router.
fn role(own: &[&Incident]) -> Role {
    let any = |is: &dyn Fn(&Incident) -> bool| own.iter().any(|incident| is(incident));
    let caused = |cause: Cause| any(&|incident| incident.verdict.cause == Some(cause));
    if any(&|incident| incident.labels.contains(Label::Impersonated)) {
        Role::Impersonator
    } else if caused(Cause::NetworkFilter) {
        Role::Filter
    } else if any(&|incident| incident.labels.contains(Label::Nat)) {
        Role::Nat
    } else if caused(Cause::NoRoute) || caused(Cause::HostUnreachable) || caused(Cause::PacketTooBig) {
        Role::Router
    } else if caused(Cause::ClosedPort) || caused(Cause::HostFirewall) || caused(Cause::ProtocolUnreachable) {
        Role::Host
    } else {
        Role::Unknown
    }
}

/// Different ways of refusing that are listed, at most.
pub const WAYS: usize = 12;

/// `udp/443 admin-prohibited to 12 targets`, most targets first.
fn refuses(own: &[&Incident]) -> Vec<String> {
    let mut ways: BTreeMap<(String, String), Vec<Option<IpAddr>>> = BTreeMap::new();
    for incident in own {
        let what = match (incident.protocol, incident.target_ports.as_slice()) {
            (Some(number), [port]) => format!("{}/{port}", protocol::name(number)),
            (Some(number), []) => protocol::name(number).into_owned(),
            (Some(number), ports) => format!("{} {} ports", ports.len(), protocol::name(number)),
            (None, _) => "packets".to_owned(),
        };
        ways.entry((what, incident.code.meaning().into_owned())).or_default().push(incident.target);
    }
    let mut lines: Vec<(usize, String)> = ways
        .into_iter()
        .map(|((what, meaning), mut targets)| {
            targets.sort_unstable();
            targets.dedup();
            let noun = if targets.len() == 1 { "target" } else { "targets" };
            (targets.len(), format!("{what} {meaning} to {} {noun}", targets.len()))
        })
        .collect();
    lines.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    lines.into_iter().take(WAYS).map(|(_, line)| line).collect()
}
