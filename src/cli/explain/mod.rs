//! `unreach explain`: what a word means, or why an incident was judged as it was.

mod incident;
mod prose;
mod topics;

use super::arguments::{Explain, Talk};
use super::ending::{Ending, Failure};
use super::likeness::did_you_mean;
use super::memory::Shares;
use super::progress::Progress;
use super::read::{self, Wanted};
use super::session::{Told, lost_rows};
use super::{anonymize, pump, streams};
use crate::incident::Incident;
use crate::naming::Naming;

/// How an incident is named.
const WHICH: &str = "give its id, as column ID of the table has it";

/// Explains what was asked for.
pub(super) fn run(arguments: &Explain, talk: Talk) -> Result<Ending, Failure> {
    let what = arguments.what.as_deref().unwrap_or("all");
    if !arguments.captures.is_empty() {
        if what == "all" {
            return Err(Failure::Usage(format!("which incident? --in explains one: {WHICH}")));
        }
        return explain_incident(what, arguments, talk);
    }
    if what == "all" {
        streams::results(topics::write_list)?;
        return Ok(Ending::Whole);
    }
    let topics = topics::named(what);
    if topics.is_empty() {
        return Err(Failure::Usage(format!(
            "`{what}` is nothing that a table shows{} (`unreach explain` lists what is explained; \
             an incident is explained with its captures: unreach explain {what} --in PATH...)",
            did_you_mean(what, topics::names())
        )));
    }
    streams::results(|out| {
        topics.iter().enumerate().try_for_each(|(position, topic)| {
            if position > 0 {
                writeln!(out)?;
            }
            topic.write(out)
        })
    })?;
    Ok(Ending::Whole)
}

fn explain_incident(id: &str, arguments: &Explain, talk: Talk) -> Result<Ending, Failure> {
    let disguise = arguments.anonymity.disguise()?;
    let told = Told { messages: true, devices: false, hosts: false };
    let shares = Shares::of_analysis(&arguments.input);
    let wanted = Wanted { shares, told, threads: pump::granted(pump::threads()), follow: false, duration: None };
    let (mut naming, progress) = (Naming::default(), Progress::begin(talk));
    let mut gathered = read::analyze(&arguments.captures, &arguments.input, &wanted, &mut naming, progress)?;
    if let Some(mut disguise) = disguise {
        anonymize::apply(&mut disguise, &mut gathered);
    }
    gathered.problems.iter().for_each(|problem| streams::warn(problem));
    let incident = only_one(id, &gathered.findings.incidents)?;
    streams::results(|out| incident::write(incident, &gathered, out))?;
    let ending = if gathered.problems.is_empty() { Ending::Whole } else { Ending::Damaged };
    Ok(ending.max(lost_rows(&gathered.findings)))
}

/// The incident whose id begins so.
fn only_one<'a>(id: &str, incidents: &'a [Incident]) -> Result<&'a Incident, Failure> {
    let mut found = incidents.iter().filter(|incident| incident.id.starts_with(id));
    match (found.next(), found.next()) {
        (Some(incident), None) => Ok(incident),
        (Some(first), Some(second)) => {
            Err(Failure::Usage(format!("`{id}` may be incident {} or {}: give more of it", first.id, second.id)))
        }
        (None, _) => {
            // It may be a word of the same table that was meant.
            let is_word = !topics::named(id).is_empty();
            let hint = if is_word { format!(" (what the word means: unreach explain {id})") } else { String::new() };
            Err(Failure::Usage(format!("there is no incident `{id}` in these captures: {WHICH}{hint}")))
        }
    }
}
