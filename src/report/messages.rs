//! The `messages` table: a row for each unreachable message.

use super::cell::microseconds;
use super::column::{Column, Kind, Needs, Table, Values};
use super::vocabulary::Vocabulary;
use super::{Cell, List, Report, TableName, community_id};
use crate::decode::protocol;
use crate::evidence::hops;
use crate::incident::JudgedMessage;

/// The `messages` table.
#[derive(Debug)]
pub struct Messages;

impl Table for Messages {
    type Row<'a> = JudgedMessage<'a>;
    const NAME: TableName = TableName::Messages;
    const COLUMNS: &'static [Column<Self>] = COLUMNS;

    fn placed(report: Report<'_>) -> impl Iterator<Item = (u64, JudgedMessage<'_>)> {
        let selection = report.selection;
        report.findings.placed().filter(move |(_, row)| selection.admits_message(row))
    }

    fn at(report: Report<'_>, place: u64) -> Option<JudgedMessage<'_>> {
        report.findings.judged_at(place)
    }
}

const COLUMNS: &[Column<Messages>] = &[
    Column::<Messages>::input("file", "Input's name as given; the interface's name when live.", |row| {
        Some(row.message.frame.input)
    })
    .brief(),
    Column::<Messages>::number("frame", "Number of the frame in its input, from 1, as Wireshark counts.", |row| {
        Some(row.message.frame.number)
    })
    .brief(),
    Column::<Messages>::time("timestamp", "When the message was captured.", |row| row.message.timestamp)
    .brief(),
    Column::<Messages>::new(
        "encapsulation",
        Kind::Text,
        "What was unwrapped, outermost first, joined by `/`: `vlan:100/vxlan:42`.",
        |row, _| {
            let layers = row.message.encapsulation;
            if layers.is_empty() { Cell::Empty } else { Cell::keyword(layers.to_string()) }
        },
    ),
    Column::<Messages>::number("ip_version", "IP version of the message, 4 or 6.", |row| {
        Some(row.message.code.version.into())
    })
    .of_incident(),
    Column::<Messages>::address("reporter", "Outer source address: who sent the message.", |row| {
        Some(row.message.reporter)
    })
    .brief(),
    Column::<Messages>::address("recipient", "Outer destination address: who it was sent to.", |row| {
        Some(row.message.recipient)
    }),
    Column::<Messages>::number("reporter_ttl", "TTL or hop limit of the message as received.", |row| {
        Some(row.message.reporter_ttl.into())
    })
    .unit("hops"),
    Column::<Messages>::number("icmp_type", "ICMP type of the message.", |row| {
        Some(row.message.code.icmp_type.into())
    })
    .of_incident(),
    Column::<Messages>::number("icmp_code", "ICMP code of the message.", |row| {
        Some(row.message.code.icmp_code.into())
    })
    .of_incident(),
    Column::<Messages>::new(
        "meaning",
        Kind::Keyword,
        "What type and code say; `code-N` where N has no meaning.",
        |row, _| Cell::Keyword(row.message.code.meaning()),
    )
    .of(Values::Words(Vocabulary::Meanings))
    .brief()
    .of_incident(),
    Column::<Messages>::new(
        "protocol",
        Kind::Keyword,
        "Protocol of the quoted packet in IANA's lower-case name; its number where it has none.",
        |row, _| row.message.protocol.map_or(Cell::Empty, |number| Cell::Keyword(protocol::name(number))),
    )
    .of(Values::Registered)
    .brief(),
    Column::<Messages>::address("sender", "Source of the quoted packet: whose packet failed.", |row| {
        row.message.sender
    })
    .brief(),
    Column::<Messages>::number("sender_port", "Source port of the quoted packet.", |row| {
        row.message.sender_port.map(u64::from)
    }),
    Column::<Messages>::address("target", "Destination of the quoted packet: where it was going.", |row| {
        row.message.target
    })
    .brief(),
    Column::<Messages>::number("target_port", "Destination port of the quoted packet.", |row| {
        row.message.target_port.map(u64::from)
    })
    .brief(),
    Column::<Messages>::number("quoted_ttl", "TTL or hop limit in the quoted header.", |row| {
        row.message.quoted_ttl.map(u64::from)
    })
    .unit("hops"),
    Column::<Messages>::number("quoted_length", "Length of what the message carries of the original datagram.", |row| {
        Some(row.message.quoted_length.into())
    })
    .unit("bytes"),
    Column::<Messages>::number("next_hop_mtu", "MTU of the next link, in packet-too-big messages.", |row| {
        row.message.next_hop_mtu.map(u64::from)
    })
    .unit("bytes"),
    Column::<Messages>::word(
        "match",
        "How the quoted packet was found: `exact`, `flow`, `fragment`, `nat`, `none`.",
        |row| row.message.correlation.matched.name(),
    )
    .of(Values::Words(Vocabulary::Matches))
    .brief(),
    Column::<Messages>::number(
        "original_frame",
        "Frame of the quoted packet; of a `flow` match, the nearest earlier packet of its flow in its direction.",
        |row| row.message.correlation.original.map(|frame| frame.number),
    )
    .brief(),
    Column::<Messages>::decimal("delay_ms", "Time from that packet to the message.", |row| {
        row.message.correlation.delay.map(microseconds)
    })
    .unit("ms"),
    Column::<Messages>::new(
        "attribution",
        Kind::Keyword,
        "Who refused, judged on the sums of the causes: `closed-port`, `filtering-device`, `network`, `forged`, `undetermined`.",
        |row, _| Cell::keyword(row.incident.verdict.attribution.name()),
    )
    .of(Values::Words(Vocabulary::Attributions))
    .brief()
    .of_incident(),
    Column::<Messages>::new("attribution_confidence", Kind::Decimal, "Probability of the attribution; of the likeliest, where it is undetermined.", |row, _| {
        Cell::probability(row.incident.verdict.attribution_confidence)
    })
    .unit("0..1")
    .brief()
    .of_incident(),
    Column::<Messages>::new("cause", Kind::Keyword, "What the message is attributed to.", |row, _| {
        Cell::keyword(row.incident.verdict.cause_name())
    })
    .of(Values::Words(Vocabulary::Causes))
    .brief()
    .of_incident(),
    Column::<Messages>::new("confidence", Kind::Decimal, "Probability of the best cause.", |row, _| {
        Cell::probability(row.incident.verdict.confidence)
    })
    .unit("0..1")
    .brief()
    .of_incident(),
    Column::<Messages>::new(
        "candidates",
        Kind::List,
        "Causes of probability 0.02 and more as `cause:probability`, best first.",
        |row, _| Cell::List(List::Candidates(&row.incident.verdict.candidates)),
    )
    .of(Values::Candidates)
    .of_incident(),
    Column::<Messages>::new(
        "locus",
        Kind::Keyword,
        "Where the refusal was spoken: `target`, `path`, `sender`, `unknown`.",
        |row, _| Cell::keyword(row.incident.locus.name()),
    )
    .of(Values::Words(Vocabulary::Loci))
    .of_incident(),
    Column::<Messages>::number("reporter_hops", "Hops from where it was captured to the reporter, from its TTL.", |row| {
        Some(hops(row.message.reporter_ttl).into())
    })
    .unit("hops"),
    Column::<Messages>::new("labels", Kind::List, "What was going on, independent of the cause.", |row, _| {
        Cell::List(List::Labels(row.all_labels()))
    })
    .of(Values::Words(Vocabulary::Labels))
    .brief()
    .of_incident(),
    Column::<Messages>::new(
        "evidence",
        Kind::List,
        "What spoke for the verdict as `signal=reading`, strongest first.",
        |row, _| Cell::List(List::Evidence(&row.incident.evidence)),
    )
    .of(Values::Words(Vocabulary::Readings))
    .of_incident(),
    Column::<Messages>::new("incident", Kind::Text, "Key of its row in the `incidents` table.", |row, _| {
        Cell::keyword(row.incident.id.as_str())
    })
    .brief()
    .of_incident(),
    Column::<Messages>::input("original_file", "Input that `original_frame` is a frame of.", |row| {
        row.message.correlation.original.map(|frame| frame.input)
    }),
    Column::<Messages>::new(
        "community_id",
        Kind::Text,
        "Community ID (version 1, seed 0) of the quoted flow, as other monitors name it; empty where ports were cut off.",
        |row, _| community_id::of_quote(&row.message).map_or(Cell::Empty, Cell::CommunityId),
    ),
    Column::<Messages>::new("reporter_name", Kind::Text, "Host name of the reporter.", |row, names| {
        names.host_cell(Some(row.message.reporter))
    })
    .needs(Needs::Hosts),
    Column::<Messages>::new("recipient_name", Kind::Text, "Host name of the recipient.", |row, names| {
        names.host_cell(Some(row.message.recipient))
    })
    .needs(Needs::Hosts),
    Column::<Messages>::new("sender_name", Kind::Text, "Host name of the sender.", |row, names| {
        names.host_cell(row.message.sender)
    })
    .needs(Needs::Hosts),
    Column::<Messages>::new("target_name", Kind::Text, "Host name of the target.", |row, names| {
        names.host_cell(row.message.target)
    })
    .needs(Needs::Hosts),
    Column::<Messages>::new(
        "reporter_asn",
        Kind::Integer,
        "Number of the autonomous system that announces the reporter.",
        |row, names| names.asn_cell(Some(row.message.reporter)),
    )
    .needs(Needs::Networks),
    Column::<Messages>::new(
        "reporter_country",
        Kind::Text,
        "Country of the reporter (ISO 3166-1).",
        |row, names| names.country_cell(Some(row.message.reporter)),
    )
    .needs(Needs::Networks),
    Column::<Messages>::new(
        "recipient_asn",
        Kind::Integer,
        "Number of the autonomous system that announces the recipient.",
        |row, names| names.asn_cell(Some(row.message.recipient)),
    )
    .needs(Needs::Networks),
    Column::<Messages>::new(
        "recipient_country",
        Kind::Text,
        "Country of the recipient (ISO 3166-1).",
        |row, names| names.country_cell(Some(row.message.recipient)),
    )
    .needs(Needs::Networks),
    Column::<Messages>::new(
        "sender_asn",
        Kind::Integer,
        "Number of the autonomous system that announces the sender.",
        |row, names| names.asn_cell(row.message.sender),
    )
    .needs(Needs::Networks),
    Column::<Messages>::new("sender_country", Kind::Text, "Country of the sender (ISO 3166-1).", |row, names| {
        names.country_cell(row.message.sender)
    })
    .needs(Needs::Networks),
    Column::<Messages>::new(
        "target_asn",
        Kind::Integer,
        "Number of the autonomous system that announces the target.",
        |row, names| names.asn_cell(row.message.target),
    )
    .needs(Needs::Networks),
    Column::<Messages>::new("target_country", Kind::Text, "Country of the target (ISO 3166-1).", |row, names| {
        names.country_cell(row.message.target)
    })
    .needs(Needs::Networks),
];
