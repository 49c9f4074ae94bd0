//! Text tables: they fit, they fold, they are coloured only where asked.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;
use unreach::incident::{Attributed, Label, Labels, Locus, WAYS};
use unreach::report::parties::endpoint;
use unreach::report::{Format, Incidents, Style, Table, TableName, Tallies};

use super::sample::{Sample, address};

fn text(sample: &Sample, table: TableName, width: usize) -> String {
    sample.write(Format::Table, table, Style { width, ..Style::default() })
}

#[test]
fn no_line_of_a_table_is_wider_than_the_screen() {
    let sample = Sample::new();
    for table in TableName::ALL {
        for width in [40, 60, 80, 81, 99, 100, 101, 120, 160, 200, 400] {
            for line in text(&sample, table, width).lines().filter(|line| !line.starts_with("not shown")) {
                assert!(line.width() <= width, "{} > {width}: {line}", line.width());
            }
        }
    }
}

/// So many rows that two threads make them, over several days.
#[test]
fn two_threads_make_the_same_lines() {
    const MINUTE: i64 = 60_000_000_000;
    let mut sample = Sample::new();
    let some = std::mem::take(&mut sample.findings.incidents);
    let many = some.iter().cycle().zip(0..5000).map(|(incident, minute)| {
        let mut incident = incident.clone();
        incident.first_seen.0 += minute * MINUTE;
        incident.messages += minute.unsigned_abs();
        incident
    });
    sample.findings.incidents = many.collect();
    // Where only the first are shown, each time has its date, and no day a line.
    for (width, top, has_days) in [(80, None, true), (200, None, true), (200, Some(2049), false)] {
        sample.view.top = top;
        let write =
            |threads| sample.write(Format::Table, TableName::Incidents, Style { width, threads, ..Style::default() });
        let (one, two) = (write(1), write(2));
        let days = one.lines().filter(|line| line.ends_with(" UTC")).count();
        assert_eq!(days >= 4, has_days, "{width} {top:?}: {days}");
        assert!(one.lines().count() > 2048, "{width} {top:?}");
        assert!(one == two, "{width} {top:?}");
    }
}

#[test]
fn at_80_columns_the_essentials_are_there() {
    let text = text(&Sample::new(), TableName::Incidents, 80);
    let row = text.lines().find(|line| line.contains("network-filter")).unwrap();
    for essential in ["14:32:37", "10.3.0.2", "53/udp", "97 %", "10.2.0.2 (2)", "3f9a"] {
        assert!(row.contains(essential), "{essential} in {row}");
    }
}

#[test]
fn on_a_wide_screen_nothing_is_cut() {
    let text = text(&Sample::new(), TableName::Incidents, 240);
    assert!(!text.contains('…'), "{text}");
    assert!(text.contains("2001:db8:3333:4444:5555:6666:7777:8888  7000,9000-9002,+3/udp"), "{text}");
    assert!(text.contains("domain   rate-limited, nat"), "{text}");
    assert!(text.contains("host-firewall 52 % or network-filter 48 %"), "{text}");
}

#[test]
fn ports_are_left_out_and_never_cut() {
    let mut sample = Sample::new();
    sample.findings.incidents.retain(|incident| incident.target_ports.len() == 7);
    let shown = |sample: &Sample, width: usize| {
        let text = text(sample, TableName::Incidents, width);
        text.split_whitespace().find(|word| word.contains("/udp")).map(str::to_owned)
    };
    let forms = ["7000,9000-9002,+3/udp", "7000,+6/udp", "+7/udp"];
    for width in 40..=200 {
        let shown = shown(&sample, width).unwrap();
        assert!(forms.contains(&shown.as_str()), "{width}: {shown}");
    }
    assert_eq!(shown(&sample, 50).as_deref(), Some(forms[1]));
    assert_eq!(shown(&sample, 200).as_deref(), Some(forms[0]));
    sample.findings.incidents[0].target_ports = (7000..7030).chain([7050]).collect();
    let forms = ["7000-7029,7050/udp", "7000-7029,+1/udp", "7000,+30/udp", "+31/udp"];
    let all: BTreeSet<String> = (40..=200).filter_map(|width| shown(&sample, width)).collect();
    assert!(all.iter().all(|shown| forms.contains(&shown.as_str())) && all.contains(forms[2]), "{all:?}");
    sample.findings.incidents[0].target_ports = vec![50_000];
    sample.findings.incidents[0].protocol = Some(136);
    for width in 40..=200 {
        let shown = shown(&sample, width).unwrap();
        assert!(["50000/udplite", "…/udplite"].contains(&shown.as_str()), "{width}: {shown}");
    }
}

