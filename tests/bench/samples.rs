//! Times that were measured, and how they are shown beside their baseline.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

/// How often a thing is measured: as many times as `count`, or until `time` is over.
#[derive(Clone, Copy)]
pub struct Bound {
    /// Runs before the first that counts.
    pub warm_up: usize,
    pub count: usize,
    pub time: Duration,
}

/// For requests of about a millisecond.
pub const SHORT: Bound = Bound { warm_up: 50, count: 1_000, time: Duration::from_secs(15) };
/// For reads and writes that reach the disk or another service.
pub const LONG: Bound = Bound { warm_up: 20, count: 300, time: Duration::from_secs(20) };

/// Measured times, shortest first; at least one.
pub struct Samples(Vec<Duration>);

impl Samples {
    /// Times one run after the other, each from its call to its end.
    pub async fn take(bound: Bound, mut run: impl AsyncFnMut()) -> Self {
        // What takes long is not waited for that often.
        let warm = Instant::now() + bound.time / 4;
        for _ in 0..bound.warm_up {
            run().await;
            if Instant::now() > warm {
                break;
            }
        }
        let end = Instant::now() + bound.time;
        let mut times = Vec::with_capacity(bound.count);
        while times.is_empty() || times.len() < bound.count && Instant::now() < end {
            let began = Instant::now();
            run().await;
            times.push(began.elapsed());
        }
        Self::of(times)
    }

    /// Times that were measured elsewhere.
    pub fn of(mut times: Vec<Duration>) -> Self {
        assert!(!times.is_empty(), "nothing was measured");
        times.sort();
        Self(times)
    }

    /// The time that this share of all stayed within; nearest rank.
    fn quantile(&self, share: f64) -> Duration {
        let rank = (share * self.0.len() as f64).ceil() as usize;
        self.0[rank.clamp(1, self.0.len()) - 1]
    }

    /// The longest.
    pub fn most(&self) -> Duration {
        self.quantile(1.0)
    }

    pub fn median(&self) -> Duration {
        self.quantile(0.5)
    }
}

/// What was promised and not kept in this run.
static OVER: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Notes a promise that was not kept; the run goes on, says so at its end, and fails.
pub fn promise(kept: bool, what: impl FnOnce() -> String) {
    if !kept {
        OVER.lock().expect("no run panicked").push(what());
    }
}

/// A promise that this share of all stays within a time.
pub fn within(what: &str, samples: &Samples, share: f64, most: Duration) {
    let found = samples.quantile(share);
    promise(found <= most, || {
        format!("{what}: {} at p{:.0}, at most {} was promised", shown(found), share * 100.0, shown(most))
    });
}

/// What was promised and not kept.
pub fn broken_promises() -> Vec<String> {
    OVER.lock().expect("no run panicked").clone()
}

/// Prints the heading of a table of times.
pub fn heading() {
    println!("| what | n | min | median | p95 | p99 | max | ratio of medians |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
}

/// Prints a measurement and what it costs compared with its baseline.
pub fn compare(ours: &str, measured: &Samples, theirs: &str, baseline: &Samples) {
    let ratio = measured.median().as_secs_f64() / baseline.median().as_secs_f64();
    line(ours, measured, &format!("{ratio:.2}"));
    line(&format!("&nbsp;&nbsp;{theirs}"), baseline, "1");
}

/// Prints a measurement that has no baseline of its own.
pub fn line(what: &str, samples: &Samples, ratio: &str) {
    let [min, median, p95, p99, max] = [0.0, 0.5, 0.95, 0.99, 1.0].map(|share| shown(samples.quantile(share)));
    println!("| {what} | {} | {min} | {median} | {p95} | {p99} | {max} | {ratio} |", samples.0.len());
}

fn shown(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds >= 1.0 {
        format!("{seconds:.2} s")
    } else if seconds >= 1e-3 {
        format!("{:.2} ms", seconds * 1e3)
    } else {
        format!("{:.0} µs", seconds * 1e6)
    }
}
