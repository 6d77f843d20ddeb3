//! The command line.

use std::{error::Error, process::ExitCode};

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
    /// Loads a folder of boundaries and observations into a mission.
    Load(cpas::load::Load),
    /// Loads a file of geocoded events into a mission.
    Events(cpas::load::Events),
    /// Makes the first accounts and missions of an installation.
    Admin(cpas::admin::Admin),
    /// Writes all that a mission has into one signed file.
    Archive(cpas::archive::Archive),
    /// Opens such a file in an installation that does not have the mission.
    Restore(cpas::archive::Restore),
    /// Tells whether a file is the paper that a mission published; needs no network.
    Verify(cpas::verify::Verify),
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().thread_stack_size(chassis::run::STACK_BYTES).build();
    let outcome = runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(command)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cpas: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Up(up) => cpas::up::run(up).await?,
        Command::Load(load) => cpas::load::run(load).await?,
        Command::Events(events) => cpas::load::run_events(events).await?,
        Command::Admin(admin) => cpas::admin::run(admin).await?,
        Command::Archive(archive) => cpas::archive::run_archive(archive).await?,
        Command::Restore(restore) => cpas::archive::run_restore(restore).await?,
        Command::Verify(verify) => cpas::verify::run(&verify)?,
    }
    Ok(())
}
