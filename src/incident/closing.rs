//! From open cases to incidents: cases close, are judged, and those that tell one story are put into words together.

use super::cases::Numbered;
use super::copies::Copies;
use super::findings::{Findings, put_in_order};
use super::judge::judgement;
use super::story::{Judged, Story, incident, stories};
use super::tracker::{Place, Tracker};
use super::watch::{Group, serials};
use crate::evidence::{Case, CaseFacts, Context};
use crate::flow::{Observations, prefetch_item};
use crate::frame::Timestamp;
use crate::share;

/// Stories that are put into words at once: enough for [two threads](share::map). (With four times as many, what 2,660 incidents take
/// was memory twice.)
const TOLD_AT_ONCE: usize = 512;

/// Cases ahead at which what the facts of one lead to is brought into the cache, and once more for the facts themselves.
const AHEAD: usize = 4;

/// Brings into the cache what cases are judged or told by that are so many places further. Of thousands of open cases each is anywhere
/// in memory, and all that it leads to: not asked for, that took a quarter of their time.
fn look_ahead<'a>(further: impl Fn(usize) -> Option<&'a Numbered>, seen: &Observations) {
    if let Some(numbered) = further(2 * AHEAD) {
        prefetch_item(&**numbered);
    }
    if let Some(numbered) = further(AHEAD) {
        numbered.1.prefetch(seen);
    }
}

/// Has cases look for what came behind their messages.
fn look_behind(cases: &mut [Numbered], seen: &Observations) {
    for at in 0..cases.len() {
        if let Some(further) = cases.get(at + AHEAD) {
            prefetch_item(&**further);
        }
        cases[at].1.look_behind(seen);
    }
}

impl Tracker {
    /// Judges the half of the cases that had no message for longest.
    pub fn close_oldest(&mut self, seen: &mut Observations, context: &Context) {
        let mut times: Vec<Timestamp> = self.open.iter().map(|numbered| numbered.1.last_seen).collect();
        times.sort_unstable();
        let Some(&median) = times.get(times.len() / 2) else { return };
        self.shortage.closed_early += self.close_where(seen, context, |facts| facts.last_seen <= median);
    }

    /// Judges what is still open, and hands everything out: messages in the order they came, incidents by first message.
    pub fn finish(mut self, seen: &mut Observations, context: &Context) -> Findings {
        // No message comes any more, nor a packet: what only they need makes room for judgements.
        self.copies = Copies::default();
        self.marker.end();
        let mut all = [self.open.take_all(), self.collectives.take_all()];
        for cases in &mut all {
            look_behind(cases, seen);
        }
        seen.end();
        let [open, collectives] = all.map(|cases| self.judged(cases, seen, context));
        // What was judged needs words, which take as much memory as what nobody asks for any more.
        seen.close();
        self.tell(open, seen);
        self.tell(collectives, seen);
        let Self { places, mut messages, mut incidents, by_case, .. } = self;
        let rank = put_in_order(&mut incidents);
        let waiting = by_case.into_iter().flat_map(|mut waiting| waiting.take_all());
        waiting.for_each(|entry| messages.add(&entry.message, &[], entry.labels, entry.case));
        let incident_of = |(case, place)| match place {
            Place::Closed(position) => rank.get(position as usize).map(|&rank| (case, rank as u32)),
            Place::Open => None,
        };
        messages.judge(places.into_iter().filter_map(incident_of).collect());
        Findings { messages, incidents, devices: Vec::new() }
    }

    /// Judges the cases that `closes` says yes to; says how many there were.
    pub(super) fn close_where(
        &mut self,
        seen: &mut Observations,
        context: &Context,
        closes: impl Fn(&CaseFacts) -> bool,
    ) -> u64 {
        let closing = self.open.take_where(closes);
        self.groups = self.open.iter().map(|numbered| Group::of(&numbered.1.key, &self.grouping)).collect();
        self.close(closing, seen, context)
    }

    /// Judges cases that closed, and tells what they come to; says how many there were.
    pub(super) fn close(&mut self, mut closing: Vec<Numbered>, seen: &mut Observations, context: &Context) -> u64 {
        look_behind(&mut closing, seen);
        let judged = self.judged(closing, seen, context);
        let flows = judged.iter().flat_map(|(numbered, _)| &numbered.1.flows);
        flows.for_each(|&(flow, ..)| seen.release(flow));
        let count = judged.len() as u64;
        self.tell(judged, seen);
        count
    }

    fn judged(&self, mut closing: Vec<Numbered>, seen: &mut Observations, context: &Context) -> Vec<Judged> {
        // By their numbers, as places are used again.
        closing.sort_unstable_by_key(|numbered| numbered.0);
        let (seen, profiles) = seen.learned();
        let profiles = &*profiles;
        let ahead = |rest: &[Numbered]| {
            look_ahead(|places| rest.get(places), seen);
            if let Some(numbered) = rest.get(AHEAD + AHEAD / 2) {
                Case::prefetch_slots(&numbered.1, seen, profiles, context);
            }
            if let Some(numbered) = rest.get(AHEAD) {
                Case::prefetch(&numbered.1, seen, profiles, context);
            }
        };
        share::map(closing, self.threads, ahead, |numbered| {
            let judgement = judgement(&Case::new(&numbered.1, seen, profiles, context));
            (numbered, judgement)
        })
    }

    /// Puts incidents into words.
    fn tell(&mut self, judged: Vec<Judged>, seen: &Observations) {
        let mut stories = stories(judged).into_iter();
        self.incidents.reserve(stories.len());
        loop {
            // Not all at once: what an incident says takes memory, and its cases give theirs back.
            let some: Vec<Story> = stories.by_ref().take(TOLD_AT_ONCE).collect();
            if some.is_empty() {
                return;
            }
            let ahead = |rest: &[Story]| look_ahead(|places| Some(&rest.get(places)?.first()?.0), seen);
            let told = share::map(some, self.threads, ahead, |mut story| {
                let (incident, serials) = (incident(&mut story, seen), serials(&story));
                (incident, serials, story)
            });
            // What a story holds is given back by the thread that took it: the other would wait for the allocator's lock with each
            // piece (an eighth of the time from the last packet of a scan to its table).
            for (mut incident, cases, _story) in told {
                let position = self.incidents.len() as u32;
                cases.iter().for_each(|&case| self.put(case, Place::Closed(position)));
                self.serials.push(cases);
                self.ids.settle(&mut incident);
                self.incidents.push(incident);
            }
        }
    }

    fn put(&mut self, case: u32, place: Place) {
        if let Some(known) = self.places.get_mut(&case) {
            *known = place;
        }
    }
}
