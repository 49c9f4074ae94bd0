//! Everything from a file's bytes to every table in every format.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use unreach::analyzer::{Analyzer, Config, Totals};
use unreach::capture::blocks::Blocks;
use unreach::frame::InputId;
use unreach::incident::Findings;
use unreach::naming::Naming;
use unreach::report::{Format, GroupBy, Input, Report, Selection, Style, TableName, Tallies, View};

/// Frames after which a capture is left: compressed ones can hold millions.
const FRAMES: u64 = 20_000;

/// Flows remembered: few, so that forgetting them is tried as well.
const FLOWS: usize = 64;

/// Every table in these formats; the page, which is about all of them, once.
fn reports(findings: &Findings, totals: &Totals, formats: &[Format]) -> Vec<u8> {
    let inputs = [Input { name: "fuzz".to_owned(), format: "pcap".to_owned(), ..Input::default() }];
    let (selection, naming) = (Selection::default(), Naming::default());
    let tallies = Tallies::of(findings, &selection, Some(GroupBy::default()));
    let report = Report {
        findings,
        totals,
        inputs: &inputs,
        warnings: &totals.remarks,
        naming: &naming,
        selection: &selection,
        tallies: &tallies,
        view: &View::default(),
    };
    let mut written = Vec::new();
    for &format in formats {
        let tables = if format == Format::Html { TableName::ALL.split_at(1).0 } else { &TableName::ALL };
        for &table in tables {
            format.write(table, &report, Style::default(), &mut written).expect("memory can be written");
        }
    }
    assert!(std::str::from_utf8(&written).is_ok());
    written
}

fuzz_target!(|data: &[u8]| {
    let Ok(mut blocks) = Blocks::open(Box::new(Cursor::new(data.to_vec())), InputId(0)) else { return };
    let mut analyzer = Analyzer::new(Config { max_flows: FLOWS, ..Config::default() });
    let mut batched = Analyzer::new(Config { max_flows: FLOWS, ..Config::default() });
    let mut batch = batched.batch(32);
    let mut frames = 0;
    while frames < FRAMES && matches!(blocks.advance(), Ok(true)) {
        for frame in blocks.frames() {
            frames += 1;
            analyzer.push(&frame);
            batch.add(&frame);
            if !batch.has_room() {
                batched.push_batch(&mut batch);
                batch.clear();
            }
        }
    }
    batched.push_batch(&mut batch);
    let ((findings, totals), (others, other_totals)) = (analyzer.finish(), batched.finish());
    reports(&findings, &totals, &Format::PRINTED);
    // One format shows whether there is a difference.
    let same = reports(&findings, &totals, &[Format::Json]) == reports(&others, &other_totals, &[Format::Json]);
    assert!(same, "frames in batches come to the same");
});
