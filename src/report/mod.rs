//! Findings to tables: the columns of each table, defined once, and one file for each format.

pub mod account;
mod cell;
mod clock;
mod column;
pub mod community_id;
mod csv;
mod devices;
mod document;
mod events;
mod folded;
mod format;
mod groups;
mod growing;
mod html;
mod incidents;
mod json;
mod key;
mod left_out;
mod markdown;
mod messages;
mod ndjson;
mod order;
mod output;
mod outside;
#[cfg(feature = "parquet")]
mod parquet;
pub mod parties;
mod pieces;
pub mod ports;
mod rows;
pub mod schema;
mod selection;
pub mod services;
mod sqlite;
mod text;
mod unnamed;
mod view;
pub mod vocabulary;

use std::net::IpAddr;

use crate::analyzer::Totals;
use crate::frame::{InputId, Timestamp};
use crate::incident::{Device, Findings, Incident, JudgedMessage};
use crate::naming::Naming;
use order::Whole;

pub use cell::{Cell, Known, List};
pub use clock::{Clock, TimeForm, Zone};
pub use column::{Column, Heading, Kind, Needs, Table, Values};
pub use devices::Devices;
pub use events::{Event, FORMS, Form, Told, write_joined};
pub use folded::{Folded, Sorted};
pub use format::{Format, Style, TableName};
pub use groups::{Group, GroupBy, Groups};
pub use growing::{Folder, GrowingFile, Rotation};
pub use incidents::Incidents;
pub use messages::Messages;
pub use output::{OutputError, OutputFile};
pub use outside::{harmless, printable};
pub use pieces::{Maker, MessageRows};
pub use rows::{RowWriter, begin};
pub use selection::Selection;
pub use text::{count, percent, verdict};
pub use view::{Dialect, Sort, View};

/// Version of the tables and of the `json` document; it changes when a column or a field goes or is renamed.
pub const SCHEMA_VERSION: u32 = 1;

/// What is known of an input.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Its name as it was given, or the interface's.
    pub name: String,
    /// Format of the file, or `live`.
    pub format: String,
    /// Frames read from it.
    pub packets: u64,
    /// Captured bytes of these frames.
    pub bytes: u64,
    /// Frames that the capture is known to have lost, where that is known.
    pub dropped: Option<u64>,
    /// Link types of its frames.
    pub link_types: Vec<String>,
    /// Time of its earliest frame.
    pub first: Option<Timestamp>,
    /// Time of its latest frame.
    pub last: Option<Timestamp>,
}

/// Names of inputs, hosts and networks.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    inputs: &'a [Input],
    naming: Option<&'a Naming>,
}

impl<'a> Names<'a> {
    /// The names of these inputs, in the order of [`InputId`].
    pub fn of_inputs(inputs: &'a [Input]) -> Self {
        Self { inputs, naming: None }
    }

    /// The same with what is known of hosts and networks.
    #[must_use]
    pub fn with(self, naming: &'a Naming) -> Self {
        Self { naming: Some(naming), ..self }
    }

