//! The columns are those that were promised, in that order.

use unreach::report::{Kind, TableName};

const MESSAGES: &str = "file frame timestamp encapsulation ip_version reporter recipient reporter_ttl icmp_type \
    icmp_code meaning protocol sender sender_port target target_port quoted_ttl quoted_length next_hop_mtu match \
    original_frame delay_ms attribution attribution_confidence cause confidence candidates locus reporter_hops labels \
    evidence incident";

const INCIDENTS: &str = "incident first_seen last_seen messages originals flows senders sender ip_version protocol \
    target target_ports service reporter reporter_hops icmp_type icmp_code meaning attribution attribution_confidence \
    cause confidence candidates locus delay_ms_median labels evidence next_step frames file";

const DEVICES: &str = "device addresses role hops messages incidents senders targets refuses initial_ttl \
    quoted_length_max rate_limited first_seen last_seen";

const GROUPS: &str = "group grouped_by messages incidents senders targets reporters causes labels first_seen last_seen";

/// What was added since stands behind what was promised.
fn assert_begins_with(table: TableName, promised: &str, added: &[&str]) {
    let names: Vec<_> = table.headings().iter().map(|heading| heading.name).collect();
    let expected: Vec<_> = promised.split_whitespace().chain(added.iter().copied()).collect();
    assert_eq!(names, expected, "{}", table.name());
}

#[test]
fn the_columns_are_those_promised() {
    assert_begins_with(
        TableName::Messages,
        MESSAGES,
        &[
            "original_file",
            "reporter_name",
            "recipient_name",
            "sender_name",
            "target_name",
            "reporter_asn",
            "reporter_country",
            "recipient_asn",
            "recipient_country",
            "sender_asn",
            "sender_country",
            "target_asn",
            "target_country",
        ],
    );
    assert_begins_with(
        TableName::Incidents,
        INCIDENTS,
        &[
            "frame_files",
            "sender_name",
            "target_name",
            "reporter_name",
            "sender_asn",
            "sender_country",
            "target_asn",
            "target_country",
            "reporter_asn",
            "reporter_country",
        ],
    );
    assert_begins_with(TableName::Devices, DEVICES, &["names", "asns", "countries"]);
    assert_begins_with(TableName::Groups, GROUPS, &[]);
}

#[test]
fn every_column_says_what_it_holds() {
    for heading in TableName::ALL.into_iter().flat_map(TableName::headings) {
        let description = heading.description;
        assert!(description.ends_with('.') && description.len() > 10, "{}: {description}", heading.name);
    }
}

#[test]
fn decimals_have_a_unit() {
    for heading in TableName::ALL.into_iter().flat_map(TableName::headings) {
        assert!(heading.kind != Kind::Decimal || !heading.unit.is_empty(), "{}", heading.name);
    }
}
