//! The hot path: sequences the calls that take a frame to its facts, and the facts to findings.

mod aside;
mod batch;
mod bounds;
mod early;
mod notices;

use aside::Aside;
pub use batch::Batch;
use batch::{Sieve, Sifted, Tally, Turn};
pub use bounds::Config;
use early::Early;
use notices::{Notice, begins_group, look_ahead};

use crate::decode::{self, Content, Stop};
use crate::evidence::{Context, Vantage};
use crate::flow::{Bounds, Observations};
use crate::frame::{Frame, InputId, Timestamp};
use crate::incident::{Closed, Findings, Mark, Open, Packed, Recorded, Store, Tracker};
use crate::unreachable::{Match, Message, Searches, Unreachable, correlate};

/// Frames that wait to be taken together: enough for the look-ahead to pay, few enough to stay in a core's own cache.
const PENDING: usize = 256;

/// What was read, counted.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Frames pushed.
    pub packets: u64,
    /// Their captured bytes.
    pub bytes: u64,
    /// Unreachable messages among them, copies counted once.
    pub messages: u64,
    /// Further copies of them.
    pub copies: u64,
    /// Messages of these whose packet or flow was captured.
    pub matched: u64,
    /// Whether a filter has left packets out, and messages with them.
    pub is_filtered: bool,
    /// Time of the earliest frame.
    pub first: Option<Timestamp>,
    /// Time of the latest frame.
    pub last: Option<Timestamp>,
    /// Why frames were not decoded, and how many, most frequent first.
    pub stops: Vec<(&'static str, u64)>,
    /// Hosts whose packets had passed no router: the capture was taken on them, or on a link of theirs.
    pub beside: Vec<std::net::IpAddr>,
    /// Inputs in which packets stand behind messages that quote them, though they are earlier: these were not matched.
    pub disordered: Vec<InputId>,
    /// Sentences about what the capture cannot see, and about bounds that were reached.
    pub remarks: Vec<String>,
}

/// Takes frames in the order of time, and says what they showed.
#[derive(Debug)]
pub struct Analyzer {
    sieve: Sieve,
    seen: Observations,
    searches: Searches,
    context: Context,
    tracker: Tracker,
    totals: Totals,
    tally: Tally,
    /// Frames that were pushed one by one, and wait for more.
    pending: Batch,
    stops: [u64; Stop::ALL.len()],
    /// Packets that lie in more tunnels than are opened.
    too_deep: u64,
    /// Messages that the snap length left nothing to match by.
    snapped: u64,
    early: Early,
    incident_timeout: Option<i64>,
    devices: bool,
    hosts: bool,
}

impl Analyzer {
    /// An analyzer that has seen nothing.
    pub fn new(config: Config) -> Self {
        let mut context = Context::new(config.others / 2);
        context.gaps.is_filtered = config.is_filtered;
        let tunnels = config.tunnels;
        let Config { max_flows: flows, flow_timeout, recent, others, .. } = config;
        let bounds = Bounds { flows, flow_timeout, recent, others };
        let seen = Observations::new(&bounds);
        let tracker = Tracker::new(config.room, config.threads);
        let (locator, marker) = (seen.flows.locator().clone(), tracker.marker().clone());
        let sieve = Sieve { tunnels, locator, marker };
        let aside = Aside { helper: seen.helper(), shelf: tracker.shelf().clone(), groundwork: seen.groundwork() };
        Self {
            pending: Batch::new(sieve.clone(), aside, PENDING),
            sieve,
            seen,
            searches: Searches::default(),
            context,
            tracker,
            totals: Totals { is_filtered: config.is_filtered, ..Totals::default() },
            tally: Tally::default(),
            stops: [0; Stop::ALL.len()],
            too_deep: 0,
            snapped: 0,
            early: Early::default(),
            incident_timeout: config.incident_timeout,
            devices: config.devices,
            hosts: config.hosts,
        }
    }

    /// Messages that wait for their judgement are put away there, where they are many: then there is no bound to them.
    pub fn put_away_to(&mut self, store: Box<dyn Store>) {
        self.tracker.put_away_to(store);
    }

