//! Many saved captures as one: their frames in the order of time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::PathBuf;

use super::arguments;
use super::filter::Filter;
use super::input::{Input, InputSummary};
use super::problem::{Error, Fault, Problem};
use super::record::Frames;
use crate::frame::{LinkType, Timestamp};

/// How to read saved captures.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A capture filter as of `tcpdump`: only frames that pass are yielded. Frame numbers count all frames.
    pub filter: Option<String>,
}

/// The frames of several saved captures, merged by timestamp; of equal times, the input given first comes first.
///
/// Within an input the order of the file is kept, even where its clock runs backwards. Files are opened when the time
/// they begin at is reached, so a ring of thousands of them is open one at a time.
pub struct Timeline {
    names: Vec<String>,
    inputs: Vec<Input>,
    problems: Vec<Problem>,
    filter: Option<Filter>,
    /// Inputs not yet opened, the next one last.
    waiting: Vec<(Timestamp, usize)>,
    /// Open inputs and the times of their next frames, but for the current input.
    open: BinaryHeap<Reverse<(Timestamp, usize)>>,
    /// The input whose frames were yielded last.
    current: Option<usize>,
}

impl Timeline {
    /// Opens files, directories and `-`, standard input. Directories are walked, captures in them recognized by content,
    /// and put in order of time. Fails where no input at all can be read; where only some cannot, that is a problem.
    pub fn open(inputs: &[PathBuf], options: &Options) -> Result<Self, Error> {
        let (inputs, problems) = arguments::inputs(inputs);
        if inputs.is_empty() {
            return Err(Error::Unreadable(problems));
        }
        let names = inputs.iter().map(|input| input.name().to_owned()).collect();
        let times = inputs.iter().enumerate().filter_map(|(index, input)| Some((input.begins()?, index)));
        let mut waiting: Vec<_> = times.collect();
        waiting.sort_unstable_by_key(|&beginning| Reverse(beginning));
        let open = BinaryHeap::new();
        let mut timeline = Self { names, inputs, problems, filter: None, waiting, open, current: None };
        for index in 0..timeline.inputs.len() {
            timeline.collect_faults(index);
        }
        if let Some(expression) = &options.filter {
            timeline.filter = Some(timeline.compile(expression)?);
        }
        Ok(timeline)
    }

    /// The frames that come next, all of one input, as many as are in memory and before the next one of another input;
    /// `None` at the end of all inputs.
    pub fn next_frames(&mut self) -> Option<Frames<'_>> {
        let index = self.next_input()?;
        let Some(other) = self.earliest_other() else { return self.inputs.get_mut(index)?.take_while(|_| true) };
        self.inputs.get_mut(index)?.take_while(|time| (time, index) < other)
    }

    /// Names of the inputs, by [`InputId`](crate::frame::InputId): as given, or of files in a directory the path under it.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What was wrong with inputs, in the order it was found; grows while frames are read.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What is known of the inputs by now, by [`InputId`](crate::frame::InputId).
    pub fn inputs(&self) -> Vec<InputSummary> {
        self.inputs.iter().map(Input::summary).collect()
    }

    /// Compiles the filter for the link types that inputs begin with. One that fits none of them is the user's error.
    fn compile(&mut self, expression: &str) -> Result<Filter, Error> {
        let mut filter = Filter::new(expression);
        let begin_with = |(index, input): (usize, &Input)| Some((index, *input.links().first()?));
        let mut links: Vec<_> = self.inputs.iter().enumerate().filter_map(begin_with).collect();
        if links.is_empty() {
            links.push((0, LinkType::ETHERNET));
        }
        let (mut fits, mut failures) = (false, Vec::new());
        for (index, link) in links {
            match filter.prepare(link) {
                Ok(()) => fits |= filter.fits(link),
                Err(reason) => failures.push((index, link, reason)),
            }
        }
        if !fits && let Some((_, _, reason)) = failures.pop() {
            return Err(Error::Filter { expression: expression.to_owned(), reason });
        }
        for (index, link, reason) in failures {
            self.note(index, Fault::Unfiltered { link, reason });
        }
        Ok(filter)
    }

    /// Moves on to the earliest frame and tells which input it is of.
    fn next_input(&mut self) -> Option<usize> {
        if let Some(index) = self.current.take()
            && let Some(time) = self.next_time(index)
        {
            if self.earliest_other().is_none_or(|other| (time, index) < other) {
                self.current = Some(index);
                return self.current;
            }
            self.open.push(Reverse((time, index)));
        }
        self.open_due();
        let Reverse((_, index)) = self.open.pop()?;
        self.current = Some(index);
        self.current
    }

    /// When the inputs other than the current one go on, or begin.
    fn earliest_other(&self) -> Option<(Timestamp, usize)> {
        let open = self.open.peek().map(|Reverse(next)| *next);
        open.into_iter().chain(self.waiting.last().copied()).min()
    }

    /// Opens the inputs that begin before, or when, the earliest open one goes on.
    fn open_due(&mut self) {
        while let Some(&(begins, index)) = self.waiting.last() {
            if self.open.peek().is_some_and(|&Reverse((time, _))| time < begins) {
                return;
            }
            self.waiting.pop();
            let time = self.inputs.get_mut(index).and_then(|input| input.open(self.filter.as_mut()));
            self.open.extend(time.map(|time| Reverse((time, index))));
            self.collect_faults(index);
        }
    }

    /// Time of the next frame of an input, if it has one.
    fn next_time(&mut self, index: usize) -> Option<Timestamp> {
        let time = self.inputs.get_mut(index)?.next_time(self.filter.as_mut());
        self.collect_faults(index);
        time
    }

    fn collect_faults(&mut self, index: usize) {
        while let Some(fault) = self.inputs.get_mut(index).and_then(Input::take_fault) {
            self.note(index, fault);
        }
    }

    fn note(&mut self, index: usize, fault: Fault) {
        let input = self.names.get(index).cloned().unwrap_or_default();
        self.problems.push(Problem { input, fault });
    }
}
