//! `primea`: a deterministic reference VM for the Primea WebAssembly system interface.
//!
//! Enters: guests, and what the outside does with them. Leaves: what happened, to the tick; the state
//! that it came to, and its root; whether another VM comes to the same. Refuses to know: the time of
//! day, chance, and the machine that it runs on.
//!
//! The rules are in `docs/spec.md`; this is the tour of the code that follows them. Data flow one
//! way:
//!
//! 1. [`module`]: bytes become an accepted module (or a refusal that says why), and the accepted
//!    module one that counts its own ticks. [`module::schedule`] says what everything costs.
//! 2. [`interface`]: THE import table, in which every import of every dialect is declared once.
//!    Linking, argument checks, generated tests and printed documentation come from it.
//! 3. [`activation`]: one handling of one message. [`activation::engine`] alone knows wasmi;
//!    [`activation::session`] takes the guest's import calls, charges them, checks them, and has them
//!    done.
//! 4. [`operations`]: what the imports mean. What they want to change beyond the run is a value,
//!    [`activation::effects::Changes`], which exists only if the activation did not fault.
//! 5. [`world`]: actors, channels and probes; which actor goes next, what its changes do to the
//!    others, who gets the ticks that are left.
//! 6. [`state`]: what all of this is made of: content-addressed values with canonical bytes, how they
//!    are kept and proved. It knows nothing of the above.
//! 7. [`scenario`]: files in which people write what the outside does and what should come of it;
//!    [`trace`]: what came of it, as text for people and snapshots, or event by event; [`report`]:
//!    where the ticks went, a run as a page or as a trace for other viewers, two runs side by side,
//!    and many snapshots that differ as one page.
//! 8. [`store`]: states on disk; [`look`]: paths into them, as text, JSON, proofs and differences,
//!    without a world.
//!
//! Beside that flow stands the [`oracle`]: it writes down what is right as vectors, for people who
//! have none of this code ([`oracle::vector`]), holds their programs to it ([`oracle::conform`]),
//! makes up cases that nobody thought of ([`oracle::fuzz`]), and makes those that fail small
//! ([`oracle::shrink`]).
//!
//! [`deviation`] lists ways to break the rules on purpose, which show that the oracle notices. None of
//! them is ever on in a build without the feature `faults`.
//!
//! Authors of actors need [`testing`] alone: a world to try guests in, written in Rust, and golden
//! snapshots of what they did. `examples/` shows it, with guests in WebAssembly text, C and Rust.
//!
//! ```
//! use primea::testing::{Dialect, Guest, Mail, Mistake, PLAIN, Sandbox};
//!
//! # fn main() -> Result<(), Mistake> {
//! let nothing = Guest::wat("nothing", r#"(module (func (export "onMessage") (param i32)))"#)?;
//! let mut sandbox = Sandbox::with_schedule(Dialect::Capabilities, PLAIN);
//! let alice = sandbox.create("alice", &nothing, Mail::new())?;
//! let activations = sandbox.send(alice, Mail::of("hello"))?;
//! // A fresh VM, a function and an export: nothing else costs anything.
//! assert_eq!(activations[0].spent, 1002);
//! # Ok(())
//! # }
//! ```
//!
//! The program, `src/main.rs` with `src/cli`, is one file or folder a subcommand over all of this.
//!
//! Of the public items, those of [`testing`] are meant for others; the rest is public for the program,
//! the tests and whoever reads on. Each is documented, and a build warns of one that is not.
//!
//! Three kinds of things go wrong, and never mix: a guest's fault is a numbered value ([`fault`]),
//! an operator's mistake is a worded error, our own bug is an assertion that stops. Every bound that a
//! rule sets is in [`limits`]; [`rules`] knows the names of all.

#![warn(missing_docs)]

pub mod activation;
pub mod deviation;
pub mod fault;
pub mod interface;
pub mod limits;
pub mod look;
pub mod module;
pub mod operations;
pub mod oracle;
pub mod report;
pub mod rules;
pub mod scenario;
pub mod state;
pub mod store;
pub mod testing;
pub mod trace;
pub mod world;
