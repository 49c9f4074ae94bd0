//! How far the reading has come, on standard error: a bar on terminals, a line now and then elsewhere if asked for.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressStyle};

use super::arguments::{Talk, When};
use super::streams;
use crate::capture::Timeline;
use crate::report::printable;

/// Readings that are over sooner get no bar.
const PATIENCE: Duration = Duration::from_millis(700);

/// How often the bar moves.
const PACE: Duration = Duration::from_millis(100);

/// How often a line is written where there is no terminal.
const LINES: Duration = Duration::from_secs(5);

/// What is shown while captures are read.
pub(super) struct Progress {
    shown: Shown,
    began: Instant,
    next: Instant,
}

enum Shown {
    Nothing,
    Lines,
    Bar(ProgressBar),
}

impl Progress {
    /// Shows what was asked for: unless told otherwise, a bar where standard error is a terminal.
    pub(super) fn begin(talk: Talk) -> Self {
        let is_terminal = io::stderr().is_terminal();
        let shown = match talk.progress {
            When::Never => Shown::Nothing,
            When::Auto if talk.quiet || !is_terminal => Shown::Nothing,
            When::Always if !is_terminal => Shown::Lines,
            When::Auto | When::Always => Shown::Bar(ProgressBar::no_length()),
        };
        let began = Instant::now();
        let first = if matches!(shown, Shown::Lines) { LINES } else { PATIENCE };
        Self { shown, began, next: began + first }
    }

    /// Shows how far the inputs were read, where it is time to.
    pub(super) fn look(&mut self, timeline: &Timeline) {
        if matches!(self.shown, Shown::Nothing) || Instant::now() < self.next {
            return;
        }
        let far = Far::of(timeline);
        match &self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => {
                far.put(bar);
                self.next = Instant::now() + PACE;
            }
            Shown::Lines => {
                streams::say(&far.line(self.began.elapsed()));
                self.next = Instant::now() + LINES;
            }
        }
    }

    /// Leaves nothing behind.
    pub(super) fn end(self) {
        if let Shown::Bar(bar) = self.shown {
            bar.finish_and_clear();
        }
    }
}

/// How far the inputs were read.
struct Far {
    bytes: u64,
    /// Unknown where any input is a pipe.
    total: Option<u64>,
    frames: u64,
    /// The input that is being read, where it is one of several.
    name: String,
}

impl Far {
    fn of(timeline: &Timeline) -> Self {
        let inputs = timeline.inputs();
        let total: Option<u64> = inputs.iter().map(|input| input.bytes_total).sum();
        let current = inputs.iter().rev().find(|input| input.bytes_read > 0).filter(|_| inputs.len() > 1);
        Self {
            bytes: inputs.iter().map(|input| input.bytes_read).sum(),
            total: total.filter(|&total| total > 0),
            frames: inputs.iter().map(|input| input.frames).sum(),
            name: current.map(|input| printable(&input.name)).unwrap_or_default(),
        }
    }

    fn put(&self, bar: &ProgressBar) {
        let template = match self.total {
            Some(_) => "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} left {msg}",
            None => "{spinner} {bytes} {bytes_per_sec} {elapsed} {msg}",
        };
        if bar.length() != self.total
            && let Ok(style) = ProgressStyle::with_template(template)
        {
            bar.set_style(style);
            self.total.into_iter().for_each(|total| bar.set_length(total));
        }
        bar.set_message(format!("{} packets {}", self.frames, self.name));
        bar.set_position(self.bytes);
    }

    /// `unreach: 512.00 MiB of 1.80 GiB, 310.20 MiB/s, 4 seconds left, 1200000 packets`.
    fn line(&self, elapsed: Duration) -> String {
        let rate = self.bytes as f64 / elapsed.as_secs_f64().max(0.001);
        let read = HumanBytes(self.bytes);
        let mut parts = vec![match self.total {
            Some(total) => format!("{read} of {}", HumanBytes(total)),
            None => read.to_string(),
        }];
        parts.push(format!("{}/s", HumanBytes(rate as u64)));
        if let Some(total) = self.total {
            let left = total.saturating_sub(self.bytes) as f64 / rate.max(1.0);
            parts.push(format!("{} left", HumanDuration(Duration::from_secs_f64(left.min(1e9)))));
        }
        parts.push(format!("{} packets", self.frames));
        parts.extend((!self.name.is_empty()).then(|| self.name.clone()));
        format!("unreach: {}", parts.join(", "))
    }
}
