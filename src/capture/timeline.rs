//! Many saved captures as one: their frames in the order of time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::mem;
use std::path::PathBuf;

use super::arguments::{self, Found};
use super::compressed::Reading;
use super::filter::Filter;
use super::follow::Following;
use super::helped::Help;
use super::input::{Input, InputSummary};
use super::patience::Until;
use super::problem::{Error, Fault, INPUTS, Problem};
use super::record::{Ahead, Frames};
use crate::frame::{InputId, Timestamp};

/// Inputs open at once that are read far ahead, and decompressed by threads of their own, which takes more than 1 MiB of
/// each. Of more, captured at the same time by hundreds of hosts, little is read at once.
const READ_AHEAD: usize = 16;

/// How to read saved captures.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A capture filter as of `tcpdump`: only frames that pass are yielded. Frame numbers count all frames.
    pub filter: Option<String>,
    /// Whether the end of a file is not its end: more may be written to it, and more files into a directory, under new names
    /// or those of others. Once there are more files than can be numbered, directories are followed no more.
    pub follow: bool,
    /// Until when pipes, and what is followed, are waited for.
    pub until: Until,
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
    /// Whether only what stands behind damage is still read.
    is_ending: bool,
    following: Following,
    help: Help,
}

impl Timeline {
    /// Opens files, directories and `-`, standard input. Directories are walked, captures in them recognized by content,
    /// and put in order of time. Fails where no input at all can be read; where only some cannot, that is a problem.
    pub fn open(inputs: &[PathBuf], options: &Options) -> Result<Self, Error> {
        let Found { inputs, problems, directories, .. } = arguments::inputs(inputs, &options.until, options.follow);
        if inputs.is_empty() && !directories.any_was_read() {
            return Err(Error::Unreadable(problems));
        }
        let mut timeline = Self {
            names: Vec::new(),
            inputs: Vec::new(),
            problems,
            filter: None,
            waiting: Vec::new(),
            open: BinaryHeap::new(),
            current: None,
            is_ending: false,
            following: Following::new(options.until.clone(), directories),
            help: Help::default(),
        };
        timeline.add(inputs);
        if let Some(expression) = &options.filter {
            timeline.filter = Some(timeline.compile(expression)?);
        }
        Ok(timeline)
    }

