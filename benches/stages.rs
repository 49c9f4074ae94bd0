//! How long each stage takes: reading, decoding, the flow table, and everything together. See `README.md` beside.

mod traffic;

use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use unreach::analyzer::{Analyzer, Config};
use unreach::capture::blocks::Blocks;
use unreach::decode::{self, Tunnels};
use unreach::flow::{Bounds, Observations, Steps};
use unreach::frame::{Frame, InputId, LinkType, Timestamp};

use traffic::{Captured, Form, Mix, Traffic, write};

/// Frames of a capture: enough to leave the caches of a core.
const FRAMES: u64 = 100_000;

/// Frames that are handed to an analyzer together, as `unreach read` does.
const BATCH: usize = 4096;

fn frames(mix: Mix) -> Vec<Captured> {
    Traffic::new(mix, FRAMES).take(FRAMES as usize).collect()
}

fn capture(mix: Mix, form: Form) -> Arc<[u8]> {
    let mut bytes = Vec::new();
    write(form, Traffic::new(mix, FRAMES).take(FRAMES as usize), &mut bytes).expect("memory can be written");
    bytes.into()
}

fn open(capture: &Arc<[u8]>) -> Blocks {
    let Ok(blocks) = Blocks::open(Box::new(Cursor::new(Arc::clone(capture))), InputId(0)) else {
        panic!("the capture is one")
    };
    blocks
}

fn advance(blocks: &mut Blocks) -> bool {
    blocks.advance().expect("the capture is whole")
}

/// The frames as a reader hands them out.
fn borrowed(frames: &[Captured]) -> Vec<Frame<'_>> {
    let mut borrowed = Vec::new();
    for (number, Captured { nanoseconds, bytes }) in (1..).zip(frames) {
        let (timestamp, wire_length) = (Timestamp(nanoseconds.cast_signed()), bytes.len() as u32);
        borrowed.push(Frame { input: InputId(0), number, timestamp, link: LinkType::ETHERNET, bytes, wire_length });
    }
    borrowed
}

fn reader(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("reader");
    group.throughput(Throughput::Elements(FRAMES));
    for (name, form) in [("pcap", Form::Pcap), ("pcapng", Form::Pcapng)] {
        let capture = capture(Mix::Typical, form);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut blocks = open(&capture);
                let mut bytes = 0;
                while advance(&mut blocks) {
                    bytes += blocks.frames().map(|frame| frame.bytes.len()).sum::<usize>();
                }
                bytes
            });
        });
    }
}

fn decoder(criterion: &mut Criterion) {
    let captured = frames(Mix::Typical);
    let tunnels = Tunnels::default();
    let plain: Vec<_> =
        borrowed(&captured).into_iter().filter(|frame| decode::plain(frame, &tunnels).is_some()).collect();
    let mut group = criterion.benchmark_group("decoder");
    group.throughput(Throughput::Elements(plain.len() as u64));
    group.bench_function("plain", |bencher| {
        bencher.iter(|| plain.iter().for_each(|frame| _ = black_box(decode::plain(frame, &tunnels))));
    });
    group.bench_function("general", |bencher| {
        bencher.iter(|| plain.iter().for_each(|frame| _ = black_box(decode::frame(frame))));
    });
}

/// Packets into a table that is empty, which makes all flows new once; and into one that knows them all.
fn flow_table(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("flow-table");
    for (name, mix) in [("typical", Mix::Typical), ("hostile", Mix::Hostile)] {
        let captured = frames(mix);
        let (mut known, mut steps) = ready(&captured);
        group.throughput(Throughput::Elements(steps.len() as u64));
        group.bench_function(format!("{name}, empty"), |bencher| {
            bencher.iter_batched_ref(|| ready(&captured), |(seen, steps)| enter(seen, steps), BatchSize::PerIteration);
        });
        enter(&mut known, &mut steps);
        group.bench_function(format!("{name}, known"), |bencher| bencher.iter(|| enter(&mut known, &mut steps)));
    }
}

/// An empty table, and the packets that are to go into it.
fn ready(captured: &[Captured]) -> (Observations, Steps) {
    let (empty, tunnels) = (Observations::new(&Bounds::default()), Tunnels::default());
    let mut steps = Steps::default();
    for frame in borrowed(captured) {
        if let Some(plain) = decode::plain(&frame, &tunnels) {
            steps.push_plain(&frame.stamp(), &plain, empty.flows.locator());
        }
    }
    (empty, steps)
}

fn enter(seen: &mut Observations, steps: &mut Steps) {
    seen.look_ahead_first(steps);
    seen.enter_all(steps, 0..steps.len());
}

/// From the bytes of a capture to findings, on one thread.
fn whole_run(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole-run");
    group.throughput(Throughput::Elements(FRAMES)).sample_size(20).measurement_time(Duration::from_secs(10));
    let mixes = [("typical", Mix::Typical), ("hostile", Mix::Hostile), ("mismatched", Mix::Mismatched)];
    for (name, mix) in mixes {
        let capture = capture(mix, Form::Pcap);
        group.bench_function(name, |bencher| bencher.iter(|| findings(&capture)));
    }
}

fn findings(capture: &Arc<[u8]>) -> usize {
    let mut blocks = open(capture);
    let mut analyzer = Analyzer::new(Config::default());
    let mut batch = analyzer.batch(BATCH);
    while advance(&mut blocks) {
        let (known, fresh) = blocks.frames().parts();
        known.for_each(|frame| batch.add(&frame));
        fresh.for_each(|frame| batch.add(&frame));
        if !batch.has_room() {
            analyzer.push_batch(&mut batch);
            batch.clear();
        }
    }
    analyzer.push_batch(&mut batch);
    analyzer.finish().0.incidents.len()
}

criterion_group!(stages, reader, decoder, flow_table, whole_run);
criterion_main!(stages);
