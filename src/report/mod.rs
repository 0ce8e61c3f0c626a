//! Reports for people and for programs that watch over other programs.
//!
//! Enters: what worlds tell while they go on, and texts that differ. Leaves: accounts, pictures and
//! pages to be read. Refuses to know: how anything is executed.

pub mod chrome;
pub mod html;
mod lanes;
pub mod recording;
pub mod review;
pub mod ticks;
pub mod xml;
