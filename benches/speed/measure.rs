//! Measuring: time, least of several rounds, and what figures come to together.
//!
//! Enters: things to do that take time. Leaves: how long they took. Refuses to know: what they are.

use std::time::{Duration, Instant};

/// Does something once, and says how long the part of it took that counts.
pub type Way<'a> = Box<dyn FnMut() -> Duration + 'a>;

/// The least time of each way, over rounds in which all take their turn in the same order: what
/// slows the machine down for a while slows them all.
pub fn least(rounds: usize, ways: &mut [Way<'_>]) -> Vec<Duration> {
    let mut least = vec![Duration::MAX; ways.len()];
    for _ in 0..rounds {
        for (way, least) in ways.iter_mut().zip(&mut least) {
            *least = (*least).min(way());
        }
    }
    least
}

/// How long something takes, and what it gives.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed(), result)
}

/// How many times as long the first took as the second.
pub fn ratio(long: Duration, short: Duration) -> f64 {
    long.as_secs_f64() / short.as_secs_f64()
}

/// The mean of ratios.
pub fn geometric_mean(ratios: &[f64]) -> f64 {
    let logarithms: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
    (logarithms / ratios.len() as f64).exp()
}

/// The greatest of some figures.
pub fn worst(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// The figure in the middle.
pub fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
