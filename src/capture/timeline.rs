//! Many saved captures as one: their frames in the order of time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::PathBuf;

use super::arguments;
use super::filter::Filter;
use super::input::{Input, InputSummary};
use super::problem::{Error, Fault, Problem};
use crate::frame::{Frame, LinkType, Timestamp};

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
    /// Open inputs and the times of the frames they stand at, but for the current input.
    open: BinaryHeap<Reverse<(Timestamp, usize)>>,
    /// The input whose frame was yielded last.
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
        let times = inputs.iter().enumerate().filter_map(|(index, input)| Some((input.time()?, index)));
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

    /// The next frame, or `None` at the end of all inputs.
    pub fn next_frame(&mut self) -> Option<Frame<'_>> {
        loop {
            let index = self.next_input()?;
            if self.filter.is_none() || self.passes(index) {
                return self.inputs.get(index)?.frame();
            }
        }
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
    pub fn inputs(&mut self) -> Vec<InputSummary> {
        self.inputs.iter_mut().map(|input| input.summary().clone()).collect()
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

    /// Moves on to the next frame and tells which input stands at it.
    #[inline]
    fn next_input(&mut self) -> Option<usize> {
        if let Some(index) = self.current.take()
            && let Some(time) = self.advance(index)
        {
            if self.is_earliest(time, index) {
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

    /// Whether no other input has an earlier frame; where no other has any, nothing is compared.
    #[inline]
    fn is_earliest(&self, time: Timestamp, index: usize) -> bool {
        let before = |other: Option<&(Timestamp, usize)>| other.is_none_or(|&other| (time, index) < other);
        before(self.open.peek().map(|Reverse(other)| other)) && before(self.waiting.last())
    }

    /// Opens the inputs that begin before, or when, the earliest open one goes on.
    fn open_due(&mut self) {
        while let Some(&(begins, index)) = self.waiting.last() {
            if self.open.peek().is_some_and(|&Reverse((time, _))| time < begins) {
                return;
            }
            self.waiting.pop();
            let time = self.inputs.get_mut(index).and_then(Input::open);
            self.open.extend(time.map(|time| Reverse((time, index))));
            self.collect_faults(index);
        }
    }

    /// Moves an input on; gives the time of its next frame, if it has one.
    #[inline]
    fn advance(&mut self, index: usize) -> Option<Timestamp> {
        let time = self.inputs.get_mut(index)?.advance();
        if time.is_none() {
            self.collect_faults(index);
        }
        time
    }

    #[cold]
    fn collect_faults(&mut self, index: usize) {
        let faults = self.inputs.get_mut(index).map(Input::take_faults).unwrap_or_default();
        for fault in faults {
            self.note(index, fault);
        }
    }

    fn passes(&mut self, index: usize) -> bool {
        let (Some(filter), Some(input)) = (&mut self.filter, self.inputs.get(index)) else { return true };
        let Some(frame) = input.frame() else { return false };
        let outcome = filter.prepare(frame.link);
        let passes = outcome.is_ok() && filter.admits(&frame);
        if let Err(reason) = outcome {
            let link = frame.link;
            self.note(index, Fault::Unfiltered { link, reason });
        }
        passes
    }

    fn note(&mut self, index: usize, fault: Fault) {
        let input = self.names.get(index).cloned().unwrap_or_default();
        self.problems.push(Problem { input, fault });
    }
}
