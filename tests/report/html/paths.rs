//! The picture of the paths: marks that lie beside each other, and captures taken in several places.

use std::collections::BTreeSet;

use unreach::frame::InputId;
use unreach::incident::{Incident, Locus};

use super::page::html;
use crate::report::sample::{Sample, address};

/// Incidents about one target: who refused, how far away, where that was, and in which inputs it was seen.
fn page(refusals: &[(&str, u8, Locus, &[u16])]) -> String {
    let mut sample = Sample::empty();
    let pattern = Sample::new().findings.incidents.swap_remove(0);
    let incident = |(place, &(reporter, hops, locus, inputs)): (usize, &(&str, u8, Locus, &[u16]))| Incident {
        id: format!("{place:016x}"),
        reporter: address(reporter),
        reporter_hops: Some(hops),
        locus,
        inputs: inputs.iter().copied().map(InputId).collect(),
        ..pattern.clone()
    };
    sample.findings.incidents = refusals.iter().enumerate().map(incident).collect();
    for (input, name) in sample.inputs.iter_mut().zip(["run/client.pcap", "run/server.pcap"]) {
        name.clone_into(&mut input.name);
    }
    html(&sample)
}

/// Where the marks of each figure are.
fn marks(page: &str) -> Vec<Vec<(String, String)>> {
    let figures = page.split("<figure").skip(1);
    let attribute = |mark: &str, name: &str| mark.split_once(name)?.1.split('"').next().map(str::to_owned);
    let of = |figure: &str| {
        let marks = figure.split("<circle class=\"mark\"").skip(1);
        marks.map(|mark| (attribute(mark, "cx=\"").unwrap(), attribute(mark, "cy=\"").unwrap())).collect()
    };
    figures.map(of).collect()
}

#[test]
fn no_mark_hides_another() {
    let page = page(&[
        ("10.1.0.1", 0, Locus::Path, &[0]),
        ("10.1.0.2", 0, Locus::Sender, &[0]),
        ("10.1.0.3", 0, Locus::Path, &[0]),
        ("10.3.0.2", 3, Locus::Target, &[0]),
        ("10.1.0.9", 3, Locus::Path, &[0]),
    ]);
    let marks = marks(&page).remove(0);
    assert_eq!(marks.len(), 5);
    assert_eq!(marks.iter().collect::<BTreeSet<_>>().len(), 5, "{marks:?}");
}

#[test]
fn each_place_of_capture_has_its_own_path() {
    let page = page(&[
        ("10.3.0.2", 3, Locus::Target, &[0]),
        ("10.2.0.2", 1, Locus::Path, &[0]),
        ("10.3.0.2", 0, Locus::Target, &[1]),
        ("10.2.0.2", 2, Locus::Path, &[1]),
    ]);
    assert_eq!(marks(&page).len(), 2);
    for told in ["from client.pcap: 3 hops away", "from server.pcap: beside the capture"] {
        assert!(page.contains(told), "{told}");
    }
}

#[test]
fn files_that_agree_are_one_place() {
    let page = page(&[
        ("10.3.0.2", 3, Locus::Target, &[0]),
        ("10.2.0.2", 1, Locus::Path, &[0, 1]),
        ("10.3.0.2", 3, Locus::Target, &[1]),
    ]);
    assert_eq!(marks(&page).len(), 1);
    assert!(!page.contains("from client.pcap"));
}

#[test]
fn what_is_said_beyond_the_target_is_drawn_beyond_it() {
    let page = page(&[("10.3.0.2", 1, Locus::Target, &[0]), ("10.3.0.2", 4, Locus::Unknown, &[0])]);
    let (_, rest) = page.split_once("<circle class=\"target\" cx=\"").unwrap();
    let target = rest.split('%').next().unwrap().parse::<f64>().unwrap();
    let marks = marks(&page).remove(0);
    let x = |mark: usize| marks[mark].0.trim_end_matches('%').parse::<f64>().unwrap();
    assert!((x(0) - target).abs() < 0.01 && x(1) > target, "{target}: {marks:?}");
    assert!(page.contains("<line class=\"unknown\""));
}
