//! What was measured, as a table: dearest first, with the prices that would bring outliers in.
//!
//! Enters: lines. Leaves: print. Refuses to know: how anything was measured.

use crate::measure::median;

/// Nothing shall take more than this many times the median time of a tick.
const TOLERANCE: f64 = 8.0;

/// The time and the ticks of one thing that a guest can do.
pub struct Line {
    pub name: String,
    pub nanoseconds: f64,
    pub ticks: f64,
}

impl Line {
    pub fn per_tick(&self) -> f64 {
        self.nanoseconds / self.ticks
    }
}

/// The time of a tick in the middle of all lines.
pub fn median_tick(lines: &[Line]) -> f64 {
    let figures: Vec<f64> = lines.iter().map(Line::per_tick).collect();
    median(&figures)
}

/// Prints the lines of a part, those first whose ticks take longest.
pub fn print(part: &str, mut lines: Vec<Line>, median: f64) {
    let bound = TOLERANCE * median;
    lines.sort_by(|a, b| b.per_tick().total_cmp(&a.per_tick()));
    println!("{part}");
    println!("  {:58} {:>13} {:>11} {:>9}", "", "ns", "ticks", "ns/tick");
    for line in &lines {
        let Line {
            name,
            nanoseconds,
            ticks,
        } = line;
        print!(
            "  {name:58} {nanoseconds:13.1} {ticks:11.2} {:9.2}",
            line.per_tick()
        );
        if line.per_tick() > bound {
            println!("  OUTLIER: at least {:.1} ticks", nanoseconds / bound);
        } else if *nanoseconds < -1.0 {
            println!("  NOT RESOLVED: less than what the machine does beside it");
        } else {
            println!();
        }
    }
    println!();
}
