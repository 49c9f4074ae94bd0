//! What the view shows of incidents, on a terminal in memory.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;

use super::board::Board;
use super::draw::draw;
use super::keys::{Pane, View};
use crate::analyzer::{Analyzer, Config};
use crate::capture::{Options, Timeline};
use crate::incident::{Closed, Findings, Incident};

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

#[test]
fn those_that_are_too_many_are_called_so() {
    let reporter = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let many = Incident { target: None, is_collective: true, target_ports: Vec::new(), reporter, ..filtered() };
    let lines = screen(vec![many.clone()], 120, &mut View::new(false));
    let shown = row(&lines, "network-filter");
    assert!(shown.contains("many udp ") && shown.matches("many").count() == 2, "{shown}");
    let lines = screen(vec![many], 120, &mut View { pane: Pane::Devices, ..View::new(false) });
    assert!(row(&lines, "network-filter").starts_with("many "), "{lines:#?}");
}