    /// An empty batch of at most `limit` frames, to be filled for this analyzer.
    pub fn batch(&self, limit: usize) -> Batch {
        self.pending.like(limit)
    }

    /// Takes the next frame.
    #[inline]
    pub fn push(&mut self, frame: &Frame<'_>) {
        self.pending.add(frame);
        if !self.pending.has_room() {
            self.settle();
        }
    }

    /// Takes the next frames: the same as pushing each of them.
    pub fn push_batch(&mut self, batch: &mut Batch) {
        self.settle();
        self.take_sifted(&mut batch.sifted);
    }

    /// Takes the frames that wait.
    fn settle(&mut self) {
        let mut sifted = std::mem::take(&mut self.pending.sifted);
        self.take_sifted(&mut sifted);
        sifted.clear();
        self.pending.sifted = sifted;
    }

    fn take_sifted(&mut self, sifted: &mut Sifted) {
        sifted.seal(&self.sieve);
        self.tally.add(&sifted.tally());
        self.context.start = self.tally.start;
        self.context.gaps.captured = self.tally.packets;
        let Sifted { steps, notices, marks, back, packed, others, .. } = sifted;
        self.seen.look_ahead_first(steps);
        let mut taken = 0;
        for (position, turn) in others.turns() {
            self.seen.enter_all(steps, taken..position);
            taken = position;
            match turn {
                Turn::Notice(index) => self.take_notice(notices.all_mut(), (marks, back), packed, index),
                Turn::Frame(frame) => self.take_frame(&frame),
            }
        }
        self.seen.enter_all(steps, taken..steps.len());
    }

    fn take_frame(&mut self, frame: &Frame<'_>) {
        match decode::frame(frame) {
            Ok(content) => self.take_content(frame, &content),
            Err(stop) => self.stops[stop as usize] += 1,
        }
    }

    /// Takes the packets of a frame, outermost first: each is a fact of its own, the tunnel's packet and the one inside.
    fn take_content(&mut self, frame: &Frame<'_>, content: &Content<'_>) {
        let packet = match content {
            Content::Packet(packet) => packet,
            Content::Arp(arp) => return self.seen.observe_arp(frame, arp),
        };
        // Messages were told apart where the frame was sifted, and come next.
        if Unreachable::parse(packet).is_none() {
            self.seen.observe(frame, packet);
        }
        match self.sieve.tunnels.inside(packet) {
            Some(inside) => self.take_content(frame, &inside),
            None => self.too_deep += u64::from(self.sieve.tunnels.is_too_deep(packet)),
        }
    }

    /// Takes one of the messages of a batch; what the next ones need comes into the cache meanwhile.
    fn take_notice(&mut self, notices: &mut [Notice], (marks, back): (&[Mark], &[u32]), packed: &Packed, index: usize) {
        if begins_group(index) {
            look_ahead(notices, marks, index, &self.seen, (&self.tracker, &self.context));
        }
        if let (Some(notice), Some(mark), Some(&back)) = (notices.get_mut(index), marks.get(index), back.get(index)) {
            self.record(notice, packed.get(index), (mark, back));
        }
    }

    fn record(&mut self, Notice { message, sought, is_snapped, .. }: &mut Notice, read: &[u8], mark: (&Mark, u32)) {
        correlate::find(message, sought, &self.seen, &mut self.searches);
        let recorded = self.tracker.record(message, read, mark, &mut self.seen);
        if recorded == Recorded::Copy {
            self.totals.copies += 1;
            return;
        }
        let is_matched = message.correlation.matched != Match::None;
        self.totals.messages += 1;
        self.totals.matched += u64::from(is_matched);
        self.snapped += u64::from(*is_snapped && !is_matched);
        if !is_matched && message.correlation.flow.is_none() {
            self.early.note(message, sought, &self.seen);
        }
        if recorded == Recorded::Single {
            self.note(message);
        }
        if self.tracker.is_full() {
            self.tracker.close_oldest(&mut self.seen, &self.context);
        }
    }

