//! `cpas up`: everything in one process.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::local::{Given, Local, LocalError, Tools};

/// What `cpas up` may be told.
#[derive(Debug, clap::Args)]
pub struct Up {
    /// Where the web app and the API listen.
    #[arg(long, env = "CPAS_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The folder that keeps all data.
    #[arg(long, env = "CPAS_HOME", default_value = ".cpas")]
    home: PathBuf,
}

/// Why it could not run.
#[derive(Debug, thiserror::Error)]
pub enum UpError {
    /// Somebody else listens there.
    #[error("{0} is already in use by another program. Stop that one, or set CPAS_LISTEN to another address.")]
    AddressInUse(SocketAddr),
    /// The system refused the address.
    #[error("Could not listen on {0}: {1}. Set CPAS_LISTEN to another address.")]
    Listen(SocketAddr, io::Error),
    /// The system refused to tell us of signals.
    #[error("Could not listen for Ctrl-C: {0}.")]
    Signals(io::Error),
    /// PostgreSQL or NATS did not start.
    #[error(transparent)]
    Local(#[from] LocalError),
}

/// Runs until Ctrl-C or SIGTERM, then stops everything it started.
///
/// # Errors
/// The address is taken, or PostgreSQL or NATS could not be started. Nothing is left running.
pub async fn run(up: Up) -> Result<(), UpError> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(UpError::Signals)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(UpError::Signals)?;
    // First, because it is the likeliest thing to be wrong and costs nothing.
    let _listener = bind(up.listen).await?;
    println!("Starting PostgreSQL and NATS in {} ...", up.home.display());
    let tools = Tools::from_env();
    let local = tokio::select! {
        local = Local::start(&up.home, &tools, Given::from_env()) => local?,
        _ = interrupt.recv() => return Ok(()),
        _ = terminate.recv() => return Ok(()),
    };
    println!("PostgreSQL and NATS are ready.");
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    println!("Stopping ...");
    local.shutdown().await;
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, UpError> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => UpError::AddressInUse(address),
        _ => UpError::Listen(address, error),
    })
}
