//! Values as text: ports, times, decimals, names, and text that means harm.

use std::borrow::Cow;

use unreach::decode::protocol;
use unreach::frame::Timestamp;
use unreach::report::{Cell, List, harmless, printable, services};

use super::sample::NOON;

fn ports(ports: &[u16]) -> String {
    Cell::List(List::Ports(ports)).to_text()
}

#[test]
fn neighbouring_ports_become_runs() {
    assert_eq!(ports(&[]), "");
    assert_eq!(ports(&[53]), "53");
    assert_eq!(ports(&[5000, 5001, 5002, 7000]), "5000-5002;7000");
    assert_eq!(ports(&[0, 1, 65534, 65535]), "0-1;65534-65535");
}

#[test]
fn times_have_nine_digits_and_never_panic() {
    assert_eq!(Cell::Time(Timestamp(NOON)).to_text(), "2026-11-22T14:32:37.354643027Z");
    assert_eq!(Cell::Time(Timestamp(0)).to_text(), "1970-01-01T00:00:00.000000000Z");
    assert_eq!(Cell::Time(Timestamp(-1)).to_text(), "1969-12-31T23:59:59.999999999Z");
    assert_eq!(Cell::Time(Timestamp(i64::MAX)).to_text(), "2262-04-11T23:47:16.854775807Z");
    assert_eq!(Cell::Time(Timestamp(i64::MIN)).to_text(), "1677-09-21T00:12:43.145224192Z");
}

#[test]
fn decimals_have_three_digits() {
    assert_eq!(Cell::probability(0.97).to_text(), "0.970");
    assert_eq!(Cell::probability(1.0).to_text(), "1.000");
    // What is not certain does not look so.
    assert_eq!(Cell::probability(0.999_99).to_text(), "0.999");
    assert_eq!(Cell::probability(f64::NAN).to_text(), "0.000");
    assert_eq!(Cell::milliseconds(Some(1_234_567)).to_text(), "1.235");
    assert_eq!(Cell::milliseconds(Some(-1_500)).to_text(), "-0.001");
    assert_eq!(Cell::milliseconds(Some(i64::MAX)).to_text(), "9223372036854.775");
}

#[test]
fn protocols_and_services_have_their_registered_names() {
    let named = [(1, "icmp"), (6, "tcp"), (17, "udp"), (47, "gre"), (50, "esp"), (51, "ah"), (58, "ipv6-icmp")];
    for (number, name) in named.into_iter().chain([(89, "ospf"), (132, "sctp"), (139, "hip"), (61, "61"), (255, "255")])
    {
        assert_eq!(protocol::name(number), name);
    }
    assert_eq!(services::service(17, 53), Some("domain"));
    assert_eq!(services::service(6, 443), Some("https"));
    assert_eq!(services::service(132, 443), Some("https"));
    assert_eq!(services::service(6, 4789), None);
    assert_eq!(services::service(17, 4789), Some("vxlan"));
}

#[test]
fn text_from_outside_starts_no_formula() {
    for start in ['=', '+', '-', '@', '＝', '＋', '－', '＠'] {
        let text = format!("{start}1+1");
        assert_eq!(harmless(&text), format!("'{text}"));
    }
    assert_eq!(harmless("-"), "-");
    assert_eq!(harmless("a=1.pcap"), "a=1.pcap");
    assert_eq!(Cell::Text(Cow::Borrowed("\t=1+1")).to_text(), "\\x09=1+1");
}

#[test]
fn text_from_outside_commands_no_terminal() {
    assert_eq!(harmless("\u{1b}[31mred\r\n\u{7f}"), "\\x1b[31mred\\x0d\\x0a\\x7f");
    assert_eq!(harmless("c1 \u{9b}31m"), "c1 \\u{9b}31m");
    assert_eq!(printable("gpj.\u{202e}exe"), "gpj.\\u{202e}exe");
    assert_eq!(printable("größe 日本.pcap"), "größe 日本.pcap");
}
