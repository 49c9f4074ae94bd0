//! Frames one by one, or sifted in batches as another thread hands them over: the findings are the same.

use unreach::analyzer::{Analyzer, Batch, Config, Totals};
use unreach::frame::{Frame, LinkType};
use unreach::incident::Findings;

use crate::corpus::{self, Captured};

fn one_by_one(frames: &[Captured]) -> (Findings, Totals) {
    let mut analyzer = Analyzer::new(Config::default());
    for captured in frames {
        analyzer.push(&captured.frame());
    }
    analyzer.finish()
}

/// In batches of at most `size` frames, one batch used over and over.
fn in_batches(frames: &[Captured], size: usize) -> (Findings, Totals) {
    let mut analyzer = Analyzer::new(Config::default());
    let mut batch = analyzer.batch(2048);
    for part in frames.chunks(size) {
        fill(&mut batch, part);
        analyzer.push_batch(&mut batch);
    }
    analyzer.finish()
}

/// The same with three batches on their way, as another thread fills them.
fn in_batches_ahead(frames: &[Captured], size: usize) -> (Findings, Totals) {
    let mut analyzer = Analyzer::new(Config::default());
    let mut batches = [(); 3].map(|()| analyzer.batch(2048));
    for parts in frames.chunks(3 * size) {
        let filled = batches.iter_mut().zip(parts.chunks(size)).map(|(batch, part)| {
            batch.catch_up();
            fill(batch, part);
            batch.seal();
            batch
        });
        filled.collect::<Vec<_>>().into_iter().for_each(|batch| analyzer.push_batch(batch));
    }
    analyzer.finish()
}

fn fill(batch: &mut Batch, part: &[Captured]) {
    batch.clear();
    for captured in part {
        batch.add(&captured.frame());
    }
}

#[test]
fn batches_give_the_same_findings() {
    for (path, frames) in ["lab", "namespaces", "crafted"].into_iter().flat_map(corpus::all) {
        let (findings, totals) = one_by_one(&frames);
        for size in [1, 7, 2048] {
            for (batched, counted) in [in_batches(&frames, size), in_batches_ahead(&frames, size)] {
                assert_eq!(format!("{batched:?}"), format!("{findings:?}"), "{} by {size}", path.display());
                assert_eq!(format!("{counted:?}"), format!("{totals:?}"), "{} by {size}", path.display());
            }
        }
    }
}

/// Adds a frame again and again, until the batch is full; says how often.
fn until_full(batch: &mut Batch, frame: Frame<'_>) -> usize {
    while batch.has_room() && batch.len() < 1000 {
        batch.add(&frame);
    }
    batch.len()
}

#[test]
fn a_batch_ends_where_it_is_full() {
    let frames = corpus::frames(&corpus::captures("lab")[..1]);
    let mut batch = Analyzer::new(Config::default()).batch(100);
    assert_eq!((until_full(&mut batch, frames[0].frame()), batch.len()), (100, 100));
    batch.clear();
    assert!(batch.is_empty());
}

#[test]
fn a_batch_of_large_frames_is_full_sooner() {
    let bytes = vec![0; 65536];
    let large =
        Frame { link: LinkType(9999), bytes: &bytes, ..corpus::frames(&corpus::captures("lab")[..1])[0].frame() };
    let mut batch = Analyzer::new(Config::default()).batch(usize::MAX);
    let taken = until_full(&mut batch, large);
    assert!((2..100).contains(&taken), "{taken} frames");
}
