//! What the page says, and what it makes of text that means harm.

use std::collections::BTreeSet;

use unreach::frame::InputId;
use unreach::incident::{Attributed, NextStep};
use unreach::naming::Hosts;
use unreach::report::{Format, Input, TableName};
use unreach::unreachable::FrameRef;
use unreach::verdict::Attribution;

use crate::report::sample::Sample;

/// Markup, attributes, and characters that turn text around.
pub(super) const HARM: &str =
    "<script>alert(1)</script>\"' onload=alert(2) x='\u{202e}cod.exe\u{2066}\u{1b}[31m&lt;{{ 7*7 }}";

pub(super) fn html(sample: &Sample) -> String {
    sample.plain(Format::Html, TableName::Incidents)
}

/// Findings in which everything that comes from outside means harm.
pub(super) fn harmful() -> Sample {
    let mut sample = Sample::new();
    sample.inputs = (0..3)
        .map(|_| Input {
            name: HARM.to_owned(),
            format: HARM.to_owned(),
            link_types: vec![HARM.to_owned()],
            ..Input::default()
        })
        .collect();
    sample.warnings = vec![HARM.to_owned()];
    for incident in &mut sample.findings.incidents {
        incident.next_step = NextStep::told(HARM.to_owned(), HARM.to_owned());
        incident.inputs = vec![InputId(0), InputId(1)];
    }
    sample.naming.listed = Some(Hosts::parse("10.2.0.2 <script>alert(3)</script>\u{202e}'\"onload=alert(4)"));
    sample
}

