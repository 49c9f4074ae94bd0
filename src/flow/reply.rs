//! Answers, on the way to what is remembered of the ports and the hosts that they come from.

use std::net::IpAddr;

use super::step::Step;
use super::words::{self, Address, Key};
use super::{FlowId, Observations, Service};
use crate::frame::Timestamp;

/// An answer that is noted of its port.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply {
    service: Address,
    host: Address,
    service_tag: u32,
    host_tag: u32,
    /// Who asked, in which flow, and when that was answered; `None` of a TCP reset.
    served: Option<(Address, FlowId, Timestamp)>,
}

/// Answers that wait until what they need has come into the cache: where that is nobody knows before them. (One after the other, each
/// waited for both loads: of a hundred thousand flows some two hundredths of the time.)
const TOGETHER: usize = 8;

impl Observations {
    /// Takes a reset.
    pub(super) fn note_reset(&mut self, step: &Step, from: Address) {
        self.add_reply(step, from, None);
    }

    /// Takes another answer: what it says of the port it comes from.
    pub(super) fn note_served(&mut self, step: &Step, id: FlowId, (from, to): (Address, Address)) {
        self.add_reply(step, from, Some((to, id, step.captured.timestamp)));
    }

    fn add_reply(&mut self, step: &Step, host: Address, served: Option<(Address, FlowId, Timestamp)>) {
        let port = step.located.ports(step.direction()).source;
        let service = words::service(host, step.located.protocol(), port);
        let (service_tag, host_tag) = (self.services.tag(&service), self.answering.tag(&host));
        self.services.prefetch_slot(service_tag);
        self.answering.prefetch_slot(host_tag);
        self.replies.push(Reply { service, host, service_tag, host_tag, served });
        if self.replies.len() >= TOGETHER {
            self.take_replies();
        }
    }

    /// Notes the answers that wait, in their order.
    pub(super) fn take_replies(&mut self) {
        let Self { replies, services, answering, .. } = self;
        for reply in &*replies {
            services.prefetch_entry(reply.service_tag);
            answering.prefetch_entry(reply.host_tag);
        }
        for Reply { service, host, service_tag, host_tag, served } in replies.drain(..) {
            let service = services.entry_tagged(service, service_tag, Service::default);
            match served {
                None => service.resets = service.resets.saturating_add(1),
                Some((asker, flow, time)) => {
                    service.note_answer(time, IpAddr::of(&asker), flow);
                    *answering.entry_tagged(host, host_tag, FlowId::default) = flow;
                }
            }
        }
    }
}
