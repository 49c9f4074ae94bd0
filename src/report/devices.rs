//! The `devices` table: a row for each device.

use super::column::{Column, Kind, Needs, Table, Values};
use super::vocabulary::Vocabulary;
use super::{Cell, List, Report, TableName};
use crate::incident::Device;

/// The `devices` table.
#[derive(Debug)]
pub struct Devices;

impl Table for Devices {
    type Row<'a> = &'a Device;
    const NAME: TableName = TableName::Devices;
    const COLUMNS: &'static [Column<Self>] = COLUMNS;

    fn placed(report: Report<'_>) -> impl Iterator<Item = (u64, &Device)> {
        (0..).zip(&report.tallies.devices)
    }

    fn at(report: Report<'_>, place: u64) -> Option<&Device> {
        report.tallies.devices.get(usize::try_from(place).ok()?)
    }
}

const COLUMNS: &[Column<Devices>] = &[
    Column::<Devices>::new("device", Kind::Text, "Its key, the same in every run over the same captures.", |row, _| {
        Cell::keyword(row.id.as_str())
    })
    .brief(),
    Column::<Devices>::new("addresses", Kind::List, "The addresses it speaks from.", |row, _| {
        Cell::List(List::Addresses(&row.addresses))
    })
    .of(Values::Addresses)
    .brief(),
    Column::<Devices>::new(
        "role",
        Kind::Keyword,
        "What it is: `host`, `router`, `filter`, `nat`, `impersonator`, `unknown`.",
        |row, _| Cell::keyword(row.role.name()),
    )
    .of(Values::Words(Vocabulary::Roles))
    .brief(),
    Column::<Devices>::new("hops", Kind::Integer, "Hops from where its messages were captured.", |row, _| Cell::integer(row.hops))
        .unit("hops")
        .brief(),
    Column::<Devices>::new("messages", Kind::Integer, "How many messages it sent.", |row, _| {
        Cell::Integer(row.messages)
    })
    .brief(),
    Column::<Devices>::new("incidents", Kind::Integer, "How many incidents it caused.", |row, _| {
        Cell::Integer(row.incidents)
    })
    .brief(),
    Column::<Devices>::new(
        "senders",
        Kind::Integer,
        "How many hosts it refused; beyond a few an estimate, and from 1,420 on at least so many.",
        |row, _| Cell::Integer(row.senders),
    )
    .brief(),
    Column::<Devices>::new("targets", Kind::Integer, "How many targets it refused to pass to.", |row, _| {
        Cell::Integer(row.targets)
    })
    .brief(),
    Column::<Devices>::new(
        "refuses",
        Kind::List,
        "What it refused and how: `udp/443 admin-prohibited to 12 targets`, or `7 udp ports` of several; the twelve ways of most targets, where there are more.",
        |row, _| Cell::List(List::Phrases(&row.refuses)),
    )
    .brief(),
    Column::<Devices>::new("initial_ttl", Kind::Integer, "TTL that its messages start with.", |row, _| {
        Cell::integer(row.initial_ttl)
    })
    .unit("hops"),
    Column::<Devices>::new("quoted_length_max", Kind::Integer, "Length of its longest quote.", |row, _| {
        Cell::Integer(row.quoted_length_max.into())
    })
    .unit("bytes"),
    Column::<Devices>::new("rate_limited", Kind::Boolean, "Whether it limits the rate of its messages.", |row, _| {
        Cell::Boolean(row.rate_limited)
    }),
    Column::<Devices>::new("first_seen", Kind::Time, "Time of its first message.", |row, _| Cell::Time(row.first_seen)),
    Column::<Devices>::new("last_seen", Kind::Time, "Time of its last message.", |row, _| Cell::Time(row.last_seen)),
    Column::<Devices>::new("names", Kind::List, "Host names of its addresses.", |row, names| {
        Cell::List(List::Of(&row.addresses, names, |names, address| names.host_cell(Some(address))))
    })
    .needs(Needs::Hosts),
    Column::<Devices>::new(
        "asns",
        Kind::List,
        "Numbers of the autonomous systems that announce its addresses.",
        |row, names| Cell::List(List::Of(&row.addresses, names, |names, address| names.asn_cell(Some(address)))),
    )
    .of(Values::Numbers)
    .needs(Needs::Networks),
    Column::<Devices>::new("countries", Kind::List, "Countries of its addresses (ISO 3166-1).", |row, names| {
        Cell::List(List::Of(&row.addresses, names, |names, address| names.country_cell(Some(address))))
    })
    .needs(Needs::Networks),
];