/// A line about an incident stays a line, however many ports were asked for.
#[test]
fn of_many_ports_a_line_names_the_first() {
    let sample = Sample::new();
    let mut incident = sample.findings.incidents.iter().find(|one| one.target_ports.len() == 7).unwrap().clone();
    assert!(endpoint(&incident).ends_with("]:7000,9000-9002,+3/udp"), "{}", endpoint(&incident));
    incident.target_ports = vec![9, 53];
    assert!(endpoint(&incident).ends_with("]:9,53/udp"), "{}", endpoint(&incident));
}

#[test]
fn lists_are_cut_between_their_items() {
    let mut sample = Sample::new();
    sample.view.table = TableName::Incidents;
    let position = |name: &str| Incidents::COLUMNS.iter().position(|column| column.heading.name == name).unwrap();
    sample.view.columns = ["target_ports", "candidates", "next_step"].map(position).to_vec();
    for width in 50..=90 {
        for line in text(&sample, TableName::Incidents, width).lines() {
            let cells = line.split("  ").flat_map(|cell| cell.split(' ')).filter(|cell| cell.contains('…'));
            for cell in cells {
                let before = cell.chars().rev().nth(1).unwrap_or(' ');
                assert!(!before.is_ascii_digit(), "{width}: {cell} in {line}");
            }
        }
    }
}

