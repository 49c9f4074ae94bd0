//! Messages that wait for their judgement are the same when it comes: every fact of them, whatever it is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use unreach::decode::{Encapsulation, Layer};
use unreach::flow::{Direction, Identity, Signature};
use unreach::frame::{InputId, Timestamp};
use unreach::incident::{Attributed, Label, Labels, Ledger};
use unreach::unreachable::{Code, Correlation, FrameRef, Match, Message, Outer, Quoted};

use crate::corpus;

/// The messages after they were packed and unpacked.
fn returned(messages: &[Attributed]) -> Vec<Attributed> {
    let ledger: Ledger = messages.iter().cloned().collect();
    ledger.iter().collect()
}

#[test]
fn every_message_of_testdata_comes_back() {
    let mut seen = 0;
    for (path, frames) in ["lab", "namespaces", "crafted"].into_iter().flat_map(corpus::all) {
        let messages: Vec<Attributed> = corpus::findings(&frames).messages.iter().collect();
        assert_eq!(format!("{:?}", returned(&messages)), format!("{messages:?}"), "{}", path.display());
        seen += messages.len();
    }
    assert!(seen > 500, "only {seen} messages");
}

fn address() -> impl Strategy<Value = IpAddr> {
    // Few, so that some are the same.
    let v4 = (0_u32..3).prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits.wrapping_neg())));
    let v6 = (0_u128..3).prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits.wrapping_neg())));
    prop_oneof![v4, v6]
}

fn frame() -> impl Strategy<Value = FrameRef> {
    let number = prop_oneof![0_u64..5, any::<u64>()];
    (prop_oneof![Just(0), any::<u16>()], number).prop_map(|(input, number)| FrameRef { input: InputId(input), number })
}

fn delay() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![Just(None), Just(Some(7)), any::<i64>().prop_map(Some)]
}

fn matched() -> impl Strategy<Value = Match> {
    prop::sample::select(vec![Match::Exact, Match::Flow, Match::Fragment, Match::Nat, Match::None])
}

fn encapsulation() -> impl Strategy<Value = Encapsulation> {
    let layer =
        prop::sample::select(vec![Layer::Vlan, Layer::Mpls, Layer::Gre, Layer::GreKey, Layer::Teredo, Layer::Ah]);
    prop::collection::vec((layer, any::<u32>()), 0..9).prop_map(|layers| {
        let mut encapsulation = Encapsulation::default();
        for (layer, number) in layers {
            encapsulation.push(layer, number);
        }
        encapsulation
    })
}

fn outer() -> impl Strategy<Value = Outer> {
    let signature = (4_u8..7, 60_u8..66, any::<u8>(), any::<[bool; 2]>());
    (signature, any::<u16>(), any::<bool>(), any::<Option<[u8; 6]>>()).prop_map(
        |((version, ttl, precedence, [dont_fragment, unnumbered]), identification, has_options, mac)| Outer {
            signature: Signature { version, ttl, precedence, dont_fragment, unnumbered },
            identification,
            has_options,
            mac,
        },
    )
}

fn quoted() -> impl Strategy<Value = Quoted> {
    let identity = (any::<u32>(), any::<u16>(), any::<Option<u32>>(), 60_u8..66, any::<u8>());
    (identity, any::<Option<bool>>(), any::<[bool; 5]>(), any::<i32>()).prop_map(
        |((identification, total_length, fingerprint, ttl, tos), valid, [a, b, c, d, is_fragment], udp_surplus)| {
            Quoted {
                identity: Identity { identification, total_length, fingerprint, ttl, tos, is_fragment },
                header_checksum_is_valid: valid,
                has_options: a,
                lacks_udp_checksum: b,
                udp_surplus,
                opens_tcp: c,
                is_illegal: d,
            }
        },
    )
}

fn correlation() -> impl Strategy<Value = Correlation> {
    let found = (matched(), prop::option::of(frame()), delay(), any::<Option<u8>>(), any::<Option<u8>>());
    let flow = (any::<Option<(u32, u16)>>(), any::<Option<bool>>(), any::<[u32; 2]>(), [delay(), delay()]);
    (found, flow, any::<[bool; 5]>()).prop_map(
        |(
            (matched, original, delay, original_ttl, original_tos),
            (flow, down, [forward, backward], [answer, longest]),
            is,
        )| {
            let flow = flow.map(|(place, generation)| serde_json::json!({"place": place, "generation": generation}));
            Correlation {
                matched,
                original,
                delay,
                original_ttl,
                original_tos,
                flow: flow.map(|flow| serde_json::from_value(flow).unwrap()),
                direction: down.map(|down| if down { Direction::Down } else { Direction::Up }),
                forward,
                backward,
                since_answer: answer,
                longest_delay: longest,
                is_repeated: is[0],
                opened_by_target: is[1],
                asked_elsewhere: is[2],
                is_contradicted: is[3],
                repeats_unknown: is[4],
            }
        },
    )
}

prop_compose! {
    pub(super) fn message()(
        frame in frame(),
        timestamp in any::<i64>(),
        encapsulation in encapsulation(),
        (version, icmp_type, icmp_code) in (4_u8..7, any::<u8>(), any::<u8>()),
        [reporter, recipient] in [address(), address()],
        [sender, target] in [prop::option::of(address()), prop::option::of(address())],
        (reporter_ttl, quoted_ttl) in (60_u8..66, prop::option::of(60_u8..66)),
        (protocol, sender_port, target_port) in any::<(Option<u8>, Option<u16>, Option<u16>)>(),
        (quoted_icmp, quoted_length, next_hop_mtu) in any::<(Option<(u8, u8)>, u16, Option<u32>)>(),
        (outer, quoted, correlation) in (outer(), prop::option::of(quoted()), correlation()),
        (has_extensions, checksum, checksum_is_valid) in any::<(bool, u16, Option<bool>)>(),
    ) -> Message {
        Message {
            frame,
            timestamp: Timestamp(timestamp),
            encapsulation,
            code: Code { version, icmp_type, icmp_code },
            reporter,
            recipient,
            reporter_ttl,
            protocol,
            sender,
            sender_port,
            target,
            target_port,
            quoted_icmp,
            quoted_ttl,
            quoted_length,
            next_hop_mtu,
            outer,
            quoted,
            has_extensions,
            checksum,
            checksum_is_valid,
            correlation,
        }
    }
}

proptest! {
    #[test]
    fn whatever_a_message_says_comes_back(
        messages in prop::collection::vec((message(), any::<bool>(), 0_usize..1 << 32), 1..4),
    ) {
        let attributed = |(message, is_copy, incident)| {
            let mut labels = Labels::default();
            [Label::Duplicate, Label::Congestion].iter().filter(|_| is_copy).for_each(|&label| labels.insert(label));
            Attributed { message, labels, incident }
        };
        let messages: Vec<Attributed> = messages.into_iter().map(attributed).collect();
        prop_assert_eq!(format!("{:?}", returned(&messages)), format!("{messages:?}"));
    }
}
