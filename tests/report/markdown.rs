//! Markdown: one table, and nothing in it that is taken for markup.

use unreach::report::{Format, TableName};

use super::sample::Sample;

#[test]
fn every_line_has_the_same_cells() {
    for table in TableName::ALL {
        let text = Sample::new().plain(Format::Md, table);
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        let counts: Vec<_> = text.lines().map(cells).collect();
        assert!(counts.len() > 2 && counts.iter().all(|&count| count == counts[0]), "{text}");
    }
}

#[test]
fn markup_is_escaped() {
    let text = Sample::new().plain(Format::Md, TableName::Messages);
    assert!(text.contains("'=cmd\\|'/c calc'!A1\\\\x1b\\[31m.pcap"), "{text}");
}
