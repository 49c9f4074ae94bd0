//! The matrix: which targets refused, or were refused, on which ports, and why.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;

use super::incidents::Sections;
use super::wording::{Words, kind};
use crate::decode::protocol;
use crate::incident::Incident;
use crate::report::services;
use crate::verdict::Outcome;

/// Targets that get a row, those with the most messages first.
const ROWS: usize = 40;
/// Ports that get a column, those refused by the most targets first.
const COLUMNS: usize = 12;
/// Causes that a cell names.
const NAMED: usize = 4;

/// Protocol and port.
type Port = (Option<u8>, Option<u16>);

/// Targets and ports, by cause.
#[derive(Default)]
pub(super) struct Matrix {
    pub(super) ports: Vec<Heading>,
    pub(super) rows: Vec<Row>,
    pub(super) rows_left_out: usize,
    /// Ports that share the last column.
    pub(super) ports_left_out: usize,
}

/// The heading of a column.
pub(super) struct Heading {
    pub(super) port: String,
    pub(super) service: &'static str,
}

/// One target.
pub(super) struct Row {
    pub(super) target: String,
    /// A cell for each heading; one more where ports share a column.
    pub(super) cells: Vec<Vec<Entry>>,
}

/// A cause in a cell.
pub(super) struct Entry {
    pub(super) kind: &'static str,
    pub(super) cause: &'static str,
    /// The incident's section, where the page has one.
    pub(super) link: Option<String>,
    /// Ports that the entry stands for, where it is more than one.
    pub(super) ports: usize,
}

/// What a cell holds before it is written: for each outcome its first incident, and the ports. Several incidents may be
/// about one port, as where several captures saw it refused.
type Outcomes<'a> = BTreeMap<Outcome, (&'a Incident, HashSet<Port>)>;

impl Matrix {
    pub(super) fn of(shown: &[&Incident], words: Words<'_>, sections: &Sections) -> Self {
        let mut targets: HashMap<IpAddr, (u64, Vec<&Incident>)> = HashMap::new();
        for &incident in shown {
            if let Some(target) = incident.target {
                let (messages, own) = targets.entry(target).or_default();
                *messages += incident.messages;
                own.push(incident);
            }
        }
        let mut targets: Vec<_> = targets.into_iter().collect();
        targets.sort_by_key(|(target, (messages, _))| (std::cmp::Reverse(*messages), *target));
        let rows_left_out = targets.len().saturating_sub(ROWS);
        targets.truncate(ROWS);
        let (columns, ports_left_out) = columns(targets.iter().flat_map(|(_, (_, own))| own.iter().copied()));
        let row = |(target, (_, own)): &(IpAddr, (u64, Vec<&Incident>))| Row {
            target: words.host(*target),
            cells: cells(own, &columns, ports_left_out > 0, sections),
        };
        let rows = targets.iter().map(row).collect();
        Self { ports: columns.into_iter().map(heading).collect(), rows, rows_left_out, ports_left_out }
    }
}

/// The ports of an incident; one without a number where it has none.
fn ports(incident: &Incident) -> impl Iterator<Item = Port> {
    let none = incident.target_ports.is_empty().then_some((incident.protocol, None));
    none.into_iter().chain(incident.target_ports.iter().map(|&port| (incident.protocol, Some(port))))
}

/// The ports that get a column, in order, and how many do not.
fn columns<'a>(incidents: impl Iterator<Item = &'a Incident>) -> (Vec<Port>, usize) {
    let mut refused: HashMap<Port, (HashSet<IpAddr>, u64)> = HashMap::new();
    for incident in incidents {
        for port in ports(incident) {
            let (targets, messages) = refused.entry(port).or_default();
            targets.extend(incident.target);
            *messages += incident.messages;
        }
    }
    let mut order: Vec<(Port, usize, u64)> =
        refused.into_iter().map(|(port, (targets, messages))| (port, targets.len(), messages)).collect();
    order.sort_by(|a, b| (b.1, b.2).cmp(&(a.1, a.2)).then(a.0.cmp(&b.0)));
    let left_out = order.len().saturating_sub(COLUMNS);
    let mut columns: Vec<Port> = order.into_iter().take(COLUMNS).map(|(port, ..)| port).collect();
    columns.sort_unstable();
    (columns, left_out)
}

fn heading((protocol_number, port): Port) -> Heading {
    let name = protocol_number.map_or("?".into(), protocol::name);
    Heading {
        port: port.map_or_else(|| name.to_string(), |port| format!("{port}/{name}")),
        service: protocol_number.zip(port).and_then(|(number, port)| services::service(number, port)).unwrap_or(""),
    }
}

fn cells(own: &[&Incident], columns: &[Port], shares: bool, sections: &Sections) -> Vec<Vec<Entry>> {
    let mut cells: Vec<Outcomes<'_>> = vec![Outcomes::new(); columns.len() + usize::from(shares)];
    for incident in own {
        for port in ports(incident) {
            let place = columns.binary_search(&port).unwrap_or(columns.len());
            if let Some(cell) = cells.get_mut(place) {
                cell.entry(incident.verdict.outcome()).or_insert_with(|| (incident, HashSet::new())).1.insert(port);
            }
        }
    }
    cells
        .iter()
        .map(|cell| cell.iter().take(NAMED).map(|(outcome, found)| entry(*outcome, found, sections)).collect())
        .collect()
}

fn entry(outcome: Outcome, (incident, ports): &(&Incident, HashSet<Port>), sections: &Sections) -> Entry {
    Entry {
        kind: kind(outcome.attribution()),
        cause: outcome.name(),
        link: sections.has(&incident.id).then(|| incident.id.clone()),
        ports: ports.len(),
    }
}