    /// Tells how many packets the capture is known to have lost until now, of all inputs: what is missing from it proves the
    /// less.
    pub fn note_losses(&mut self, lost: u64) {
        self.context.gaps.lost = self.context.gaps.lost.max(lost);
    }

    /// What a message that is judged on its own says about others.
    fn note(&mut self, message: &Message) {
        self.context.observe(message, |target| self.seen.latest_answer(target));
        if let Some(service) = message.service() {
            self.seen.note_refusal(service, message.correlation.flow, message.sender, message.timestamp);
        }
    }

    /// Tells that the capture's clock has reached `now`: closes incidents that were idle for long enough.
    pub fn advance(&mut self, now: Timestamp) {
        self.settle();
        if let Some(timeout) = self.incident_timeout {
            self.tracker.close_idle(Timestamp(now.0.saturating_sub(timeout)), &mut self.seen, &self.context);
        }
    }

    /// Incidents that closed since the last call, with their messages; they are not among the findings in the end.
    pub fn take_closed(&mut self) -> Closed {
        self.tracker.take_closed()
    }

    /// Incidents that are open and had messages since the last call, as they would be judged now.
    pub fn take_changed(&mut self) -> Vec<Open> {
        self.settle();
        self.tracker.take_changed(&mut self.seen, &self.context)
    }

    /// What was counted until the clock was last advanced, without the reasons of stops and remarks.
    pub fn totals(&self) -> Totals {
        let Tally { packets, bytes, .. } = self.tally;
        Totals { packets, bytes, ..self.totals.clone() }
    }

    /// Closes the incidents that are still open, so that they are told as others were.
    pub fn close_all(&mut self) {
        self.settle();
        self.tracker.close_all(&mut self.seen, &self.context);
    }

    /// Flows that are remembered.
    pub fn flows(&self) -> usize {
        self.seen.flows.len()
    }

    /// Judges everything that is still open.
    pub fn finish(self) -> (Findings, Totals) {
        self.finish_after(Vec::new())
    }

    /// The same, together with incidents that were taken earlier.
    pub fn finish_after(mut self, earlier: impl IntoIterator<Item = Findings>) -> (Findings, Totals) {
        self.settle();
        self.tell_span();
        self.tell_stops();
        self.tell_vantage();
        self.tell_bounds();
        let findings = self.tracker.finish(&mut self.seen, &self.context).after(earlier);
        (if self.devices { findings.with_devices(&self.context) } else { findings }, self.totals)
    }

    fn tell_span(&mut self) {
        let Tally { packets, bytes, mut span, .. } = self.tally;
        (self.totals.packets, self.totals.bytes) = (packets, bytes);
        span.join(self.seen.span());
        (self.totals.first, self.totals.last) = span.ends().unzip();
    }

    fn tell_stops(&mut self) {
        let reasons = Stop::ALL.iter().zip(self.stops).filter(|(_, count)| *count > 0);
        self.totals.stops = reasons.map(|(stop, count)| (stop.reason(), count)).collect();
        self.totals.stops.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    }

    fn tell_vantage(&mut self) {
        self.totals.disordered = std::mem::take(&mut self.early).inputs(&self.seen);
        let (seen, profiles) = self.seen.learned();
        let hosts = self.hosts.then_some(&*profiles);
        let vantage = Vantage::of(seen, hosts, self.totals.messages, self.totals.matched, self.snapped);
        self.totals.beside = vantage.beside;
        self.totals.remarks.extend(vantage.blind_spots);
        self.totals.remarks.extend(bounds::too_deep(self.too_deep));
    }

    fn tell_bounds(&mut self) {
        let (seen, profiles) = self.seen.learned();
        self.totals.remarks.extend(bounds::forgotten(seen, &profiles, &self.context));
        self.totals.remarks.extend(bounds::haste(self.searches.walks.cut_short()));
        self.totals.remarks.extend(bounds::shortage(self.tracker.shortage()));
    }
}
