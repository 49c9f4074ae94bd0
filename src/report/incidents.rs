//! The `incidents` table: a row for each incident.

use super::column::{Column, Kind, Needs, Table, Values};
use super::vocabulary::Vocabulary;
use super::{Cell, List, Report, TableName, services};
use crate::decode::protocol;
use crate::incident::Incident;

/// The `incidents` table.
#[derive(Debug)]
pub struct Incidents;

impl Table for Incidents {
    type Row<'a> = &'a Incident;
    const NAME: TableName = TableName::Incidents;
    const COLUMNS: &'static [Column<Self>] = COLUMNS;

    fn placed(report: Report<'_>) -> impl Iterator<Item = (u64, &Incident)> {
        let selection = report.selection;
        let placed = (0..).zip(&report.findings.incidents);
        placed.filter(move |(_, incident)| selection.admits(incident))
    }

    fn at(report: Report<'_>, place: u64) -> Option<&Incident> {
        report.findings.incidents.get(usize::try_from(place).ok()?)
    }
}

const COLUMNS: &[Column<Incidents>] = &[
    Column::<Incidents>::new(
        "incident",
        Kind::Text,
        "Its key, the same in every run over the same captures.",
        |row, _| Cell::keyword(row.id.as_str()),
    )
    .brief(),
    Column::<Incidents>::new("first_seen", Kind::Time, "Time of its first message.", |row, _| {
        Cell::Time(row.first_seen)
    })
    .brief(),
    Column::<Incidents>::new("last_seen", Kind::Time, "Time of its last message.", |row, _| Cell::Time(row.last_seen)),
    Column::<Incidents>::new(
        "messages",
        Kind::Integer,
        "How many messages, copies of one message counted once.",
        |row, _| Cell::Integer(row.messages),
    )
    .brief(),
    Column::<Incidents>::new(
        "originals",
        Kind::Integer,
        "Packets of the quoted flows that the capture holds; of many flows those of the first are counted.",
        |row, _| Cell::Integer(row.originals),
    )
    .unit("packets"),
    Column::<Incidents>::new(
        "flows",
        Kind::Integer,
        "How many flows were quoted; beyond a few an estimate, and from 1,420 on at least so many.",
        |row, _| Cell::Integer(row.flows),
    ),
    Column::<Incidents>::new(
        "senders",
        Kind::Integer,
        "How many hosts had packets refused; beyond a few an estimate, and from 1,420 on at least so many.",
        |row, _| Cell::Integer(row.senders),
    ),
    Column::<Incidents>::new("sender", Kind::Address, "Whose packets were refused, where it is one host.", |row, _| {
        Cell::address(row.sender)
    })
    .brief(),
    Column::<Incidents>::new("ip_version", Kind::Integer, "IP version of the messages, 4 or 6.", |row, _| {
        Cell::Integer(row.code.version.into())
    }),
    Column::<Incidents>::new(
        "protocol",
        Kind::Keyword,
        "Protocol of the quoted packets in IANA's lower-case name; its number where it has none.",
        |row, _| row.protocol.map_or(Cell::Empty, |number| Cell::Keyword(protocol::name(number))),
    )
    .of(Values::Registered)
    .brief(),
    Column::<Incidents>::new("target", Kind::Address, "Where the refused packets were going.", |row, _| {
        Cell::address(row.target)
    })
    .brief(),
    Column::<Incidents>::new(
        "target_ports",
        Kind::List,
        "The ports they were going to: `53`, `5000-5010;7000`.",
        |row, _| Cell::List(List::Ports(&row.target_ports)),
    )
    .of(Values::Ports)
    .brief(),
    Column::<Incidents>::new(
        "service",
        Kind::Keyword,
        "IANA's name of the service, where it is a single port.",
        |row, _| service(row).map_or(Cell::Empty, Cell::keyword),
    )
    .of(Values::Registered),
    Column::<Incidents>::new("reporter", Kind::Address, "Source address of the messages: who refused.", |row, _| {
        row.one_reporter().map_or(Cell::Empty, Cell::Address)
    })
    .brief(),
    Column::<Incidents>::new(
        "reporter_hops",
        Kind::Integer,
        "Hops from where it was captured to the reporter, from its TTL.",
        |row, _| Cell::integer(row.reporter_hops),
    )
    .unit("hops")
    .brief(),
    Column::<Incidents>::new("icmp_type", Kind::Integer, "ICMP type of the message.", |row, _| {
        Cell::Integer(row.code.icmp_type.into())
    }),
    Column::<Incidents>::new("icmp_code", Kind::Integer, "ICMP code of the message.", |row, _| {
        Cell::Integer(row.code.icmp_code.into())
    }),
    Column::<Incidents>::new(
        "meaning",
        Kind::Keyword,
        "What type and code say; `code-N` where N has no meaning.",
        |row, _| Cell::Keyword(row.code.meaning()),
    )
    .of(Values::Words(Vocabulary::Meanings))
    .brief(),
    Column::<Incidents>::new(
        "attribution",
        Kind::Keyword,
        "Who refused, judged on the sums of the causes: `closed-port`, `filtering-device`, `network`, `forged`, `undetermined`.",
        |row, _| Cell::keyword(row.verdict.attribution.name()),
    )
    .of(Values::Words(Vocabulary::Attributions))
    .brief(),
    Column::<Incidents>::new("attribution_confidence", Kind::Decimal, "Probability of the attribution; of the likeliest, where it is undetermined.", |row, _| {
        Cell::probability(row.verdict.attribution_confidence)
    })
    .unit("0..1")
    .brief(),
    Column::<Incidents>::new("cause", Kind::Keyword, "What the messages are attributed to.", |row, _| {
        Cell::keyword(row.verdict.cause_name())
    })
    .of(Values::Words(Vocabulary::Causes))
    .brief(),
    Column::<Incidents>::new("confidence", Kind::Decimal, "Probability of the best cause.", |row, _| {
        Cell::probability(row.verdict.confidence)
    })
    .unit("0..1")
    .brief(),
    Column::<Incidents>::new(
        "candidates",
        Kind::List,
        "Causes of probability 0.02 and more as `cause:probability`, best first.",
        |row, _| Cell::List(List::Candidates(&row.verdict.candidates)),
    )
    .of(Values::Candidates),
    Column::<Incidents>::new(
        "locus",
        Kind::Keyword,
        "Where the refusal was spoken: `target`, `path`, `sender`, `unknown`.",
        |row, _| Cell::keyword(row.locus.name()),
    )
    .of(Values::Words(Vocabulary::Loci)),
    Column::<Incidents>::new(
        "delay_ms_median",
        Kind::Decimal,
        "Median time from the original packets to the messages.",
        |row, _| Cell::milliseconds(row.delay_median),
    )
    .unit("ms"),
    Column::<Incidents>::new("labels", Kind::List, "What was going on, independent of the cause.", |row, _| {
        Cell::List(List::Labels(row.labels))
    })
    .of(Values::Words(Vocabulary::Labels))
    .brief(),
    Column::<Incidents>::new(
        "evidence",
        Kind::List,
        "What spoke for the verdict as `signal=reading`, strongest first.",
        |row, _| Cell::List(List::Evidence(&row.evidence)),
    )
    .of(Values::Words(Vocabulary::Readings)),
    Column::<Incidents>::new("next_step", Kind::Text, "What to do next: one sentence and one command.", |row, _| {
        next_step(row).map_or(Cell::Empty, |text| Cell::Text(text.into()))
    })
    .brief(),
    Column::<Incidents>::new("frames", Kind::List, "Frames of the first messages: a bounded sample.", |row, _| {
        Cell::List(List::Frames(&row.frames))
    })
    .of(Values::Frames),
    Column::<Incidents>::new("file", Kind::List, "Inputs that its messages came from.", |row, names| {
        Cell::List(List::Inputs(&row.inputs, names))
    }),
    Column::<Incidents>::new(
        "frame_files",
        Kind::List,
        "Input of each frame in `frames`, where the messages came from several inputs.",
        |row, names| match row.inputs.len() {
            0 | 1 => Cell::Empty,
            _ => Cell::List(List::FrameInputs(&row.frames, names)),
        },
    ),
    Column::<Incidents>::new("sender_name", Kind::Text, "Host name of the sender.", |row, names| {
        names.host_cell(row.sender)
    })
    .needs(Needs::Hosts),
    Column::<Incidents>::new("target_name", Kind::Text, "Host name of the target.", |row, names| {
        names.host_cell(row.target)
    })
    .needs(Needs::Hosts),
    Column::<Incidents>::new("reporter_name", Kind::Text, "Host name of the reporter.", |row, names| {
        names.host_cell(Some(row.reporter))
    })
    .needs(Needs::Hosts),
    Column::<Incidents>::new(
        "sender_asn",
        Kind::Integer,
        "Number of the autonomous system that announces the sender.",
        |row, names| names.asn_cell(row.sender),
    )
    .needs(Needs::Networks),
    Column::<Incidents>::new("sender_country", Kind::Text, "Country of the sender (ISO 3166-1).", |row, names| {
        names.country_cell(row.sender)
    })
    .needs(Needs::Networks),
    Column::<Incidents>::new(
        "target_asn",
        Kind::Integer,
        "Number of the autonomous system that announces the target.",
        |row, names| names.asn_cell(row.target),
    )
    .needs(Needs::Networks),
    Column::<Incidents>::new("target_country", Kind::Text, "Country of the target (ISO 3166-1).", |row, names| {
        names.country_cell(row.target)
    })
    .needs(Needs::Networks),
    Column::<Incidents>::new(
        "reporter_asn",
        Kind::Integer,
        "Number of the autonomous system that announces the reporter.",
        |row, names| names.asn_cell(Some(row.reporter)),
    )
    .needs(Needs::Networks),
    Column::<Incidents>::new(
        "reporter_country",
        Kind::Text,
        "Country of the reporter (ISO 3166-1).",
        |row, names| names.country_cell(Some(row.reporter)),
    )
    .needs(Needs::Networks),
];

/// IANA's name of the service that was refused, where it is a single port.
pub(super) fn service(incident: &Incident) -> Option<&'static str> {
    let &[port] = incident.target_ports.as_slice() else { return None };
    services::service(incident.protocol?, port)
}

/// The sentence of advice with its command; nothing where there is no advice.
pub(super) fn next_step(incident: &Incident) -> Option<String> {
    let (advice, command) = incident.next_step();
    match (advice.is_empty(), command.is_empty()) {
        (true, true) => None,
        (true, false) => Some(format!("Run: {command}")),
        (false, true) => Some(advice),
        (false, false) => Some(format!("{advice} Run: {command}")),
    }
}
