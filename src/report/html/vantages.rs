//! The places that the captures were taken at, as far as they can be told apart: inputs that agree about distances may share
//! one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use super::wording::{Words, listed};
use crate::frame::InputId;
use crate::incident::{Incident, Locus};

/// Inputs of a place that are named; of more it is said how many there are.
const NAMED: usize = 2;

/// How far away a place found those who refused; a filter may speak in the name of somebody further away.
type Distances = HashMap<IpAddr, BTreeSet<u8>>;

/// The places.
pub(super) struct Vantages {
    places: Vec<Vec<InputId>>,
    of: HashMap<InputId, usize>,
}

impl Vantages {
    /// What an incident is seen in belongs together; what disagrees about the distance of anybody does not.
    pub(super) fn of(shown: &[&Incident]) -> Self {
        let mut found: Vec<(Vec<InputId>, Distances)> = Vec::new();
        for (inputs, distances) in seen_together(shown) {
            match found.iter_mut().find(|(_, known)| agree(known, &distances)) {
                None => found.push((inputs, distances)),
                Some((known_inputs, known)) => {
                    known_inputs.extend(inputs);
                    for (who, hops) in distances {
                        known.entry(who).or_default().extend(hops);
                    }
                }
            }
        }
        let places: Vec<Vec<InputId>> = found.into_iter().map(|(inputs, _)| inputs).collect();
        let of = places.iter().enumerate().flat_map(|(place, inputs)| inputs.iter().map(move |&input| (input, place)));
        Self { of: of.collect(), places }
    }

    /// The place that an incident was seen from.
    pub(super) fn place(&self, incident: &Incident) -> usize {
        incident.inputs.first().and_then(|input| self.of.get(input)).copied().unwrap_or_default()
    }

    /// What a place is called, where there is more than one.
    pub(super) fn name(&self, place: usize, words: Words<'_>) -> Option<String> {
        let inputs = self.places.get(place).filter(|_| self.places.len() > 1)?;
        let mut names: Vec<String> = inputs.iter().take(NAMED).map(|&input| words.input(input)).collect();
        if inputs.len() > NAMED {
            names.push(format!("{} more", inputs.len() - NAMED));
        }
        Some(listed(&names))
    }
}

/// Inputs that incidents are seen in together, with their distances, by the first of them.
fn seen_together(shown: &[&Incident]) -> Vec<(Vec<InputId>, Distances)> {
    let mut leader: BTreeMap<InputId, InputId> = BTreeMap::new();
    for incident in shown {
        let led = |input: &InputId| leader.get(input).copied().unwrap_or(*input);
        let leaders: BTreeSet<InputId> = incident.inputs.iter().map(led).collect();
        let Some(&first) = leaders.first() else { continue };
        leader.values_mut().filter(|own| leaders.contains(own)).for_each(|own| *own = first);
        leader.extend(incident.inputs.iter().map(|&input| (input, first)));
    }
    let mut groups: BTreeMap<InputId, (Vec<InputId>, Distances)> = BTreeMap::new();
    for (&input, &first) in &leader {
        groups.entry(first).or_default().0.push(input);
    }
    for incident in shown {
        let first = incident.inputs.first().and_then(|input| leader.get(input));
        // Where it was spoken is not known of what may be forged: that is no measure of a distance.
        let hops = incident.reporter_hops.filter(|_| incident.locus != Locus::Unknown);
        if let Some(((_, distances), hops)) = first.and_then(|first| groups.get_mut(first)).zip(hops) {
            distances.entry(incident.reporter).or_default().insert(hops);
        }
    }
    groups.into_values().collect()
}

/// Whether everybody that both know is as far from both.
fn agree(left: &Distances, right: &Distances) -> bool {
    right.iter().all(|(who, hops)| left.get(who).is_none_or(|known| !known.is_disjoint(hops)))
}
