//! How long the page may get, and what it says of what it leaves out.

use std::net::{IpAddr, Ipv6Addr};

use unreach::evidence::SIGNALS;
use unreach::frame::{InputId, Timestamp};
use unreach::incident::{Finding, Incident, NextStep};
use unreach::unreachable::FrameRef;

use super::page::html;
use crate::report::sample::{NOON, Sample};

/// A megabyte.
const LONGEST: usize = 1_000_000;

/// An incident like no other, with the longest addresses, evidence of most signals, and many frames.
fn incident(number: u16, pattern: &Incident) -> Incident {
    let address = |last: u16| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0x3333, 0x4444, 0x5555, 0x6666, last, 0x8888));
    let finding = |signal: &unreach::evidence::Signal| Finding {
        signal: signal.id,
        reading: signal.readings[0].name,
        strength: 10.0,
    };
    Incident {
        id: format!("{number:010x}"),
        first_seen: Timestamp(NOON + i64::from(number) * 1_000_000_000),
        messages: 1 + u64::from(number),
        target: Some(address(number)),
        reporter: address(number.wrapping_add(1)),
        target_ports: vec![number, number.wrapping_add(2)],
        evidence: SIGNALS.iter().copied().take(8).map(finding).collect(),
        next_step: NextStep::told(
            format!("Ask the owner of the device that answers as {} for the rule.", address(number)),
            format!("traceroute -U -p {number} {}", address(number)),
        ),
        frames: (0..16).map(|frame| FrameRef { input: InputId(0), number: 1_000_000 + frame }).collect(),
        ..pattern.clone()
    }
}

fn sample(incidents: u16) -> Sample {
    let mut sample = Sample::empty();
    let pattern = Sample::new().findings.incidents.swap_remove(0);
    sample.findings.incidents = (0..incidents).map(|number| incident(number, &pattern)).collect();
    sample
}

#[test]
fn a_thousand_incidents_have_room() {
    let sample = sample(1000);
    let page = html(&sample);
    assert!(page.len() < LONGEST, "{} bytes", page.len());
    for incident in &sample.findings.incidents {
        assert!(page.contains(&format!("id=\"i-{}\"", incident.id)), "{}", incident.id);
    }
    assert!(!page.contains("left-out"));
}

#[test]
fn beyond_it_says_what_it_leaves_out() {
    let sample = sample(4000);
    let page = html(&sample);
    assert!(page.len() < LONGEST, "{} bytes", page.len());
    let sections = page.matches(" id=\"i-").count();
    assert!(sections >= 900, "{sections}");
    assert!(page.contains("in 4000 incidents"), "the totals are of all");
    assert!(page.contains(&format!("{} further incidents", 4000 - sections)));
    assert!(page.contains("id=\"i-0000000f9f\""), "those with the most messages stay");
}
