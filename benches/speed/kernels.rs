//! Real programs: ours against wasmi without metering, and against wasmi's own fuel.
//!
//! Enters: `benches/kernels`. Leaves: a table. Refuses to know: how modules are metered.

use crate::measure::{Way, geometric_mean, least, ratio, timed, worst};
use crate::passes::{PASSES, accepted, idle_vm, name, prepared, run};
use primea::{activation::engine::Engine, interface::table::Dialect, module::Pass};
use std::cell::Cell;
use std::time::Duration;

const ROUNDS: usize = 40;

/// A kernel, and the size at which wasmi alone runs it for some 4 ms: long enough for the clock, and
/// short enough that some of many rounds are left alone on a busy machine.
pub struct Kernel {
    pub name: &'static str,
    pub bytes: &'static [u8],
    size: u32,
}

macro_rules! kernels {
    ($($name:literal $size:literal)+) => {
        [$(Kernel {
            name: $name,
            bytes: include_bytes!(concat!("../kernels/", $name, ".wasm")),
            size: $size,
        }),+]
    };
}

pub const KERNELS: [Kernel; 16] = kernels! {
    "base64" 24576
    "crc32" 150
    "fib" 24
    "hashtable" 20000
    "imports" 80000
    "interpreter" 130
    "json" 1200
    "levenshtein" 280
    "mandelbrot" 35
    "matmul" 55
    "nbody" 2000
    "quicksort" 8192
    "sha256" 500
    "shapes" 50000
    "sieve" 120000
    "trees" 12
};

/// wasmi as we set it up, with the original bytes and a host that costs next to nothing.
struct Bare {
    store: wasmi::Store<()>,
    run: wasmi::TypedFunc<i32, i32>,
}

/// wasmi as it comes, with its fuel: our setting would bring our own costs.
fn own_fuel() -> wasmi::Config {
    let mut config = wasmi::Config::default();
    config
        .consume_fuel(true)
        .compilation_mode(wasmi::CompilationMode::Eager);
    config
}

impl Bare {
    fn new(bytes: &[u8], fuel: bool) -> Bare {
        let config = match fuel {
            false => Engine::config(Pass::Exact),
            true => own_fuel(),
        };
        let engine = wasmi::Engine::new(&config);
        let module = wasmi::Module::new(&engine, bytes).expect("wasmi compiles the kernel");
        let mut store = wasmi::Store::new(&engine, ());
        if fuel {
            store.set_fuel(u64::MAX).expect("fuel is consumed");
        }
        let mut imports = Vec::new();
        for import in module.imports() {
            assert_eq!(import.name(), "isValidRef", "the one import of a kernel");
            let answer = |reference: i32| i32::from(reference == 0);
            imports.push(wasmi::Func::wrap(&mut store, answer).into());
        }
        let instance = wasmi::Instance::new(&mut store, &module, &imports);
        let instance = instance.expect("wasmi instantiates the kernel");
        let run = instance.get_typed_func(&store, "run");
        let run = run.expect("a kernel exports `run`");
        Bare { store, run }
    }

    fn run(&mut self, size: u32) -> u64 {
        let result = self.run.call(&mut self.store, size.cast_signed());
        u64::from(result.expect("the kernel runs").cast_unsigned())
    }
}

/// What a kernel came to: times of raw wasmi, fuel and each pass; the checksums; the ticks.
struct Figures {
    times: Vec<Duration>,
    checksums: Vec<u64>,
    ticks: u64,
}

fn figures(kernel: &Kernel) -> Figures {
    let module = accepted(kernel.bytes, Dialect::Capabilities);
    let ticks = Cell::new(0);
    let checksums: Vec<Cell<u64>> = vec![Cell::new(0); 2 + PASSES.len()];
    let mut ways: Vec<Way<'_>> = Vec::new();
    for (checksum, fuel) in checksums.iter().zip([false, true]) {
        let mut bare = Bare::new(kernel.bytes, fuel);
        ways.push(Box::new(move || {
            let (time, result) = timed(|| bare.run(kernel.size));
            checksum.set(result);
            time
        }));
    }
    for (checksum, pass) in checksums[2..].iter().zip(&PASSES) {
        let mut vm = idle_vm(&prepared(&module, *pass));
        let ticks = &ticks;
        ways.push(Box::new(move || {
            let (time, (result, spent)) = timed(|| run(&mut vm, kernel.size));
            checksum.set(result);
            assert!([0, spent].contains(&ticks.get()), "the passes count alike");
            ticks.set(spent);
            time
        }));
    }
    let times = least(ROUNDS, &mut ways);
    drop(ways);
    Figures {
        times,
        checksums: checksums.into_iter().map(Cell::into_inner).collect(),
        ticks: ticks.get(),
    }
}

/// Prints the table.
pub fn report() {
    let ways: Vec<String> = ["fuel".to_owned()]
        .into_iter()
        .chain(PASSES.map(name))
        .collect();
    println!("kernels: time against wasmi without metering, least of {ROUNDS} rounds");
    print!("{:12} {:>8}", "kernel", "raw ms");
    for way in &ways {
        print!(" {:>10}", format!("{way}/raw"));
    }
    println!(" {:>12} {:>8}", "ticks", "ns/tick");
    let mut ratios = vec![Vec::new(); ways.len()];
    for kernel in &KERNELS {
        let Figures {
            times,
            checksums,
            ticks,
        } = figures(kernel);
        print!("{:12} {:8.2}", kernel.name, times[0].as_secs_f64() * 1e3);
        for (ratios, time) in ratios.iter_mut().zip(&times[1..]) {
            let ratio = ratio(*time, times[0]);
            ratios.push(ratio);
            print!(" {ratio:10.3}");
        }
        let usual = times[times.len() - 1];
        print!(
            " {ticks:12} {:8.3}",
            usual.as_secs_f64() * 1e9 / ticks as f64
        );
        match checksums.iter().all(|checksum| *checksum == checksums[0]) {
            true => println!(),
            false => println!("  CHECKSUMS DIFFER (raw, fuel, passes): {checksums:?}"),
        }
    }
    for (what, of) in [
        ("mean", geometric_mean as fn(&[f64]) -> f64),
        ("worst", worst),
    ] {
        print!("{what:12} {:8}", "");
        for ratios in &ratios {
            print!(" {:10.3}", of(ratios));
        }
        println!();
    }
}