    /// The frames that come next, all of one input, as many as are in memory and before the next one of another input;
    /// `None` at the end of all inputs. All of them have to be taken: those that are not may be lost, and count as read.
    pub fn next_frames(&mut self) -> Option<Frames<'_>> {
        let index = self.next_input()?;
        self.frames_of(index)
    }

    #[inline]
    fn frames_of(&mut self, index: usize) -> Option<Frames<'_>> {
        let (other, is_filtered) = (self.earliest_other(), self.filter.is_some());
        let input = self.inputs.get_mut(index)?;
        match other {
            None if !is_filtered => input.take_all(),
            None => input.take_while(|_| true),
            Some(other) => input.take_while(|time| (time, index) < other),
        }
    }

    /// Once nothing more is waited for: the frames behind damage at the end of what was followed, of which there were too few to be
    /// believed while more might have come. They have to be taken as [those before](Self::next_frames).
    pub fn last_frames(&mut self) -> Option<Frames<'_>> {
        if !mem::replace(&mut self.is_ending, true) {
            self.end_damage();
        }
        let index = if self.stays_with_current() { self.current? } else { self.open_earliest()? };
        self.frames_of(index)
    }

    /// Of what was followed, goes on with what waits for more behind damage, and with nothing else.
    fn end_damage(&mut self) {
        self.current = None;
        self.waiting.clear();
        self.open.clear();
        for index in self.following.take_dormant() {
            let time = self.inputs.get_mut(index).and_then(|input| input.end_damage(self.filter.as_mut()));
            self.go_on(index, time);
        }
    }

    /// What another thread than the one that takes frames can do in the meantime. Large files are read by both from now on, but not
    /// standard input, which is open already, and may be another's as well.
    pub fn help(&self) -> Help {
        self.help.offer();
        self.help.clone()
    }

    /// Names of the inputs, by [`InputId`](crate::frame::InputId): as given, or of files in a directory the path under it.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Closes what is still open, as nothing more is read: what was passed over there is among the [problems](Self::problems) then.
    pub fn end(&mut self) {
        for index in 0..self.inputs.len() {
            if let Some(input) = self.inputs.get_mut(index) {
                input.end();
            }
            self.collect_faults(index);
        }
        self.problems.extend(self.following.cut_at_first());
        self.sort_problems();
    }

    /// Puts problems in the order of the inputs, as they are numbered, behind those of what is none. The order they were found in
    /// depends on how many frames are read at once, which a pipe decides by when it is written to.
    fn sort_problems(&mut self) {
        let numbers: HashMap<&str, usize> = self.names.iter().map(String::as_str).zip(0..).collect();
        self.problems.sort_by_key(|problem| numbers.get(problem.input.as_str()).copied());
    }

    /// What was wrong with inputs, in the order it was found, and once it has [ended](Self::end) in that of the inputs; grows while
    /// frames are read.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What is known of the inputs by now, by [`InputId`](crate::frame::InputId).
    pub fn inputs(&self) -> Vec<InputSummary> {
        self.inputs.iter().map(Input::summary).collect()
    }

    /// Takes inputs in: they wait for their time, or for their first frame.
    fn add(&mut self, inputs: Vec<Input>) {
        let mut inputs = inputs.into_iter();
        while let Ok(id) = u16::try_from(self.inputs.len())
            && let Some(mut input) = inputs.next()
        {
            let index = self.inputs.len();
            input.join(InputId(id), &self.help);
            self.names.push(input.name().to_owned());
            match input.begins() {
                Some(time) => self.waiting.push((time, index)),
                None if input.waiting().is_followed() => self.following.add(index),
                None => {}
            }
            self.inputs.push(input);
            self.collect_faults(index);
        }
        if let Some(input) = inputs.next() {
            self.leave_out(input.name().to_owned(), inputs.count());
        }
        self.waiting.sort_unstable_by_key(|&beginning| Reverse(beginning));
    }

    /// Leaves out an input and others behind it. Where directories are followed, more would come that has to be left out.
    fn leave_out(&mut self, input: String, others: usize) {
        self.problems.push(Problem { input, fault: Fault::TooMany { others } });
        self.following.end_directories();
    }

    /// Compiles the filter for the link types that inputs begin with.
    fn compile(&mut self, expression: &str) -> Result<Filter, Error> {
        let begin_with = |(index, input): (usize, &Input)| Some((index, *input.links().first()?));
        let (filter, faults) = Filter::compile(expression, self.inputs.iter().enumerate().filter_map(begin_with))?;
        for (index, fault) in faults {
            self.note(index, fault);
        }
        Ok(filter)
    }

    /// Moves on to the earliest frame and tells which input it is of.
    fn next_input(&mut self) -> Option<usize> {
        // Though there is enough to read: files of a ring don't wait.
        if self.following.is_due() {
            self.wake();
        }
        if self.stays_with_current() {
            return self.current;
        }
        self.open_due();
        while self.open.is_empty() {
            self.wake();
            self.open_due();
            if self.open.is_empty() && !self.following.wait() {
                return None;
            }
        }
        self.following.has_come();
        self.open_earliest()
    }

    /// Whether the next frame is of the input whose frames were yielded last; if not, that input is put where it belongs.
    #[inline]
    fn stays_with_current(&mut self) -> bool {
        let Some(index) = self.current.take() else { return false };
        let other = self.earliest_other();
        // As the frames are going to be taken: all, or as far as they pass and are due. So it is for all files of a ring but
        // the last.
        let ahead = if other.is_none() && self.filter.is_none() { Ahead::Next } else { Ahead::All };
        let filter = self.filter.as_mut();
        let time = self.inputs.get_mut(index).and_then(|input| input.next_time(ahead, filter));
        if time.is_some_and(|time| other.is_none_or(|other| (time, index) < other)) {
            self.collect_faults(index);
            self.current = Some(index);
            return true;
        }
        self.go_on(index, time);
        false
    }

    /// Goes on to the earliest of the open inputs.
    #[inline]
    fn open_earliest(&mut self) -> Option<usize> {
        let Reverse((_, index)) = self.open.pop()?;
        self.current = Some(index);
        self.current
    }

    /// Asks what is followed whether there is more.
    fn wake(&mut self) {
        if self.following.until().is_over() {
            return;
        }
        self.look_into_directories();
        for index in self.following.take_dormant() {
            let reading = self.reading();
            let time = self.inputs.get_mut(index).and_then(|input| input.wake(reading, self.filter.as_mut()));
            self.go_on(index, time);
        }
    }

    /// Takes in the captures that are new in directories.
    fn look_into_directories(&mut self) {
        if !self.following.is_due() {
            return;
        }
        let (captures, problems) = self.following.look();
        self.problems.extend(problems);
        // What could not be opened at first, and can be now, is read whole; not so where another file has got its name.
        let reopened = self.following.take_reopened();
        self.problems.retain(|problem| !matches!(problem.fault, Fault::Open(_)) || !reopened.contains(&problem.input));
        // What is refused gets no number, but is not told without end either.
        if let Some(problem) = self.problems.get(INPUTS) {
            self.leave_out(problem.input.clone(), 0);
        }
        self.add(captures);
    }

    /// Puts an input where it belongs by the time of its next frame.
    fn go_on(&mut self, index: usize, time: Option<Timestamp>) {
        self.collect_faults(index);
        match time {
            Some(time) => self.open.push(Reverse((time, index))),
            None if self.inputs.get(index).is_some_and(|input| input.waiting().is_followed()) => {
                self.following.add(index);
            }
            None => {}
        }
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
            self.look_for(index);
            let reading = self.reading();
            let time = self.inputs.get_mut(index).and_then(|input| input.open(reading, self.filter.as_mut()));
            self.go_on(index, time);
        }
    }

    /// Looks for an input's file where it has got another name since it was looked into.
    fn look_for(&mut self, index: usize) {
        if let Some(input) = self.inputs.get_mut(index)
            && let Some(path) = input.moved().and_then(|identity| self.following.find(identity))
        {
            input.move_to(path);
        }
    }

    /// How the next input is to be read: a thread and much memory for each is for few of them only.
    fn reading(&self) -> Reading {
        if self.open.len() < READ_AHEAD { Reading::Whole } else { Reading::Glance }
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Fault, INPUTS, Input, Options, Problem, Timeline, Until};
    use crate::capture::patience::Waiting;
    use crate::capture::source::Place;

    #[test]
    fn what_cannot_be_numbered_is_told_once_and_ends_a_ring() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let (ring, other) = (folder.path().join("ring"), folder.path().join("other.pcap"));
        let header = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];
        let record = [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7];
        fs::create_dir(&ring).expect("created");
        fs::write(ring.join("a.pcap"), [&header[..], &record].concat()).expect("written");
        fs::write(&other, header).expect("written");
        let options = Options { follow: true, ..Options::default() };
        let mut timeline = Timeline::open(&[ring], &options).expect("readable");
        let empty =
            |_| Input::peek("other".to_owned(), Place::File(other.clone()), Waiting::new(Until::default(), false));
        timeline.add((0..INPUTS + 2).map(|number| empty(number).expect("readable")).collect());
        let mut frames = 0;
        while let Some(next) = timeline.next_frames() {
            frames += next.count();
        }
        assert_eq!((frames, timeline.inputs().len(), timeline.names().len()), (1, 65_536, 65_536));
        let problems: Vec<_> = timeline.problems().iter().map(ToString::to_string).collect();
        assert_eq!(problems, ["other: left out, as are 2 behind it: no more than 65536 inputs are read in one run"]);
    }

    #[test]
    fn what_is_refused_in_a_ring_ends_it_once_there_is_too_much() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let options = Options { follow: true, ..Options::default() };
        let mut timeline = Timeline::open(&[folder.path().to_owned()], &options).expect("a directory");
        timeline.problems.extend((0..INPUTS).map(|_| Problem { input: "x".to_owned(), fault: Fault::Empty }));
        fs::write(folder.path().join("bad.pcap"), "no capture").expect("written");
        assert!(timeline.next_frames().is_none());
        let problems: Vec<_> = timeline.problems()[INPUTS..].iter().map(ToString::to_string).collect();
        assert!(problems.len() == 2 && problems.iter().all(|problem| problem.contains("bad.pcap: ")), "{problems:?}");
        assert!(problems[1].ends_with("left out: no more than 65536 inputs are read in one run"), "{problems:?}");
    }
}
