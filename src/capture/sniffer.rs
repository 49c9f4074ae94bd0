//! Frames from several live interfaces in the order of time; interfaces that go down are picked up when they return.

use std::collections::{HashMap, HashSet};
use std::io;
use std::time::{Duration, Instant};

use super::live::{Live, LiveError, LiveOptions, LiveStats, wait};
use super::presence;
use super::tap::{Change, Tap};
use crate::frame::{Frame, InputId, LinkType};

/// Frames taken from an interface before the next gets its turn, where there are several.
const TURN: usize = 4096;

/// Milliseconds that a frame is held back for earlier ones of other interfaces: the kernel hands frames over 100 ms late
/// at most, then each interface has its turn.
const PATIENCE: u64 = 150;

/// How often an interface that is away is looked for.
const LOOK: Duration = Duration::from_secs(1);

/// Interfaces that are told apart in what `any` captures; frames of further ones are counted as those of `any`.
const TOLD_APART: usize = 4096;

/// Something that happened to an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// Its name.
    pub name: String,
    /// What happened.
    pub change: Change,
}

/// One of the interfaces that were named, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Its frames.
    pub input: InputId,
    /// Counts since the first opening.
    pub stats: LiveStats,
    /// Whether it can be heard.
    pub is_up: bool,
    /// Whether it ever could.
    pub was_up: bool,
}

/// Several interfaces.
pub struct Sniffer {
    taps: Vec<Tap>,
    options: LiveOptions,
    inputs: Inputs,
    began: Instant,
    looked: Instant,
    /// Whether an interface had more frames than its turn allowed.
    has_more: bool,
    held: usize,
}

impl Sniffer {
    /// Opens interfaces, each once however often it is named. One that is down is waited for; one that does not exist, or may not be
    /// opened, is an error.
    pub fn open(names: &[String], options: LiveOptions) -> Result<Self, LiveError> {
        let mut taps = Vec::new();
        let mut once = HashSet::new();
        let names: Vec<String> = names.iter().filter(|name| once.insert(*name)).cloned().collect();
        for (position, name) in names.iter().enumerate() {
            taps.push(Tap::open(name, InputId(position as u16), &options)?);
        }
        let inputs = Inputs::new(names, presence::name);
        let now = Instant::now();
        Ok(Self { taps, options, inputs, began: now, looked: now, has_more: false, held: 0 })
    }

    /// Name of the interface that frames of `input` are from. Those that `any` captures are told apart.
    pub fn name(&self, input: InputId) -> Option<&str> {
        self.inputs.names.get(usize::from(input.0)).map(String::as_str)
    }

    /// Link types of the interfaces that are open.
    pub fn links(&self) -> Vec<LinkType> {
        let mut links: Vec<LinkType> = self.taps.iter().filter_map(Tap::live).map(Live::link).collect();
        links.sort_unstable();
        links.dedup();
        links
    }

    /// The interfaces as they stand, in the order they were named.
    pub fn standings(&mut self) -> Vec<Standing> {
        let standing = |tap: &mut Tap| Standing {
            name: tap.name().to_owned(),
            input: tap.input(),
            stats: tap.stats(),
            is_up: tap.is_up(),
            was_up: tap.was_up(),
        };
        self.taps.iter_mut().map(standing).collect()
    }

    /// Waits until there are frames or news, a signal arrives, or the time is over.
    pub fn wait(&self, most: Duration) -> io::Result<()> {
        if self.has_more {
            return Ok(());
        }
        wait(self.taps.iter().filter_map(Tap::live), most)
    }

