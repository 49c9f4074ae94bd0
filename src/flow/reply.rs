//! Answers, on the way to what is remembered of the ports and the hosts that they come from.

use std::net::IpAddr;

use super::step::Step;
use super::words::{self, Address, Key, Port};
use super::{FlowId, Observations, Service};
use crate::frame::Timestamp;

/// An answer that is to be noted of its port, and of its host.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply {
    port: Port,
    port_tag: u32,
    /// Nothing of a TCP reset.
    served: Option<Served>,
}

/// An answer other than a reset.
#[derive(Clone, Copy, Debug)]
struct Served {
    host: Address,
    host_tag: u32,
    asker: Address,
    flow: FlowId,
    time: Timestamp,
}

/// Answers that wait, to be noted together: which port and host they are of is not known before they come, so that what is loaded for
/// them cannot be asked for earlier. (Noted one by one each waited for it: without that, and without giving back findings piece by
/// piece in the end, a capture of a hundred thousand flows took 0.94 of the time on one thread.)
const TOGETHER: usize = 8;

impl Observations {
    /// Takes a reset; it is noted of its port soon.
    pub(super) fn add_reset(&mut self, step: &Step, from: Address) {
        self.add_reply(step, from, None);
    }

    /// Takes another answer; what it says of the port it comes from, and of the host, is noted soon.
    pub(super) fn add_served(&mut self, step: &Step, flow: FlowId, (host, asker): (Address, Address)) {
        let host_tag = self.answering.tag(&host);
        self.answering.prefetch_slot(host_tag);
        self.add_reply(step, host, Some(Served { host, host_tag, asker, flow, time: step.captured.timestamp }));
    }

    fn add_reply(&mut self, step: &Step, from: Address, served: Option<Served>) {
        let number = step.located.ports(step.direction()).source;
        let port = words::service(from, step.located.protocol(), number);
        let port_tag = self.services.tag(&port);
        self.services.prefetch_slot(port_tag);
        self.replies.push(Reply { port, port_tag, served });
        if self.replies.len() >= TOGETHER {
            self.take_replies();
        }
    }

    /// Notes the answers that wait, in their order.
    pub(super) fn take_replies(&mut self) {
        let Self { replies, services, answering, .. } = self;
        for reply in &*replies {
            services.prefetch_entry(reply.port_tag);
            if let Some(served) = &reply.served {
                answering.prefetch_entry(served.host_tag);
            }
        }
        for Reply { port, port_tag, served } in replies.drain(..) {
            let service = services.entry_tagged(port, port_tag, Service::default);
            match served {
                None => service.resets = service.resets.saturating_add(1),
                Some(Served { host, host_tag, asker, flow, time }) => {
                    service.note_answer(time, IpAddr::of(&asker), flow);
                    *answering.entry_tagged(host, host_tag, FlowId::default) = flow;
                }
            }
        }
    }
}
