//! The binary: the command line over the library.
//!
//! Enters: arguments. Leaves: an exit code. Refuses to know: the commands.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