    /// Hands frames that have arrived to `each`, in the order of time, and returns without waiting for more.
    pub fn take(&mut self, each: &mut dyn FnMut(&Frame<'_>)) {
        let Self { taps, inputs, .. } = self;
        inputs.nameless.clear();
        if let [tap] = taps.as_mut_slice() {
            // Nothing to merge with: no frame is copied.
            let any = tap.is_any();
            self.has_more = tap.drain(usize::MAX, |frame| each(&inputs.tell_apart(frame, any)));
            return;
        }
        let arrived = self.began.elapsed().as_millis() as u64;
        self.has_more = false;
        for tap in taps.iter_mut() {
            self.has_more |= tap.hold(TURN, arrived);
        }
        self.held = taps.iter().map(Tap::size).sum();
        self.let_go(arrived.saturating_sub(PATIENCE), each);
    }

    /// Hands over what is still held back.
    pub fn flush(&mut self, each: &mut dyn FnMut(&Frame<'_>)) {
        self.let_go(u64::MAX, each);
    }

    /// What happened to interfaces since the last call. Looks for those that are away about once a second.
    pub fn news(&mut self) -> Vec<News> {
        let look = self.looked.elapsed() >= LOOK;
        if look {
            self.looked = Instant::now();
        }
        let mut news = Vec::new();
        for tap in &mut self.taps {
            if look {
                tap.look(&self.options);
            }
            let name = tap.name().to_owned();
            news.extend(tap.take_changes().map(|change| News { name: name.clone(), change }));
        }
        news
    }

    /// Hands over the earliest frames: while every interface that can be heard has one to compare, while one has been held
    /// since before `due`, and while there are too many.
    fn let_go(&mut self, due: u64, each: &mut dyn FnMut(&Frame<'_>)) {
        loop {
            let fronts = || self.taps.iter().enumerate().filter_map(|(n, tap)| Some((n, tap.held().times()?)));
            let Some((earliest, _)) = fronts().min_by_key(|(_, (timestamp, _))| *timestamp) else { return };
            let is_due = fronts().any(|(_, (_, arrived))| arrived <= due);
            let is_comparable = self.taps.iter().all(|tap| !tap.is_up() || tap.held().times().is_some());
            if !(is_due || is_comparable || self.held > self.options.held_bytes) {
                return;
            }
            let Some(tap) = self.taps.get_mut(earliest) else { return };
            let any = tap.is_any();
            let before = tap.size();
            if let Some(frame) = tap.held().front() {
                each(&self.inputs.tell_apart(&frame, any));
            }
            tap.pop();
            self.held = self.held.saturating_sub(before - tap.size());
        }
    }
}

/// Names by [`InputId`]: first the interfaces as given, then those that `any` was seen to capture.
struct Inputs {
    names: Vec<String>,
    by_index: HashMap<u32, InputId>,
    /// Indices that had no name in this round: an interface that is removed leaves packets behind.
    nameless: HashSet<u32>,
    /// Asks the system for the name of an index.
    ask: fn(u32) -> Option<String>,
}

impl Inputs {
    fn new(names: Vec<String>, ask: fn(u32) -> Option<String>) -> Self {
        Self { names, by_index: HashMap::new(), nameless: HashSet::new(), ask }
    }

    /// The frame, as one of the interface that its cooked header names.
    #[inline]
    fn tell_apart<'a>(&mut self, frame: &Frame<'a>, is_of_any: bool) -> Frame<'a> {
        if !is_of_any || frame.link != LinkType::LINUX_SLL2 {
            return *frame;
        }
        // LINKTYPE_LINUX_SLL2: protocol, reserved, then the index of the interface.
        let &[_, _, _, _, i0, i1, i2, i3, ..] = frame.bytes else { return *frame };
        let index = u32::from_be_bytes([i0, i1, i2, i3]);
        let input = match self.by_index.get(&index) {
            Some(&input) => input,
            None => self.meet(index, frame.input),
        };
        Frame { input, ..*frame }
    }

    /// An interface that was not seen before. The system is asked for its name at most once a round.
    fn meet(&mut self, index: u32, any: InputId) -> InputId {
        if self.by_index.len() >= TOLD_APART || self.nameless.contains(&index) {
            return any;
        }
        let Some(name) = (self.ask)(index) else {
            self.nameless.insert(index);
            return any;
        };
        let known = self.names.iter().position(|known| *known == name);
        let place = known.unwrap_or(self.names.len());
        let Ok(input) = u16::try_from(place).map(InputId) else { return any };
        if known.is_none() {
            self.names.push(name);
        }
        self.by_index.insert(index, input);
        input
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{Inputs, TOLD_APART};
    use crate::frame::{Frame, InputId, LinkType, Timestamp};

    thread_local! {
        static ASKED: Cell<usize> = const { Cell::new(0) };
    }

    /// Interfaces with odd numbers are gone.
    fn ask(index: u32) -> Option<String> {
        ASKED.set(ASKED.get() + 1);
        index.is_multiple_of(2).then(|| format!("eth{index}"))
    }

    fn input_of(inputs: &mut Inputs, index: u32) -> InputId {
        let bytes = [&[8, 0, 0, 0][..], &index.to_be_bytes(), &[0; 12]].concat();
        let frame = Frame {
            input: InputId(0),
            number: 1,
            timestamp: Timestamp(1),
            link: LinkType::LINUX_SLL2,
            bytes: &bytes,
            wire_length: 20,
        };
        inputs.tell_apart(&frame, true).input
    }

    #[test]
    fn the_system_is_asked_once_a_round_about_an_interface_that_is_gone() {
        let mut inputs = Inputs::new(vec!["any".to_owned()], ask);
        for round in 1..=3 {
            for _ in 0..100 {
                assert_eq!(input_of(&mut inputs, 7), InputId(0));
                assert_eq!(input_of(&mut inputs, 8), InputId(1));
            }
            assert_eq!(ASKED.get(), round + 1, "once a round about the one, once about the other");
            inputs.nameless.clear();
        }
    }

    #[test]
    fn where_there_are_too_many_nobody_is_asked() {
        let mut inputs = Inputs::new(vec!["any".to_owned()], ask);
        (1..=TOLD_APART as u32).for_each(|number| assert_ne!(input_of(&mut inputs, number * 2), InputId(0)));
        let before = ASKED.get();
        assert_eq!(input_of(&mut inputs, 2 * TOLD_APART as u32 + 2), InputId(0));
        assert_eq!(ASKED.get(), before);
    }
}
