//! The reasoning behind one incident: what was said, what spoke for which cause, and what to do.

use std::io::{self, Write};

use super::prose::paragraph;
use crate::cli::session::Gathered;
use crate::incident::{Finding, Incident};
use crate::report::account::{self, Exhibits, weights};
use crate::report::vocabulary::told;
use crate::report::{Cell, Names, printable};
use crate::unreachable::FrameRef;
use crate::verdict::Outcome;

/// Writes everything that is known of an incident.
pub(super) fn write(incident: &Incident, gathered: &Gathered, out: &mut dyn Write) -> io::Result<()> {
    let names = Names::of_inputs(&gathered.inputs);
    write_story(incident, out)?;
    write_verdict(incident, out)?;
    write_evidence(&incident.evidence, out)?;
    write_labels(incident, out)?;
    write_frames(incident, gathered, names, out)?;
    let (advice, command) = incident.next_step();
    if !(advice.is_empty() && command.is_empty()) {
        writeln!(out, "\nNext step")?;
        paragraph(out, "  ", &printable(&advice))?;
        // Not broken into lines: it is to be copied.
        writeln!(out, "  {}", printable(&command))?;
    }
    Ok(())
}

/// What happened.
fn write_story(incident: &Incident, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Incident {}", incident.id)?;
    paragraph(out, "  ", &account::story(incident, |time| Cell::Time(time).to_text()))?;
    paragraph(out, "  ", &account::saying(incident))?;
    if let Some(delay) = incident.delay_median {
        paragraph(
            out,
            "  ",
            &format!("It came {} ms after the packet (median).", Cell::milliseconds(Some(delay)).to_text()),
        )?;
    }
    Ok(())
}

fn write_verdict(incident: &Incident, out: &mut dyn Write) -> io::Result<()> {
    let verdict = &incident.verdict;
    // As the tables name it: where only the attribution is certain, that is the verdict.
    let outcome = verdict.outcome();
    let sure = percent(verdict.certainty());
    let how_sure = match (outcome, verdict.candidates.first()) {
        (Outcome::Attribution(_), _) => format!(", {sure}; which of its causes is undetermined"),
        (Outcome::Cause(None), Some((best, _))) => format!("; likeliest is {}, {sure}", best.name()),
        _ => format!(", {sure}"),
    };
    writeln!(out, "\nVerdict: {}{how_sure}", outcome.name())?;
    paragraph(out, "  ", told(outcome))?;
    let (attribution, probability) = (account::attribution(verdict), percent(verdict.attribution_confidence));
    writeln!(out, "  attribution {attribution} {probability}; spoken at: {}", incident.locus.name())?;
    writeln!(out, "  candidates")?;
    for (cause, probability) in verdict.candidates.iter().filter(|(_, probability)| *probability >= 0.001) {
        writeln!(out, "    {:20} {:>7}", cause.name(), percent(*probability))?;
    }
    Ok(())
}

/// With a digit more than tables have, and as these never rounded up to a certainty.
fn percent(probability: f64) -> String {
    if probability >= 0.9995 { ">99.9 %".to_owned() } else { format!("{:.1} %", probability * 100.0) }
}

fn write_evidence(evidence: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    if evidence.is_empty() {
        return writeln!(out, "\nEvidence: none beyond the code and who sent it");
    }
    writeln!(out)?;
    paragraph(out, "", "Evidence, strongest first (weights in decibans: 10 makes a cause ten times as likely)")?;
    for finding in evidence {
        writeln!(out, "  {}={}", finding.signal, finding.reading)?;
        let Some((signal, reading)) = finding.explained() else { continue };
        paragraph(out, "    ", signal.question)?;
        paragraph(out, "    ", reading.meaning)?;
        paragraph(out, "    ", &weights(reading.weights))?;
    }
    Ok(())
}

fn write_labels(incident: &Incident, out: &mut dyn Write) -> io::Result<()> {
    for (position, label) in incident.labels.iter().enumerate() {
        if position == 0 {
            writeln!(out, "\nLabels")?;
        }
        paragraph(out, "  ", &format!("{}: {}", label.name(), label.entry().explanation))?;
    }
    Ok(())
}

/// The sampled frames, each with the frame of the packet that it is about, and how to show them all in Wireshark.
fn write_frames(incident: &Incident, gathered: &Gathered, names: Names<'_>, out: &mut dyn Write) -> io::Result<()> {
    // Not all of many messages are named.
    let of_all = if (incident.frames.len() as u64) < incident.messages {
        format!(" of {} of the {} messages", incident.frames.len(), incident.messages)
    } else {
        String::new()
    };
    writeln!(out, "\nFrames{of_all}")?;
    let exhibits = Exhibits::of(&[incident], &gathered.findings);
    for &frame in &incident.frames {
        let found = exhibits.message(frame);
        let about = match (found, found.and_then(|message| message.correlation.original)) {
            (Some(message), Some(original)) => {
                let is_beside = original.input == frame.input;
                let place = if is_beside { format!("frame {}", original.number) } else { place(original, names) };
                format!(" about {place} ({})", message.correlation.matched.name())
            }
            (Some(_), None) => " about a packet that the capture does not hold".to_owned(),
            (None, _) => String::new(),
        };
        writeln!(out, "  {}{about}", place(frame, names))?;
    }
    for (input, filter) in exhibits.display_filters(incident, usize::MAX) {
        writeln!(out, "  in Wireshark, {}: {filter}", printable(names.of(input)))?;
    }
    Ok(())
}

fn place(frame: FrameRef, names: Names<'_>) -> String {
    format!("{} frame {}", printable(names.of(frame.input)), frame.number)
}
