//! The command line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// CPAS: planning and performance assessment for missions.
#[derive(Debug, Parser)]
#[command(name = "cpas", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs everything in this process, until Ctrl-C.
    Up(cpas::up::Up),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Up(up) => cpas::up::run(up).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cpas: {error}");
            ExitCode::FAILURE
        }
    }
}
