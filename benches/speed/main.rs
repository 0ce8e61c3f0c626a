//! How fast it is: `cargo bench --bench speed` measures everything, and with names behind `--`
//! only those parts. Every figure that is a ratio was measured side by side in this process.
//!
//! Enters: names of parts. Leaves: tables. Refuses to know: what figures are good enough.

mod calibration;
mod kernels;
mod measure;
mod passes;
mod pingpong;
mod rewriting;
mod state;

/// The parts, in the order in which they are reported.
const PARTS: [(&str, fn()); 5] = [
    ("kernels", kernels::report),
    ("rewriting", rewriting::report),
    ("pingpong", pingpong::report),
    ("state", state::report),
    ("calibration", calibration::report),
];

/// Frees one large block, after which the allocator keeps what it is given back. Otherwise pages
/// that the system takes away and hands out again would be counted for whoever comes next.
fn let_the_allocator_keep_pages() {
    drop(std::hint::black_box(vec![1u8; (32 << 20) - (1 << 16)]));
}

fn main() {
    let_the_allocator_keep_pages();
    // Cargo hands over `--bench`, which says nothing here.
    let given: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| it != "--bench")
        .collect();
    for name in &given {
        if !PARTS.iter().any(|part| part.0 == name) {
            let known = PARTS.map(|part| part.0).join(", ");
            eprintln!("expected names of parts ({known}), found {name}");
            std::process::exit(2);
        }
    }
    for (name, report) in PARTS {
        if given.is_empty() || given.iter().any(|it| it == name) {
            report();
            println!();
        }
    }
}