    /// The inputs.
    pub fn inputs(self) -> &'a [Input] {
        self.inputs
    }

    /// Name of an input; empty where there is no such input.
    pub fn of(self, input: InputId) -> &'a str {
        self.inputs.get(usize::from(input.0)).map_or("", |input| &input.name)
    }

    /// Length of the folder that the names of all inputs begin with.
    fn shared_folder(self) -> usize {
        let Some((first, rest)) = self.inputs.split_first() else { return 0 };
        let same = |name: &str| first.name.bytes().zip(name.bytes()).take_while(|(left, right)| left == right).count();
        let length = rest.iter().map(|input| same(&input.name)).min().unwrap_or(first.name.len());
        // Different characters may begin with the same byte.
        let shared = first.name.as_bytes().get(..length).unwrap_or_default();
        shared.iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1)
    }

    /// Length of the ending, from a dot or a slash on, that the names of all inputs have behind something else: `.pcap.gz`,
    /// `/client.pcap`.
    fn shared_ending(self) -> usize {
        let Some((first, rest)) = self.inputs.split_first() else { return 0 };
        // By characters: different ones may end with the same byte.
        let back = |name: &'a str| name.chars().rev();
        let same = |name| {
            let alike = back(&first.name).zip(back(name)).take_while(|(left, right)| left == right);
            alike.map(|(character, _)| character.len_utf8()).sum()
        };
        let length: usize = rest.iter().map(|input| same(&input.name)).min().unwrap_or(0);
        let shared = first.name.get(first.name.len() - length..).unwrap_or_default();
        // A name that is nothing but the ending, or begins with it, has no other part to be told by.
        let is_behind = |start: usize| {
            let begins = |name: &str| matches!(name.bytes().rev().nth(length - start), None | Some(b'/'));
            !self.inputs.iter().any(|input| begins(&input.name))
        };
        let mut starts = shared.match_indices(['.', '/']).map(|(start, _)| start);
        starts.find(|&start| is_behind(start)).map_or(0, |start| length - start)
    }

    /// Name of a host, where it is known.
    pub fn host(self, address: IpAddr) -> Option<&'a str> {
        self.naming?.host(address)
    }

    /// What is known of an address, as people read it: `www.example.org AS64500 DE`.
    fn known(self, address: IpAddr) -> Option<String> {
        let naming = self.naming?;
        let host = naming.host(address).map(printable);
        let network = naming.asn(address).map(|number| format!("AS{number}"));
        let country = naming.country(address).map(|code| printable(&code));
        let parts: Vec<String> = [host, network, country].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// A cell with the name of a host.
    fn host_cell(self, address: Option<IpAddr>) -> Cell<'a> {
        address.and_then(|address| self.host(address)).map_or(Cell::Empty, |name| Cell::Text(name.into()))
    }

    /// A cell with the number of the autonomous system that announces an address.
    fn asn_cell(self, address: Option<IpAddr>) -> Cell<'a> {
        Cell::integer(address.zip(self.naming).and_then(|(address, naming)| naming.asn(address)))
    }

    /// A cell with the country of an address.
    fn country_cell(self, address: Option<IpAddr>) -> Cell<'a> {
        let country = address.zip(self.naming).and_then(|(address, naming)| naming.country(address));
        country.map_or(Cell::Empty, |code| Cell::Text(code.into()))
    }
}

/// Everything that a format may say.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What was found.
    pub findings: &'a Findings,
    /// What was read, counted.
    pub totals: &'a Totals,
    /// What it was read from, in the order of [`InputId`].
    pub inputs: &'a [Input],
    /// What the reader of the report has to know: damaged inputs, blind spots, bounds that were reached.
    pub warnings: &'a [String],
    /// What is known of hosts and networks.
    pub naming: &'a Naming,
    /// Which incidents are printed.
    pub selection: &'a Selection,
    /// What these add up to.
    pub tallies: &'a Tallies,
    /// How a table is shown.
    pub view: &'a View,
}

/// What the incidents that are printed add up to.
#[derive(Clone, Debug, Default)]
pub struct Tallies {
    /// The devices behind them.
    pub devices: Vec<Device>,
    /// Their groups, where they are grouped.
    pub groups: Vec<Group>,
}

impl Tallies {
    /// Adds up the incidents that are selected.
    pub fn of(findings: &Findings, selection: &Selection, by: Option<GroupBy>) -> Self {
        let selected = || findings.incidents.iter().filter(|incident| selection.admits(incident));
        let groups = by.map(|by| groups::groups(by, selected())).unwrap_or_default();
        Self { devices: findings.devices_behind(selected()), groups }
    }
}

impl<'a> Report<'a> {
    /// Names of inputs, hosts and networks.
    pub fn names(&self) -> Names<'a> {
        Names::of_inputs(self.inputs).with(self.naming)
    }

    /// The rows of a table that are shown, in their order.
    fn rows<T: Table>(&self) -> Box<dyn Iterator<Item = T::Row<'a>> + 'a> {
        self.view.arrange::<T>(Whole(*self), self.names())
    }

    /// The incidents that are printed.
    pub fn incidents(&self) -> impl Iterator<Item = &'a Incident> + use<'a> {
        let selection = self.selection;
        self.findings.incidents.iter().filter(move |incident| selection.admits(incident))
    }

    /// The messages of these incidents.
    pub fn messages(&self) -> impl Iterator<Item = JudgedMessage<'a>> + use<'a> {
        let selection = self.selection;
        self.findings.judged().filter(move |row| selection.admits_message(row))
    }
}