/// The values of an attribute, wherever it stands.
fn values<'a>(page: &'a str, attribute: &str) -> BTreeSet<&'a str> {
    let begin = format!(" {attribute}=\"");
    page.split(begin.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_incident_has_its_section() {
    let sample = Sample::new();
    let page = html(&sample);
    for incident in &sample.findings.incidents {
        assert!(page.contains(&format!("id=\"i-{}\"", incident.id)), "{}", incident.id);
    }
    for told in
        ["10.3.0.2:53/udp", "97 % sure", "Ask whoever runs 10.2.0.2", "frame.number in {12, 15}", "rate-limited"]
    {
        assert!(page.contains(told), "{told}");
    }
    assert!(page.contains("10.2.0.1<br>10.2.0.2") && page.contains("udp/53 admin-prohibited to 1 target"), "devices");
}

#[test]
fn what_only_an_attribution_is_certain_of_has_that_name_everywhere() {
    let mut sample = Sample::new();
    let verdict = &mut sample.findings.incidents[0].verdict;
    verdict.cause = None;
    assert!(verdict.is_attribution_only());
    sample.selection.targets = vec!["10.3.0.2/32".parse().unwrap()];
    sample.view.top = Some(1);
    let page = html(&sample);
    assert!(page.contains(": 1 filtering-device.") && page.contains("(filtering-device, 4 messages)"), "head, paths");
    assert!(page.matches("filtering-device").count() > 5 && !page.contains(">undetermined<"), "timeline, matrix");
    sample.findings.incidents[0].verdict.attribution = Attribution::Undetermined;
    assert!(html(&sample).contains("Attribution: undetermined, the likeliest 99 %."));
}

#[test]
fn what_is_harmless_is_not_counted_among_the_refusals() {
    let page = html(&Sample::new());
    assert!(page.contains("Harmless as a rule: 12 traceroute ends and 1 late reply."), "{page}");
}

#[test]
fn links_lead_to_places_on_the_page() {
    let page = html(&Sample::new());
    let ids = values(&page, "id");
    let links = values(&page, "href");
    assert!(links.len() > 8, "{links:?}");
    let lost: Vec<_> = links
        .into_iter()
        .filter(|link| *link != "data:," && !link.strip_prefix('#').is_some_and(|id| ids.contains(id)))
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn no_id_is_given_twice() {
    let page = html(&Sample::new());
    let given = page.matches(" id=\"").count();
    assert_eq!(values(&page, "id").len(), given);
}

#[test]
fn it_needs_nothing_from_elsewhere() {
    let page = html(&Sample::new());
    for foreign in ["<script", "http://", "https://", "src=", "url(", "@import", "<link rel=\"stylesheet"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn harm_is_shown_and_does_nothing() {
    let page = html(&harmful());
    assert!(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"), "it is shown");
    assert!(!page.contains("<script"), "markup");
    for character in ['\u{202e}', '\u{2066}', '\u{1b}'] {
        assert!(!page.contains(character), "{character:?}");
    }
    // Within the page's own tags there is no quote from outside to end an attribute.
    assert!(!page.contains("\"' onload"), "attribute");
    assert!(page.contains("{{ 7*7 }}"), "templates are not filled in twice");
}

/// Where a message and its packet are of two inputs, a number alone could be of either.
#[test]
fn a_file_is_named_once_for_frames_of_it_that_follow_each_other() {
    let mut sample = Sample::new();
    sample.inputs[1].name = "other.pcap".to_owned();
    let frame = |(input, number)| FrameRef { input: InputId(input), number };
    let told = [((1, 2), (0, 2)), ((0, 4), (0, 3)), ((1, 6), (1, 5)), ((1, 8), (1, 7)), ((1, 9), (0, 8))];
    sample.findings.incidents[0].frames = told.map(|(own, _)| frame(own)).to_vec();
    let retold = |(mut attributed, (own, about)): (Attributed, _)| {
        (attributed.message.frame, attributed.incident) = (frame(own), 0);
        attributed.message.correlation.original = Some(frame(about));
        attributed
    };
    sample.findings.messages = sample.findings.messages.iter().step_by(2).zip(told).map(retold).collect();
    let page = html(&sample);
    let list = "other.pcap 2 about client.pcap 2 (exact); client.pcap 4 about 3 (exact); \
                other.pcap 6 about 5 (exact); 8 about 7 (exact); other.pcap 9 about client.pcap 8 (exact)";
    assert!(page.contains(&format!("<h4>Frames</h4>\n<p>{list}</p>")), "{page}");
}

#[test]
fn nothing_found_is_a_page_too() {
    let page = html(&Sample::empty());
    assert!(page.contains("No packet was answered"));
    assert!(page.trim_end().ends_with("</html>"));
}

#[test]
fn what_the_options_leave_out_is_said() {
    let mut sample = Sample::new();
    sample.selection.least_confidence = 0.995;
    let page = html(&sample);
    assert!(page.contains("incidents that the options leave out"));
    assert!(!page.contains("i-77aa000000000001"));
}

#[test]
fn only_so_many_as_were_asked_for_are_told_and_drawn() {
    let mut sample = Sample::new();
    let column = TableName::Incidents.headings().iter().position(|heading| heading.name == "messages").unwrap();
    sample.view.top = Some(1);
    sample.view.sort = Some(unreach::report::Sort { column, descending: true });
    let page = html(&sample);
    assert_eq!(page.matches("<article").count(), 1);
    assert!(
        page.contains("id=\"i-8888888888888888\"") && page.contains(">Harmless as a rule: 12 traceroute ends.<"),
        "the one with most messages"
    );
    let (head, _) = page.split_once("</header>").unwrap();
    assert!(head.contains("Not on this page: 4 incidents that the options leave out."), "before anything else");
    sample.view.top = Some(4);
    assert!(html(&sample).contains("Not on this page: 1 incident that the options leave out."));
    assert!(!page.contains("10.3.0.2:53/udp"), "nor in the pictures");
}

#[test]
fn an_order_that_was_asked_for_is_that_of_the_page() {
    let mut sample = Sample::new();
    let places = |sample: &Sample| {
        let page = html(sample);
        sample
            .findings
            .incidents
            .iter()
            .map(|one| page.find(&format!("id=\"i-{}\"", one.id)).unwrap())
            .collect::<Vec<_>>()
    };
    let before = places(&sample);
    assert!(before[0] < before[1]);
    let column = TableName::Incidents.headings().iter().position(|heading| heading.name == "ip_version").unwrap();
    sample.view.sort = Some(unreach::report::Sort { column, descending: true });
    let after = places(&sample);
    assert!(after[1] < after[0] && after[0] < after[2], "{after:?}");
}
