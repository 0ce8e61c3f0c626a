//! Reports for people and for programs that watch over other programs.
//!
//! Enters: what worlds tell while they go on. Leaves: accounts and pictures of it. Refuses to
//! know: how anything is executed.

pub mod chrome;
pub mod html;
mod lanes;
pub mod recording;
pub mod review;
pub mod ticks;
