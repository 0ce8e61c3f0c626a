//! How long a tick takes, for everything that has a price.
//!
//! Enters: nothing. Leaves: tables, and what was not measured. Refuses to know: what prices there
//! should be; it only says which are beyond eight times the median.
//!
//! Each figure is a difference: the time and the ticks of a program that does something often,
//! less those of the same program that does not do it. So it can't hide behind what is around it.

mod activations;
mod bulk;
mod code;
mod imports;
mod instructions;
mod kept;
mod numeric;
mod program;
mod stage;
mod table;

use crate::passes::{USUAL, name};
use table::Line;

/// What has a price, or ought to, and isn't measured here.
const NOT_MEASURED: &[&str] = &[
    "`unreachable`: it ends the activation, whose price is that of an activation that faults",
    "what an activation that faults costs to undo and to run again",
    "a world of many actors: here there is one, and a root looks at all of them",
];

/// Prints all tables.
pub fn report() {
    let mut numbers: Vec<Line> = numeric::lines();
    numbers.extend(instructions::lines());
    let median = table::median_tick(&numbers);
    println!(
        "calibration ({} pass): the median tick of {} instruction families takes {median:.3} ns",
        name(USUAL),
        numbers.len()
    );
    table::print("instructions", numbers, median);
    table::print(
        "instructions whose work depends on operands",
        bulk::lines(),
        median,
    );
    table::print(
        "imports (with their effects and the state root)",
        imports::lines(),
        median,
    );
    table::print("activations in fresh VMs", activations::lines(), median);
    table::print("activations in kept VMs", kept::lines(), median);
    table::print(
        "creations, by the shape of their code",
        code::lines(),
        median,
    );
    println!("not measured:");
    for what in NOT_MEASURED {
        println!("  {what}");
    }
}
