//! What an analysis found, disguised: every address, and every text and id that was made of addresses.

use std::net::IpAddr;

use super::Disguise;
use crate::analyzer::Totals;
use crate::incident::{Device, Findings, Incident, NextStep};
use crate::unreachable::Message;

impl Disguise {
    /// Disguises everything that was found.
    pub fn findings(&mut self, findings: &mut Findings) {
        findings.messages.change(|message| self.message(message));
        findings.incidents.iter_mut().for_each(|incident| self.incident(incident));
        findings.devices.iter_mut().for_each(|device| self.device(device));
    }

    /// Disguises what was counted, and remarked.
    pub fn totals(&mut self, totals: &mut Totals) {
        self.list(&mut totals.beside);
        for remark in &mut totals.remarks {
            *remark = self.text(remark);
        }
    }

    /// Disguises a message.
    pub fn message(&mut self, message: &mut Message) {
        message.reporter = self.address(message.reporter);
        message.recipient = self.address(message.recipient);
        message.sender = message.sender.map(|sender| self.address(sender));
        message.target = message.target.map(|target| self.address(target));
        // No output says it; a hardware address tells more about its owner than an IP address.
        message.outer.mac = None;
    }

    /// Disguises an incident.
    pub fn incident(&mut self, incident: &mut Incident) {
        incident.id = self.id(&incident.id);
        incident.sender = incident.sender.map(|sender| self.address(sender));
        self.list(&mut incident.known_senders);
        incident.target = incident.target.map(|target| self.address(target));
        if let Some(reporter) = incident.one_reporter() {
            incident.reporter = self.address(reporter);
        }
        let (advice, command) = incident.next_step();
        incident.next_step = NextStep::told(self.text(&advice), self.text(&command));
    }

    /// Disguises a device.
    pub fn device(&mut self, device: &mut Device) {
        device.id = self.text(&device.id);
        self.list(&mut device.addresses);
        for way in &mut device.refuses {
            *way = self.text(way);
        }
    }

    /// Disguises addresses that stand in order, and puts them in order again: it would tell something of the old ones.
    fn list(&mut self, addresses: &mut [IpAddr]) {
        for address in addresses.iter_mut() {
            *address = self.address(*address);
        }
        addresses.sort_unstable();
    }
}