/// A part of a number is another number: the frame goes as a whole, and so does what there is no room for of a list of devices.
#[test]
fn what_is_matched_and_refused_is_told_in_whole_words() {
    let sample = Sample::new();
    let mut tallies = Tallies::of(&sample.findings, &sample.selection, None);
    tallies.devices[0].refuses =
        ["udp/443 admin-prohibited to 12 targets", "tcp/22 port-unreachable to 1 target"].map(str::to_owned).to_vec();
    let devices = |width: usize, tallies: &Tallies| {
        let mut out = Vec::new();
        let style = Style { width, ..Style::default() };
        Format::Table.write(TableName::Devices, &sample.report(tallies), style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let forms = [
        "udp/443 admin-prohibited to 12 targets; tcp/22 port-unreachable to 1 target",
        "udp/443 admin-prohibited; tcp/22 port-unreachable",
        "udp/443 admin-prohibited, +1",
    ];
    let (mut matched, mut refused) = (BTreeSet::new(), BTreeSet::new());
    for width in 60..=200 {
        let messages = text(&sample, TableName::Messages, width);
        matched.extend(messages.split_whitespace().filter(|word| word.starts_with("exact")).map(str::to_owned));
        refused.extend(
            devices(width, &tallies)
                .lines()
                .filter_map(|line| line.find("udp/443").map(|start| line[start..].to_owned())),
        );
    }
    assert!(matched.iter().all(|word| word == "exact"), "{matched:?}");
    let shown = |form: &str| refused.iter().any(|cell| cell.starts_with(form));
    assert!(forms.into_iter().all(shown), "{refused:?}");
    tallies.devices[0].refuses = (1..=WAYS).map(|port| format!("udp/{port} admin-prohibited to 1 target")).collect();
    let shown = |width: usize| devices(width, &tallies).contains("udp/1 admin-prohibited, +11 or more");
    assert!((80..=200).any(shown), "as many as are listed");
}

/// Files differ at their ends, and behind their common ending they do not differ.
#[test]
fn names_of_files_lose_what_does_not_tell_them_apart_first() {
    let mut sample = Sample::new();
    for (input, name) in
        sample.inputs.iter_mut().zip(["night/long_name_of_ring_00012.pcap", "night/long_name_of_ring_00013.pcap"])
    {
        input.name = name.to_owned();
    }
    let shown: BTreeSet<String> = (90..=240)
        .flat_map(|width| {
            let text = text(&sample, TableName::Messages, width);
            text.split_whitespace().filter(|word| word.contains("001")).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert!(shown.contains("long_name_of_ring_00012.pcap") && shown.contains("long_name_of_ring_00013…"), "{shown:?}");
    assert!(shown.iter().any(|name| name.starts_with('…') && name.ends_with("_00012…")), "{shown:?}");
    let is_told = |name: &String| ["2", "2…", "2.pcap", "3", "3…", "3.pcap"].iter().any(|end| name.ends_with(end));
    assert!(shown.iter().all(is_told), "{shown:?}");
    for (input, name) in
        sample.inputs.iter_mut().zip(["run/closed_by_rule/client.pcap", "run/open_for_some/client.pcap"])
    {
        input.name = name.to_owned();
    }
    let mut texts = (90..=240).map(|width| text(&sample, TableName::Messages, width));
    let ends = |text: &str, name: &str| text.lines().any(|line| line.ends_with(name));
    assert!(texts.any(|text| ends(&text, " closed_by_rule…") && ends(&text, " open_for_some…")));
    // Characters whose first bytes, or whose last ones, are the same: C3 A9, C3 BC and D0 A9.
    for others in ["nächte/morgens_ü.pcap", "nächte/morgens_Щ.pcap", "nächte/é.pcap"] {
        for (input, name) in sample.inputs.iter_mut().zip(["nächte/morgens_é.pcap", others]) {
            input.name = name.to_owned();
        }
        let is_shown = |form: &str| (90..=240).any(|width| ends(&text(&sample, TableName::Messages, width), form));
        assert!(is_shown(" morgens_é.pcap"), "without the folder");
        assert!(is_shown(" morgens_é…"), "without the ending");
    }
}

/// Part of a time is another time: what is cut of more than its fraction is marked.
#[test]
fn times_that_are_cut_say_so() {
    let mut sample = Sample::new();
    sample.view.table = TableName::Incidents;
    let position = |name: &str| Incidents::COLUMNS.iter().position(|column| column.heading.name == name).unwrap();
    sample.view.columns = ["first_seen", "last_seen"].map(position).to_vec();
    let mut marked = 0;
    for width in 9..=60 {
        for line in text(&sample, TableName::Incidents, width).lines().skip(1).filter(|line| line.starts_with("20")) {
            let is_whole = line.split("2026-").skip(1).all(|time| time.trim_end().len() >= "11-22 14:32:37".len());
            marked += usize::from(line.contains('…'));
            assert!(is_whole || line.contains('…'), "{width}: {line}");
        }
    }
    assert!(marked > 0);
}

/// Times of one row are to be compared.
#[test]
fn first_and_last_have_as_many_digits() {
    let sample = Sample::new();
    for width in 80..=200 {
        let text = text(&sample, TableName::Groups, width);
        for line in text.lines().skip(1) {
            let lengths: BTreeSet<usize> =
                line.split_whitespace().filter(|word| word.starts_with("14:")).map(str::len).collect();
            assert!(lengths.len() <= 1, "{width}: {line}");
        }
    }
}

#[test]
fn a_date_stands_before_the_rows_of_its_day() {
    let text = text(&Sample::new(), TableName::Incidents, 120);
    let lines: Vec<_> = text.lines().collect();
    let day = |day: &str| lines.iter().position(|line| line.trim_end_matches(" UTC") == day).unwrap();
    assert!(day("2026-11-22") < day("2026-11-23"));
}

#[test]
fn on_a_narrow_screen_the_only_sender_is_named_once() {
    let mut sample = Sample::new();
    assert!(!text(&sample, TableName::Incidents, 80).contains("10.1.0.2"));
    sample.findings.incidents.iter_mut().for_each(|incident| incident.sender = Some(address("10.1.0.2")));
    let narrow = text(&sample, TableName::Incidents, 80);
    assert!(narrow.starts_with("All packets were sent by 10.1.0.2.\n"), "{narrow}");
    assert_eq!(narrow.matches("10.1.0.2").count(), 1, "{narrow}");
    assert_eq!(text(&sample, TableName::Incidents, 200).matches("10.1.0.2").count(), 3);
}

#[test]
fn where_only_the_attribution_is_certain_it_is_shown() {
    let text = text(&Sample::new(), TableName::Incidents, 200);
    let row = text.lines().find(|line| line.contains("77aa")).unwrap();
    assert!(row.contains("filtering-device") && row.contains("99 %"), "{row}");
}

#[test]
fn traces_and_late_replies_are_folded_unless_included() {
    let mut sample = Sample::new();
    let folded = text(&sample, TableName::Incidents, 120);
    assert!(folded.contains("not shown: 12 traceroute ends in 1 incident (--include traceroute)"), "{folded}");
    assert!(folded.contains("not shown: 1 late reply in 1 incident (--include late-reply)"), "{folded}");
    assert!(!folded.contains(" 8888"), "{folded}");
    sample.selection.unfolded = true;
    assert!(!text(&sample, TableName::Incidents, 120).contains("not shown"));
    let mut wanted = Labels::default();
    wanted.insert(Label::Traceroute);
    sample.selection.unfolded = false;
    sample.selection.include = wanted;
    let included = text(&sample, TableName::Incidents, 120);
    assert!(included.contains("8888") && included.contains("not shown: 4 incidents that the options leave out"));
}

#[test]
fn ids_are_as_long_as_it_takes_to_tell_them_apart() {
    let mut sample = Sample::new();
    sample.findings.incidents[1].id = "3f9a6c02".to_owned();
    let text = text(&sample, TableName::Incidents, 200);
    assert!(text.contains("3f9a6c01 ") && text.contains("3f9a6c02 "), "{text}");
}

#[test]
fn colour_is_there_only_where_asked() {
    let sample = Sample::new();
    let coloured =
        sample.write(Format::Table, TableName::Incidents, Style { width: 120, colour: true, ..Style::default() });
    assert!(coloured.contains("\u{1b}[31mnetwork-filter"), "{coloured:?}");
    assert!(!text(&sample, TableName::Incidents, 120).contains('\u{1b}'));
}

#[test]
fn nothing_found_is_said_in_words() {
    for table in TableName::ALL {
        assert!(text(&Sample::empty(), table, 80).starts_with("No "));
    }
}

#[test]
fn a_target_that_answers_for_itself_is_not_repeated() {
    let mut sample = Sample::new();
    sample.findings.incidents[1].target = Some(address("10.9.9.9"));
    sample.findings.incidents[1].reporter = address("10.9.9.9");
    sample.findings.incidents[1].reporter_hops = Some(3);
    let text = text(&sample, TableName::Incidents, 160);
    assert_eq!(text.matches("10.9.9.9").count(), 1, "{text}");
    assert!(text.contains("target (3)"), "{text}");
}

#[test]
fn a_filter_that_speaks_for_the_target_is_told_from_the_target() {
    let mut sample = Sample::new();
    sample.findings.incidents[0].reporter = address("10.3.0.2");
    assert!(text(&sample, TableName::Incidents, 160).contains("as target (2)"));
    sample.findings.incidents[0].locus = Locus::Unknown;
    assert!(text(&sample, TableName::Incidents, 160).contains("target? (2)"), "nor is it taken for the target");
}

#[test]
fn only_the_copy_of_a_message_is_called_one() {
    let mut sample = Sample::new();
    sample.findings.incidents[0].labels.insert(Label::Duplicate);
    let messages: Vec<_> = sample.findings.messages.iter().filter(|message| message.incident == 0).collect();
    assert_eq!(messages.len(), 2);
    let copied = messages.into_iter().zip([Labels::default(), sample.findings.incidents[0].labels]);
    sample.findings.messages = copied.map(|(message, labels)| Attributed { labels, ..message }).collect();
    let text = text(&sample, TableName::Messages, 400);
    assert_eq!((text.matches("rate-limited").count(), text.matches("duplicate").count()), (2, 1), "{text}");
}
