//! Labelled captures to samples: what every message's evidence and prior were, what was said, and what is true.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use unreach::analyzer::{Analyzer, Config};
use unreach::capture::{Options, Timeline};
use unreach::evidence::prior::{Refusal, Speaker, prior};
use unreach::evidence::{Reading, SIGNALS, Signal};
use unreach::incident::{Finding, Findings, JudgedMessage};
use unreach::verdict::{Verdict, Weight, judge, strongest_of_groups};

use crate::truth::{Label, Truth};

/// How many speakers there are.
const SPEAKERS: usize = Speaker::Other as usize + 1;

/// How many kinds of refusals and speakers have a prior of their own.
pub(crate) const KINDS: usize = (Refusal::Unassigned as usize + 1) * SPEAKERS;

/// A labelled message.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// Folder of its capture: vantages of one scenario are never told apart when samples are divided.
    pub(crate) scenario: String,
    /// Number of its group: alike messages of one capture.
    pub(crate) group: usize,
    /// One by the size of the group, so that each group weighs the same.
    pub(crate) share: f64,
    /// What is refused and who speaks, as a number: samples of one kind have one prior.
    pub(crate) kind: usize,
    /// Prior probabilities, none of them zero.
    pub(crate) prior: [f64; 8],
    /// Places in [`readings`] of what the signals said.
    pub(crate) readings: Vec<usize>,
    /// Those of them that count by the present weights: the strongest of each group of signals.
    pub(crate) counting: Vec<usize>,
    /// What was said.
    pub(crate) verdict: Verdict,
    /// What is true.
    pub(crate) truth: Truth,
}

/// The samples of a folder, and the labelled messages that were not found.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    pub(crate) samples: Vec<Sample>,
    pub(crate) captures: usize,
    pub(crate) groups: usize,
    pub(crate) missed: usize,
}

/// Every reading of every signal, in the order they are asked.
pub(crate) fn readings() -> Vec<(&'static Signal, &'static Reading)> {
    SIGNALS.iter().flat_map(|signal| signal.readings.iter().map(|reading| (*signal, reading))).collect()
}

/// Analyzes every capture of the folder that has labels beside it.
pub(crate) fn collect(folder: &Path) -> io::Result<Collection> {
    let mut collection = Collection::default();
    for labels in label_files(folder)? {
        let stem = labels.to_string_lossy().trim_end_matches(".labels.csv").to_owned();
        let findings = analyze(Path::new(&format!("{stem}.pcap")))?;
        let labels: Vec<Label> = csv::Reader::from_path(&labels)?.deserialize().collect::<Result<_, _>>()?;
        let scenario = Path::new(&stem).parent().and_then(Path::file_name).unwrap_or_default();
        collection.add(&scenario.to_string_lossy(), &labels, &findings);
    }
    Ok(collection)
}

/// `SCENARIO/VANTAGE.labels.csv`, sorted.
fn label_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for scenario in std::fs::read_dir(folder)? {
        let scenario = scenario?.path();
        if scenario.is_dir() {
            let entries: Vec<_> = std::fs::read_dir(scenario)?.collect::<Result<_, _>>()?;
            files.extend(entries.iter().map(std::fs::DirEntry::path));
        }
    }
    files.retain(|path| path.to_string_lossy().ends_with(".labels.csv"));
    files.sort();
    Ok(files)
}

fn analyze(capture: &Path) -> io::Result<Findings> {
    let mut timeline = Timeline::open(&[capture.to_owned()], &Options::default())
        .map_err(|error| io::Error::other(format!("{}: {error}", capture.display())))?;
    let mut analyzer = Analyzer::new(Config::default());
    while let Some(frames) = timeline.next_frames() {
        frames.for_each(|frame| analyzer.push(&frame));
    }
    Ok(analyzer.finish().0)
}

impl Collection {
    /// Adds the labelled messages of a capture.
    fn add(&mut self, scenario: &str, labels: &[Label], findings: &Findings) {
        let judged: HashMap<u64, JudgedMessage<'_>> =
            findings.judged().map(|judged| (judged.message.frame.number, judged)).collect();
        let mut groups: HashMap<String, (usize, usize)> = HashMap::new();
        for label in labels {
            let number = self.groups + groups.len();
            groups.entry(label.group()).or_insert((number, 0)).1 += 1;
        }
        for label in labels {
            let (group, size) = groups[&label.group()];
            match judged.get(&label.frame) {
                Some(judged) => self.samples.push(sample(scenario, (group, size), judged, label.truth())),
                None => self.missed += 1,
            }
        }
        self.groups += groups.len();
        self.captures += 1;
    }
}

fn sample(scenario: &str, (group, size): (usize, usize), judged: &JudgedMessage<'_>, truth: Truth) -> Sample {
    let readings = places(&judged.incident.evidence);
    let refusal = Refusal::by(judged.message.code, judged.message.protocol);
    let speaker = speaker(&judged.incident.evidence);
    Sample {
        scenario: scenario.to_owned(),
        group,
        kind: refusal as usize * SPEAKERS + speaker as usize,
        share: 1.0 / size as f64,
        prior: probabilities(&judge(&prior(refusal, speaker), &[])),
        counting: counting(&readings),
        readings,
        verdict: judged.incident.verdict.clone(),
        truth,
    }
}

/// The candidates of a verdict in the order of [`Cause::ALL`](unreach::verdict::Cause::ALL).
fn probabilities(verdict: &Verdict) -> [f64; 8] {
    let mut probabilities = [0.0; 8];
    for &(cause, probability) in &verdict.candidates {
        probabilities[cause as usize] = probability;
    }
    probabilities
}

/// Who speaks, as its signal has read it.
fn speaker(evidence: &[Finding]) -> Speaker {
    match evidence.iter().find(|finding| finding.signal == "speaker").map(|finding| finding.reading) {
        Some("target") => Speaker::Target,
        Some("sender") => Speaker::Sender,
        _ => Speaker::Other,
    }
}

/// Where the findings stand among all readings, ascending: the order in which the verdict takes them.
fn places(evidence: &[Finding]) -> Vec<usize> {
    let is_found = |signal: &Signal, reading: &Reading| {
        evidence.iter().any(|finding| finding.signal == signal.id && finding.reading == reading.name)
    };
    let all = readings().into_iter().enumerate();
    all.filter(|(_, (signal, reading))| is_found(signal, reading)).map(|(place, _)| place).collect()
}

/// The readings that count: of each group of signals the strongest.
fn counting(places: &[usize]) -> Vec<usize> {
    let all = readings();
    let weight = |&place: &usize| Weight { group: all[place].0.group as u8, decibans: all[place].1.weights };
    let weights: Vec<Weight> = places.iter().map(weight).collect();
    let strongest: Vec<Weight> = strongest_of_groups(&weights).copied().collect();
    let mut chosen: Vec<usize> = Vec::new();
    for wanted in strongest {
        let is_it = |place: &&usize| weight(place) == wanted && !chosen.contains(place);
        chosen.extend(places.iter().find(is_it));
    }
    chosen
}
