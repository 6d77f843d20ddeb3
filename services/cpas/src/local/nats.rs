//! nats-server with JetStream as a child, on a free port of 127.0.0.1, every message flushed.

use std::io;
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::child::{self, Keeper, Phase, Program};
use super::home::{self, Home};
use super::postgres::{Why, free_port};
use super::{LocalError, orphan};

const NAME: &str = "nats-server";
const USER: &str = "cpas";
/// JetStream reads its store when it starts.
const READY_LIMIT: Duration = Duration::from_secs(60);
const ANSWER_LIMIT: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(20);
const TRIES_MAX: u32 = 20;
/// What it acknowledged is on the disk already, so nothing is lost by the SIGKILL that follows.
const STOP: &[(Signal, Duration)] = &[(Signal::SIGTERM, Duration::from_secs(8))];

/// A running server.
#[derive(Debug)]
pub(super) struct Nats {
    keeper: Keeper,
    url: String,
}

impl Nats {
    /// Starts the server with its store in the home.
    pub(super) async fn start(home: &Home, program: &Path) -> Result<Self, LocalError> {
        let folder = home.folder("nats")?;
        let password = home.secret("nats")?;
        let log = home.log("nats")?;
        let settings = folder.join("nats.conf");
        orphan::stop(NAME, &folder.join("nats.pid"), &settings, &[Signal::SIGTERM, Signal::SIGKILL]).await?;
        for _ in 0..TRIES_MAX {
            let port = free_port()?;
            home::write_private(&settings, &configuration(&folder, port, &password))
                .map_err(LocalError::io("write", &settings))?;
            let offset = child::length(&log);
            let keeper = Keeper::start(Program {
                name: NAME,
                path: program.to_owned(),
                arguments: vec!["--config".into(), settings.clone().into()],
                run_as: None,
                log: log.clone(),
                stop: STOP,
            })?;
            let ready = until_ready(&keeper, port, &log).await;
            if let Err(error) = ready {
                keeper.stop().await;
                return Err(error);
            }
            let Err(how) = ready? else {
                keeper.settled();
                return Ok(Self { keeper, url: format!("nats://{USER}:{password}@127.0.0.1:{port}") });
            };
            match Why::of(&child::said_since(&log, offset)) {
                Why::PortTaken | Why::NotYetGone => {}
                Why::DiskFull => return Err(home::disk_full(home.path())),
                Why::Other(said) => return Err(LocalError::Ended { program: NAME, how, log, said }),
            }
        }
        Err(LocalError::PortInUse { program: NAME, tries: TRIES_MAX })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn phase(&self) -> Phase {
        self.keeper.phase()
    }

    pub(super) async fn stop(self) {
        self.keeper.stop().await;
    }
}

/// `sync_interval: always` flushes before the PubAck, so that an acknowledged event survives a power cut.
fn configuration(folder: &Path, port: u16, password: &str) -> String {
    let quoted = |name: &str| {
        let path = folder.join(name).to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{path}\"")
    };
    format!(
        "# Written at every start by `cpas up`.\n\
         listen: \"127.0.0.1:{port}\"\n\
         server_name: \"cpas-local\"\n\
         pid_file: {pid}\n\
         max_payload: 8MB\n\
         jetstream {{\n  store_dir: {store}\n  sync_interval: always\n  max_memory_store: 64MB\n  \
         max_file_store: 16GB\n}}\n\
         authorization {{\n  user: \"{USER}\"\n  password: \"{password}\"\n}}\n",
        pid = quoted("nats.pid"),
        store = quoted("store"),
    )
}

/// `Ok(Err(how))` when it ended instead; `Err` when it took too long, and runs on.
async fn until_ready(keeper: &Keeper, port: u16, log: &Path) -> Result<Result<(), String>, LocalError> {
    let until = Instant::now() + READY_LIMIT;
    while Instant::now() < until {
        match keeper.phase() {
            Phase::Ended(how) => return Ok(Err(how)),
            Phase::Running(_) if matches!(timeout(ANSWER_LIMIT, greets(port)).await, Ok(Ok(true))) => {
                return Ok(Ok(()));
            }
            Phase::Running(_) | Phase::Starting => sleep(POLL).await,
        }
    }
    Err(LocalError::NotReady { program: NAME, seconds: READY_LIMIT.as_secs(), log: log.to_owned() })
}

/// A NATS server speaks first: one line of what it is and can do.
async fn greets(port: u16) -> io::Result<bool> {
    let mut line = String::new();
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    BufReader::new(stream).read_line(&mut line).await?;
    Ok(line.starts_with("INFO ") && line.contains("\"jetstream\":true"))
}
