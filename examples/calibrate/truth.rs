//! What a labelled message really was, and what an answer about it earns: 1 for the true cause, and honesty where the
//! truth cannot be read off a capture.

use serde::Deserialize;
use unreach::verdict::{Attribution, Cause, Verdict};

/// Ways to say port-unreachable that send the same bytes on the same host.
const TWINS: [&str; 6] = [
    "closed-udp",
    "ipt-reject-input",
    "ipt-legacy-reject-input",
    "nft-reject-input",
    "nft-reject-prerouting-host",
    "ipt-reject-output-local",
];

/// Filters that answer in the target's name.
const IMPERSONATORS: [&str; 2] = ["bridge-netdev", "nft-reject-netdev"];

/// The most that may be staked on the wrong twin.
const TWIN_CONFIDENCE: f64 = 0.90;

/// The most that may be staked on a closed port behind an impersonator.
const IMPERSONATED_CONFIDENCE: f64 = 0.80;

/// A row of `labels.csv`, as far as it is needed.
#[derive(Debug, Deserialize)]
pub(crate) struct Label {
    pub(crate) frame: u64,
    ip_version: String,
    icmp_type: String,
    icmp_code: String,
    q_proto: String,
    cause: String,
    mechanism_id: String,
    circumstance: String,
}

/// What a message really was.
#[derive(Clone, Debug)]
pub(crate) struct Truth {
    /// Causes that are right, one by one in the order of [`Cause::ALL`].
    pub(crate) right: [bool; 8],
    /// Whether another cause on the same host would have sent the same bytes.
    pub(crate) is_twin: bool,
    /// Whether a filter says port-unreachable in the target's name.
    is_impersonated: bool,
}

impl Label {
    /// What makes messages of a capture alike, so that many of them weigh no more than a few.
    pub(crate) fn group(&self) -> String {
        let Self { mechanism_id, ip_version, icmp_type, icmp_code, q_proto, circumstance, .. } = self;
        [mechanism_id, ip_version, icmp_type, icmp_code, q_proto, circumstance].map(String::as_str).join(" ")
    }

    /// The causes that are right, and what else bears on the credit.
    pub(crate) fn truth(&self) -> Truth {
        let named = |name: &str| Cause::ALL.map(|cause| cause.name() == name);
        let right = self.right().iter().map(|name| named(name)).fold([false; 8], either);
        let code = (self.ip_version.as_str(), self.icmp_type.as_str(), self.icmp_code.as_str());
        let is_port_code = matches!(code, ("4", "3", "3") | ("6", "1", "4")) && self.q_proto == "17";
        let is_twin = self.is_any(&TWINS) && matches!(self.cause.as_str(), "closed-port" | "host-firewall");
        Truth { right, is_twin: is_port_code && is_twin, is_impersonated: is_port_code && self.is_any(&IMPERSONATORS) }
    }

    /// Names of the causes that are right.
    fn right(&self) -> Vec<&str> {
        let mut causes = vec![match self.cause.as_str() {
            "spoofed" => "forged",
            "mtu" => "packet-too-big",
            "other" => "no-route",
            cause => cause,
        }];
        if matches!(self.mechanism_id.as_str(), "route-prohibit" | "rule-prohibit") {
            causes.extend(["network-filter", "no-route"]);
        }
        if self.circumstance == "nat-mapping-expired" {
            causes.extend(["closed-port", "network-filter"]);
        }
        if self.is_any(&IMPERSONATORS) {
            causes.extend(["host-firewall", "network-filter"]);
        }
        causes
    }

    fn is_any(&self, kinds: &[&str]) -> bool {
        kinds.iter().any(|kind| self.mechanism_id.starts_with(kind))
    }
}

fn either(some: [bool; 8], others: [bool; 8]) -> [bool; 8] {
    std::array::from_fn(|cause| some[cause] || others[cause])
}

impl Truth {
    /// Whether the cause is right, honesty aside.
    pub(crate) fn is(&self, cause: Cause) -> bool {
        self.right[cause as usize]
    }

    /// What the verdict's cause earns.
    pub(crate) fn credit(&self, verdict: &Verdict) -> f64 {
        self.earned(verdict.cause.as_ref(), verdict.confidence, verdict, |cause| cause)
    }

    /// What its attribution earns.
    pub(crate) fn attribution_credit(&self, verdict: &Verdict) -> f64 {
        let said = Some(verdict.attribution).filter(|&said| said != Attribution::Undetermined);
        self.earned(said.as_ref(), verdict.attribution_confidence, verdict, Cause::attribution)
    }

    /// What `said` earns on the scale that `of` maps causes to.
    fn earned<T: PartialEq>(&self, said: Option<&T>, confidence: f64, verdict: &Verdict, of: fn(Cause) -> T) -> f64 {
        let is_right = |said: &T| Cause::ALL.into_iter().any(|cause| self.is(cause) && of(cause) == *said);
        let said_twin = said.is_none_or(|said| {
            confidence <= TWIN_CONFIDENCE && (*said == of(Cause::ClosedPort) || *said == of(Cause::HostFirewall))
        });
        let is_modest = said.is_none_or(|said| confidence <= IMPERSONATED_CONFIDENCE && *said == of(Cause::ClosedPort));
        let names_truth = || verdict.candidates.iter().take(2).any(|&(cause, _)| is_right(&of(cause)));
        if said.is_some_and(is_right) || (self.is_twin && said_twin) {
            return 1.0;
        }
        if (self.is_impersonated && is_modest) || (said.is_none() && names_truth()) { 0.5 } else { 0.0 }
    }
}
