//! What the view shows of incidents, on a terminal in memory.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;

use super::board::Board;
use super::draw::draw;
use super::keys::{Pane, View};
use super::list::Order;
use crate::analyzer::{Analyzer, Config};
use crate::capture::{Options, Timeline};
use crate::incident::{Closed, Findings, Incident};
use crate::verdict::{Attribution, Cause, Verdict};

/// An incident of the laboratory, of a filter one hop away.
fn filtered() -> Incident {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "testdata/lab/netfilter_fwd_r2/client.pcap"].iter().collect();
    let mut timeline = Timeline::open(&[path], &Options::default()).expect("a capture");
    let mut analyzer = Analyzer::new(Config::default());
    while let Some(frames) = timeline.next_frames() {
        frames.for_each(|frame| analyzer.push(&frame));
    }
    analyzer.finish().0.incidents.swap_remove(0)
}

/// The lines of a screen so wide that shows these incidents, numbered from 1 on.
fn screen(incidents: Vec<Incident>, width: u16, view: &mut View) -> Vec<String> {
    let mut board = Board::default();
    let cases = (1..).take(incidents.len()).map(|number| std::iter::once(number).collect()).collect();
    board.closed(&Closed { cases, findings: Findings { incidents, ..Findings::default() } });
    let mut terminal = Terminal::new(TestBackend::new(width, 40)).expect("a terminal");
    terminal.draw(|frame| draw(frame, &board, view)).expect("drawn");
    let buffer = terminal.backend().buffer();
    let cells: Vec<&str> = buffer.content().iter().map(Cell::symbol).collect();
    cells.chunks(usize::from(width)).map(|line| line.concat().trim_end().to_owned()).collect()
}

fn row<'a>(lines: &'a [String], word: &str) -> &'a str {
    lines.iter().find(|line| line.contains(word)).unwrap_or_else(|| panic!("{word} in {lines:#?}"))
}

/// The verdict that it was a filter, but not whose.
fn of_some_filter(sure: f64) -> Verdict {
    Verdict {
        cause: None,
        confidence: 0.52,
        attribution: Attribution::FilteringDevice,
        attribution_confidence: sure,
        candidates: vec![(Cause::HostFirewall, 0.52), (Cause::NetworkFilter, sure - 0.52)],
    }
}

#[test]
fn verdicts_are_told_as_in_tables_and_sorted_by_that() {
    let of = |id: &str, verdict: Verdict| Incident { id: id.to_owned(), verdict, ..filtered() };
    let unsure = of_some_filter(0.9);
    let undetermined = Verdict { attribution: Attribution::Undetermined, ..unsure.clone() };
    let all = vec![of("a", undetermined), of("b", unsure), of("c", of_some_filter(0.997)), filtered()];
    let mut view = View { order: Order::Cause, ..View::new(false) };
    let lines = screen(all.clone(), 120, &mut view);
    assert_eq!(view.listed, [3, 2, 1, 4], "{lines:#?}");
    let shown: Vec<&String> = lines.iter().filter(|line| line.contains(" 10.12.0.2 ")).collect();
    let told = ["filtering-device", "filtering-device", "host-firewall?", "network-filter"];
    for ((line, cause), sure) in shown.iter().zip(told).zip([" >99 %", " 90 %", " 52 %", " 99 %"]) {
        assert!(line.contains(cause) && line.contains(sure), "{cause} {sure}: {line}");
    }
    let lines = screen(all, 120, &mut View { pane: Pane::Devices, ..View::new(false) });
    assert!(row(&lines, "10.12.0.2").contains("filtering-device 2, host-firewall? 1, network-filter 1"), "{lines:#?}");
}

/// The ports and the protocol stand as in the tables, and are found by what is shown.
#[test]
fn ports_are_shown_as_in_the_tables() {
    let several = Incident { target_ports: vec![53, 9000, 9001], ..filtered() };
    for (words, count) in [("53,+2/udp", 1), ("9000", 1), ("udp/53", 0)] {
        let mut view = View { words: words.to_owned(), ..View::new(false) };
        let lines = screen(vec![several.clone()], 120, &mut view);
        assert_eq!(view.listed.len(), count, "{lines:#?}");
        assert_eq!(lines.iter().any(|line| line.contains(" 53,+2/udp ")), count > 0, "{lines:#?}");
    }
}

#[test]
fn those_that_are_too_many_are_called_so() {
    let reporter = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let many = Incident { target: None, is_collective: true, target_ports: Vec::new(), reporter, ..filtered() };
    let lines = screen(vec![many.clone()], 120, &mut View::new(false));
    let shown = row(&lines, "network-filter");
    assert!(shown.contains("many udp ") && shown.matches("many").count() == 2, "{shown}");
    // And found by the word that is shown.
    for (words, count) in [("many", 1), ("many udp", 1), ("network-filter?", 0)] {
        let mut view = View { words: words.to_owned(), ..View::new(false) };
        screen(vec![many.clone()], 120, &mut view);
        assert_eq!(view.listed.len(), count, "{words}");
    }
    let lines = screen(vec![many], 120, &mut View { pane: Pane::Devices, ..View::new(false) });
    assert!(row(&lines, "network-filter").starts_with("many "), "{lines:#?}");
}

#[test]
fn what_goes_on_below_stands_beside_its_name() {
    for width in [60, 100] {
        let lines = screen(vec![filtered()], width, &mut View { pane: Pane::Details(1), ..View::new(false) });
        let (first, last) = (2, lines.len() - 2);
        let body = &lines[first..last];
        assert!(body.iter().any(|line| line.starts_with("             next_step  ")), "{width}: {lines:#?}");
        let continued = body.iter().filter(|line| line.starts_with(&" ".repeat(24))).count();
        assert!(continued > 3, "{width}: {lines:#?}");
        // In the columns of names there are names, which end before the gap.
        for line in body {
            let (name, gap) = (line.get(..22).unwrap_or(line).trim(), line.get(22..24).unwrap_or_default());
            assert!(!name.contains(' ') && gap.trim().is_empty(), "{width}: {line}");
        }
    }
}
