//! The faults of the pinned engine that are known: each minimal, each repaired by our rewriting.
//!
//! Enters: a module and what it must return. Leaves: trials. Refuses to know: how faults are found.
//!
//! What a call returns depends on its argument throughout: where wasmi reads a slot that was never
//! written, it may find there what an earlier call left.
//!
//! A trial fails when the engine is wrong on the repaired module, and also when it is right on
//! the bare one: then the repair has lost its reason.

use crate::machine::{self, Call, Ending, Observation, Plan, Value};
use crate::rewrite;
use libtest_mimic::{Failed, Trial};
use primea::module::repair;

/// A module whose export `f` takes an i32, and what `f` returns for 0 and for 1.
struct Known {
    name: &'static str,
    text: &'static str,
    right: [u32; 2],
}

const KNOWN: &[Known] = &[
    // The comparison is dropped, and its operand never loaded.
    Known {
        name: "select_after_comparison",
        text: r#"(module
            (func (export "f") (param i32) (result i32)
              call $two
              i32.const 0
              local.get 0
              i32.eqz
              select)
            (func $two (result i32) i32.const 2))"#,
        right: [2, 0],
    },
    // The local that waits below the parameter is saved where it is written, so not when the
    // branch is taken.
    Known {
        name: "local_below_block_parameter",
        text: r#"(module
            (func (export "f") (param i32) (result i32) (local $x i32)
              local.get 0
              i32.const 11
              i32.add
              local.set $x
              local.get $x
              local.get 0
              i32.const 100
              i32.mul
              block (param i32) (result i32)
                local.get 0
                br_if 0
                i32.const 55
                local.set $x
              end
              i32.add))"#,
        right: [11, 112],
    },
    // The same with a loop: saved in every round, the last one counts.
    Known {
        name: "local_below_loop_parameter",
        text: r#"(module
            (func (export "f") (param i32) (result i32) (local $x i32) (local $round i32)
              local.get 0
              i32.const 11
              i32.add
              local.set $x
              local.get $x
              local.get 0
              i32.const 100
              i32.mul
              loop (param i32) (result i32)
                local.get $x
                i32.const 2
                i32.mul
                local.set $x
                local.get $round
                i32.const 1
                i32.add
                local.tee $round
                i32.const 3
                i32.lt_u
                br_if 0
              end
              i32.add))"#,
        right: [11, 112],
    },
    // And with an `if`, whose other arm leaves it unsaved.
    Known {
        name: "local_below_if_parameter",
        text: r#"(module
            (func (export "f") (param i32) (result i32) (local $x i32)
              local.get 0
              i32.const 11
              i32.add
              local.set $x
              local.get $x
              local.get 0
              i32.const 100
              i32.mul
              local.get 0
              if (param i32) (result i32)
              else
                i32.const 55
                local.set $x
              end
              i32.add))"#,
        right: [11, 112],
    },
    // No such store with one register for both: the translator panics.
    Known {
        name: "store_of_its_own_address",
        text: r#"(module
            (memory 2)
            (func (export "f") (param i32) (result i32)
              local.get 0
              i32.const 4
              i32.mul
              local.tee 0
              local.get 0
              i32.store offset=65536
              local.get 0
              i32.load offset=65536))"#,
        right: [0, 4],
    },
];

pub fn trials() -> Vec<Trial> {
    KNOWN
        .iter()
        .map(|known| Trial::test(format!("known::{}", known.name), || check(known)))
        .collect()
}

fn check(known: &Known) -> Result<(), Failed> {
    let bare = wat::parse_str(known.text)?;
    let repaired = rewrite::splice(&bare, repair::before);
    let wasmtime = machine::wasmtime_engine();
    let config = machine::wasmi_config();
    let mut bare_is_right = true;
    for (argument, right) in (0..).zip(known.right) {
        let call = Call {
            export: "f".to_string(),
            arguments: vec![Value::I32(argument)],
        };
        let plan = Plan {
            calls: std::slice::from_ref(&call),
            tank: None,
        };
        let right = Ending::Returned(vec![Value::I32(right)]);
        let is_right = |seen: &Observation| seen.endings.get(1) == Some(&right);

        let seen = machine::under_wasmtime(&wasmtime, &bare, plan);
        if !is_right(&seen) {
            return Err(format!("{call}: wasmtime does not find `{right}`, but:\n{seen}").into());
        }
        // The bare module first: it would find in its slots what the repaired one left there.
        bare_is_right &= is_right(&machine::under_wasmi(&config, &bare, plan));
        let seen = machine::under_wasmi(&config, &repaired, plan);
        if !is_right(&seen) {
            return Err(format!("{call}: wrong in spite of the repair:\n{seen}").into());
        }
    }
    match bare_is_right {
        true => Err("wasmi is right without the repair, which may go".into()),
        false => Ok(()),
    }
}
