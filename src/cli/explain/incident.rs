//! The reasoning behind one incident: what was said, what spoke for which cause, and what to do.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::causes::explanation;
use super::prose::paragraph;
use super::topics::weights;
use crate::cli::session::Gathered;
use crate::decode::protocol;
use crate::evidence::SIGNALS;
use crate::incident::{Finding, Incident};
use crate::report::{Cell, List, Names, printable};
use crate::unreachable::FrameRef;

/// Writes everything that is known of an incident.
pub(super) fn write(incident: &Incident, gathered: &Gathered, out: &mut dyn Write) -> io::Result<()> {
    let names = Names::of_inputs(&gathered.inputs);
    write_story(incident, out)?;
    write_verdict(incident, out)?;
    write_evidence(&incident.evidence, out)?;
    write_labels(incident, out)?;
    write_frames(incident, gathered, names, out)?;
    if !(incident.advice.is_empty() && incident.command.is_empty()) {
        writeln!(out, "\nNext step")?;
        paragraph(out, "  ", &printable(&incident.advice))?;
        // Not broken into lines: it is to be copied.
        writeln!(out, "  {}", printable(&incident.command))?;
    }
    Ok(())
}

/// What happened.
fn write_story(incident: &Incident, out: &mut dyn Write) -> io::Result<()> {
    let protocol = incident.protocol.map_or("packets".into(), protocol::name);
    let ports = Cell::List(List::Ports(&incident.target_ports)).to_text();
    let ports = if ports.is_empty() { String::new() } else { format!(" port {ports}") };
    let target = incident
        .target
        .map_or(if incident.is_collective { "many targets" } else { "an unknown target" }.to_owned(), |target| {
            target.to_string()
        });
    let sender = incident.sender.map_or(format!("{} senders", incident.senders), |sender| sender.to_string());
    let reporter = if incident.reporter.is_unspecified() { "Many".to_owned() } else { incident.reporter.to_string() };
    let hops = match incident.reporter_hops {
        Some(1) => ", 1 hop away,".to_owned(),
        Some(hops) => format!(", {hops} hops away,"),
        None => String::new(),
    };
    writeln!(out, "Incident {}", incident.id)?;
    let story = format!(
        "{reporter}{hops} refused {protocol} of {sender} to {target}{ports}. Messages: {}; packets of these flows in the capture: \
         {}; flows: {}. From {} to {}.",
        incident.messages,
        incident.originals,
        incident.flows,
        Cell::Time(incident.first_seen).to_text(),
        Cell::Time(incident.last_seen).to_text(),
    );
    paragraph(out, "  ", &story)?;
    let code = incident.code;
    let says = code.entry().map_or("No RFC gives this code a meaning.", |entry| entry.explanation);
    let numbers = format!("ICMPv{} type {} code {}", code.version, code.icmp_type, code.icmp_code);
    paragraph(out, "  ", &format!("It said {} ({numbers}). {says}", code.meaning()))?;
    if let Some(delay) = incident.delay_median {
        paragraph(out, "  ", &format!("It took {} ms (median).", Cell::milliseconds(Some(delay)).to_text()))?;
    }
    Ok(())
}

fn write_verdict(incident: &Incident, out: &mut dyn Write) -> io::Result<()> {
    let verdict = &incident.verdict;
    writeln!(out, "\nVerdict: {}", verdict.cause_name())?;
    paragraph(out, "  ", explanation(verdict.cause))?;
    let attribution = verdict.attribution.name();
    let probability = percent(verdict.attribution_confidence);
    writeln!(out, "  attribution {attribution} {probability}; spoken at: {}", incident.locus.name())?;
    writeln!(out, "  candidates")?;
    for (cause, probability) in verdict.candidates.iter().filter(|(_, probability)| *probability >= 0.001) {
        writeln!(out, "    {:20} {:>7}", cause.name(), percent(*probability))?;
    }
    Ok(())
}

fn percent(probability: f64) -> String {
    format!("{:.1} %", probability * 100.0)
}

fn write_evidence(evidence: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    if evidence.is_empty() {
        return writeln!(out, "\nEvidence: none beyond the code and who sent it");
    }
    writeln!(out, "\nEvidence, strongest first (weights in decibans: 10 makes a cause ten times as likely)")?;
    for finding in evidence {
        writeln!(out, "  {}={}", finding.signal, finding.reading)?;
        let Some(signal) = SIGNALS.iter().find(|signal| signal.id == finding.signal) else { continue };
        paragraph(out, "    ", signal.question)?;
        let Some(reading) = signal.readings.iter().find(|reading| reading.name == finding.reading) else { continue };
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
    writeln!(out, "\nFrames")?;
    let mut all = BTreeSet::new();
    for &frame in &incident.frames {
        let found = gathered.findings.messages.iter().find(|attributed| attributed.message.frame == frame);
        let original = found.and_then(|attributed| attributed.message.original);
        let about = match (found, original) {
            (Some(found), Some(original)) => {
                format!(" about {} ({})", place(original, names), found.message.matched.name())
            }
            (Some(_), None) => " about a packet that the capture does not hold".to_owned(),
            (None, _) => String::new(),
        };
        writeln!(out, "  {}{about}", place(frame, names))?;
        all.extend([Some(frame), original].into_iter().flatten());
    }
    for &input in &incident.inputs {
        let numbers = all.iter().filter(|frame| frame.input == input).map(|frame| frame.number.to_string());
        let numbers: Vec<String> = numbers.collect();
        if !numbers.is_empty() {
            let name = printable(names.of(input));
            writeln!(out, "  in Wireshark, {name}: frame.number in {{{}}}", numbers.join(", "))?;
        }
    }
    Ok(())
}

fn place(frame: FrameRef, names: Names<'_>) -> String {
    format!("{} frame {}", printable(names.of(frame.input)), frame.number)
}
