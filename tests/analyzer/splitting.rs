//! A capture in several inputs is judged as it is in one.

use std::collections::HashMap;

use unreach::frame::InputId;
use unreach::unreachable::FrameRef;

use super::all_said;
use crate::corpus::{self, Captured};

/// The frames with each assigned to an input, and numbered in it.
fn assigned(frames: &[Captured], input: impl Fn(usize) -> u16) -> Vec<Captured> {
    let mut numbers: HashMap<u16, u64> = HashMap::new();
    let assign = |(place, captured): (usize, &Captured)| {
        let number = numbers.entry(input(place)).or_default();
        *number += 1;
        Captured { input: InputId(input(place)), number: *number, ..captured.clone() }
    };
    frames.iter().enumerate().map(assign).collect()
}

/// Frames as they were, and the same in several inputs: everything said of their messages must agree.
fn agree(name: &str, frames: &[Captured], split: &[Captured]) {
    let (whole, parts) = (corpus::findings(frames), corpus::findings(split));
    assert_eq!(all_said(&whole), all_said(&parts), "{name}");
    let places: HashMap<FrameRef, u64> = (frames.iter().zip(split))
        .map(|(frame, part)| (FrameRef { input: part.input, number: part.number }, frame.number))
        .collect();
    for (message, part) in whole.messages.iter().zip(parts.messages.iter()) {
        assert_eq!(places.get(&part.message.frame), Some(&message.message.frame.number), "{name}");
        let original = part.message.correlation.original.map(|original| places.get(&original).copied());
        assert_eq!(original, message.message.correlation.original.map(|original| Some(original.number)), "{name}");
    }
}

#[test]
fn a_capture_cut_in_two_is_judged_as_one() {
    for (path, frames) in ["lab", "namespaces"].into_iter().flat_map(corpus::all) {
        for cut in [1, frames.len() / 3, frames.len() / 2, frames.len().saturating_sub(2)] {
            let split = assigned(&frames, |place| u16::from(place >= cut));
            agree(&format!("{} cut at {cut}", path.display()), &frames, &split);
        }
    }
}

#[test]
fn a_capture_dealt_out_to_inputs_is_judged_as_one() {
    for (path, frames) in corpus::all("lab") {
        for inputs in [2, 3, 50] {
            let split = assigned(&frames, |place| (place % inputs) as u16);
            agree(&format!("{} in {inputs} inputs", path.display()), &frames, &split);
        }
    }
}

#[test]
fn all_captures_as_one_input_are_judged_as_many() {
    let many = corpus::frames(&corpus::captures("lab"));
    let one = assigned(&many, |_| 0);
    let (separate, joined) = (corpus::findings(&many), corpus::findings(&one));
    assert_eq!(all_said(&separate), all_said(&joined));
}
