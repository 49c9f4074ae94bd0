//! Profiles of hosts, and of pairs of them: what nothing but judgements asks for, so that it is learned where there is time.

use std::net::IpAddr;

use super::lesson::Lesson;
use super::step::Answer;
use super::words::bits;
use super::{Bounded, Host, Pair};
use crate::handover::Worker;

/// What is known of hosts.
#[derive(Clone, Debug)]
pub struct Profiles {
    /// Hosts by their own packets.
    pub hosts: Bounded<IpAddr, Host>,
    /// What each sender tried at each target.
    pub pairs: Bounded<(IpAddr, IpAddr), Pair>,
    /// Room for the tags of lessons.
    tags: Vec<Tags>,
}

/// What the host that a lesson is about is found by, and its pair, and whoever was served for the first time in a flow.
#[derive(Clone, Copy, Debug)]
struct Tags {
    host: u32,
    pair: u32,
    served: Option<u32>,
}

/// Lessons ahead at which the entry that one is about is brought into the cache, and once more for the slot that leads there.
const AHEAD: usize = 8;

impl Profiles {
    /// Nothing yet; at most `limit` of each.
    pub(super) fn new(limit: usize) -> Self {
        Self { hosts: Bounded::new(limit), pairs: Bounded::new(limit), tags: Vec::new() }
    }

    /// Learns lessons, in their order.
    fn learn(&mut self, lessons: &[Lesson]) {
        let mut tags = std::mem::take(&mut self.tags);
        tags.clear();
        tags.extend(lessons.iter().map(|lesson| self.tags_of(lesson)));
        for (position, (lesson, &own)) in lessons.iter().zip(&tags).enumerate() {
            if let Some(later) = tags.get(position + 2 * AHEAD) {
                self.hosts.prefetch_slot(later.host);
                self.pairs.prefetch_slot(later.pair);
                if let Some(served) = later.served {
                    self.hosts.prefetch_slot(served);
                }
            }
            if let Some(later) = tags.get(position + AHEAD) {
                self.hosts.prefetch_entry(later.host);
                self.pairs.prefetch_entry(later.pair);
                if let Some(served) = later.served {
                    self.hosts.prefetch_entry(served);
                }
            }
            self.learn_one(lesson, own);
        }
        self.tags = tags;
    }

    #[inline]
    fn tags_of(&self, lesson: &Lesson) -> Tags {
        Tags {
            host: self.hosts.tag(&lesson.from),
            pair: self.pairs.tag(&lesson.pair()),
            served: lesson.serves_first().then(|| self.hosts.tag(&lesson.to)),
        }
    }

    #[inline]
    fn learn_one(&mut self, lesson: &Lesson, tags: Tags) {
        let host = self.hosts.entry_tagged(lesson.from, tags.host, Host::default);
        if let Some(signature) = lesson.echo {
            return host.learn_echo(signature);
        }
        if lesson.teaches_ttl() {
            host.ttls.add(lesson.ttl);
        }
        host.learn_mac(lesson.mac());
        host.points_differ |= lesson.passed();
        if lesson.opens() {
            host.learn_opened(bits(lesson.to), lesson.port, lesson.timestamp);
            let pair = self.pairs.entry_tagged(lesson.pair(), tags.pair, Pair::default);
            return pair.note_opened(lesson.port, lesson.ttl, lesson.timestamp);
        }
        if let Some(microseconds) = lesson.round_trip() {
            host.learn_round_trip(microseconds, lesson.is_handshake());
        }
        let answer = lesson.answer();
        match answer {
            Answer::None => return,
            Answer::Reset => host.learn_reset(lesson.ttl),
            Answer::Served => host.learn_served(lesson.is_tcp(), lesson.is_first()),
        }
        host.learn_answer(lesson.timestamp);
        if let Some(served) = tags.served {
            self.learn_first_served(lesson, tags.pair, served);
        }
    }

    /// Who is served for the first time in a flow had opened it.
    #[inline]
    fn learn_first_served(&mut self, lesson: &Lesson, pair_tag: u32, host_tag: u32) {
        if let Some(pair) = self.pairs.get_mut_tagged(&lesson.pair(), pair_tag) {
            pair.answered = pair.answered.saturating_add(1);
        }
        if let Some(host) = self.hosts.get_mut_tagged(&lesson.to, host_tag) {
            host.served = host.served.saturating_add(1);
        }
    }
}

impl Worker for Profiles {
    type Job = Vec<Lesson>;
    /// Those of a few batches.
    const MOST: usize = 8;

    fn work(&mut self, mut lessons: Vec<Lesson>) -> Option<Vec<Lesson>> {
        self.learn(&lessons);
        lessons.clear();
        Some(lessons)
    }
}
