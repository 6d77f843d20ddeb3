//! PostgreSQL as a child: made at the first start, on a free port of 127.0.0.1, durable.

use std::ffi::OsString;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::child::{self, Keeper, Phase, Program};
use super::home::{self, Home};
use super::runas::RunAs;
use super::{LocalError, orphan};

const NAME: &str = "PostgreSQL";
/// Recovery after a crash replays at most what `max_wal_size` holds; this is ample for that.
const READY_LIMIT: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(20);
const TRIES_MAX: u32 = 20;
/// SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one (recovered at the next start).
const STOP: &[(Signal, Duration)] =
    &[(Signal::SIGINT, Duration::from_secs(15)), (Signal::SIGQUIT, Duration::from_secs(5))];

/// Given on the command line at every start, so that a home made by an earlier version has them too.
/// What makes PostgreSQL durable (fsync, synchronous_commit, full_page_writes, checksums) is its default.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "shared_buffers=128MB",
    "password_encryption=scram-sha-256",
    "log_min_messages=warning",
    "log_checkpoints=off",
    "log_timezone=UTC",
    "timezone=UTC",
    "lc_messages=C",
    "jit=off",
];

/// A running server.
#[derive(Debug)]
pub(super) struct Postgres {
    keeper: Keeper,
    url: String,
}

impl Postgres {
    /// Starts the server in the home, making its data first if there is none.
    pub(super) async fn start(home: &Home, bin: &Path) -> Result<Self, LocalError> {
        let folder = home.folder("postgres")?;
        let data = folder.join("data");
        let run_as = RunAs::for_data(&data)?;
        if let Some(user) = run_as {
            chown(&folder, Some(user.uid), Some(user.gid)).map_err(LocalError::io("give away the folder", &folder))?;
            user.can_reach(&folder)?;
            user.can_reach(bin)?;
        }
        let password = home.secret("postgres")?;
        let log = home.log("postgres")?;
        if data.exists() {
            check_version(&data, bin).await?;
            let pid_file = data.join("postmaster.pid");
            orphan::stop(NAME, &pid_file, &data, &[Signal::SIGINT, Signal::SIGQUIT, Signal::SIGKILL]).await?;
        } else {
            initialise(home, &folder, bin, run_as, &password).await?;
        }
        let program = |port: u16| Program {
            name: NAME,
            path: bin.join("postgres"),
            arguments: arguments(&data, port),
            run_as,
            log: log.clone(),
            stop: STOP,
        };
        for _ in 0..TRIES_MAX {
            let port = free_port()?;
            let offset = child::length(&log);
            let keeper = Keeper::start(program(port))?;
            let ready = until_ready(&keeper, &data, &log).await;
            if let Err(error) = ready {
                keeper.stop().await;
                return Err(error);
            }
            let Err(how) = ready? else {
                keeper.settled();
                return Ok(Self { keeper, url: format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres") });
            };
            match Why::of(&child::said_since(&log, offset)) {
                Why::PortTaken => {}
                Why::NotYetGone => sleep(Duration::from_millis(500)).await,
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

/// A port of 127.0.0.1 that nobody listens on at this moment.
pub(super) fn free_port() -> Result<u16, LocalError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(LocalError::io("find a free port on", Path::new("127.0.0.1")))
}

/// Why a server ended while starting, by its own words (always English: `LC_ALL=C`).
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Why {
    PortTaken,
    /// Processes of a killed server still hold its shared memory; they go within moments.
    NotYetGone,
    DiskFull,
    Other(String),
}

impl Why {
    pub(super) fn of(said: &str) -> Self {
        if home::says_disk_full(said) {
            Self::DiskFull
        } else if said.contains("could not bind") || said.contains("address already in use") {
            Self::PortTaken
        } else if said.contains("pre-existing shared memory block") {
            Self::NotYetGone
        } else {
            Self::Other(said.to_owned())
        }
    }
}

fn arguments(data: &Path, port: u16) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["-D".into(), data.into(), "-p".into(), port.to_string().into()];
    for setting in SETTINGS {
        arguments.extend(["-c".into(), setting.into()]);
    }
    arguments
}

/// `Ok(Err(how))` when it ended instead; `Err` when it took too long, and runs on.
async fn until_ready(keeper: &Keeper, data: &Path, log: &Path) -> Result<Result<(), String>, LocalError> {
    let until = Instant::now() + READY_LIMIT;
    while Instant::now() < until {
        match keeper.phase() {
            Phase::Ended(how) => return Ok(Err(how)),
            Phase::Running(pid) if is_ready(data, pid) => return Ok(Ok(())),
            Phase::Running(_) | Phase::Starting => sleep(POLL).await,
        }
    }
    Err(LocalError::NotReady { program: NAME, seconds: READY_LIMIT.as_secs(), log: log.to_owned() })
}

/// The first line of postmaster.pid is the process, the eighth its state; pg_ctl waits for it so too.
fn is_ready(data: &Path, pid: u32) -> bool {
    let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else { return false };
    let mut lines = text.lines();
    lines.next().is_some_and(|line| line.trim() == pid.to_string())
        && lines.nth(6).is_some_and(|state| state.trim() == "ready")
}

async fn check_version(data: &Path, bin: &Path) -> Result<(), LocalError> {
    let file = data.join("PG_VERSION");
    let found = fs::read_to_string(&file).map_err(LocalError::io("read", &file))?.trim().to_owned();
    let program = bin.join("postgres");
    let said = Command::new(&program).arg("--version").output().await.map_err(LocalError::io("run", &program))?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    // "postgres (PostgreSQL) 18.6"
    let wanted = said.split_whitespace().last().and_then(|version| version.split('.').next()).unwrap_or_default();
    if found == wanted {
        return Ok(());
    }
    Err(LocalError::OtherPostgres { data: data.to_owned(), found, wanted: wanted.to_owned() })
}

/// Makes the data beside its place and renames it when it is whole.
async fn initialise(
    home: &Home,
    folder: &Path,
    bin: &Path,
    run_as: Option<RunAs>,
    password: &str,
) -> Result<(), LocalError> {
    sweep(folder)?;
    let partial = folder.join(format!("data.partial-{}", std::process::id()));
    let secret = folder.join("password.partial-initdb");
    home::write_private(&secret, password).map_err(LocalError::io("write", &secret))?;
    let mut command = Command::new(bin.join("initdb"));
    command
        .arg("--pgdata")
        .arg(&partial)
        .arg("--pwfile")
        .arg(&secret)
        .args(["--username", "postgres", "--auth", "scram-sha-256", "--encoding", "UTF8"])
        .args(["--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions"])
        .env_clear()
        .envs([("TZ", "UTC"), ("LC_ALL", "C")])
        .current_dir("/")
        // Ctrl-C during the first start: half-made data is of no use.
        .kill_on_drop(true);
    if let Some(RunAs { uid, gid }) = run_as {
        chown(&secret, Some(uid), Some(gid)).map_err(LocalError::io("give away", &secret))?;
        command.uid(uid).gid(gid);
    }
    let output = command.output().await;
    fs::remove_file(&secret).map_err(LocalError::io("remove", &secret))?;
    let output = output.map_err(LocalError::io("run", &bin.join("initdb")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        sweep(folder)?;
        if home::says_disk_full(&said) {
            return Err(home::disk_full(home.path()));
        }
        let log: PathBuf = "(standard error)".into();
        return Err(LocalError::Ended { program: "PostgreSQL's initdb", how: output.status.to_string(), log, said });
    }
    let data = folder.join("data");
    fs::rename(&partial, &data).map_err(LocalError::io("put in place", &data))
}

/// Removes what an interrupted first start left.
fn sweep(folder: &Path) -> Result<(), LocalError> {
    let entries = fs::read_dir(folder).map_err(LocalError::io("look into the folder", folder))?;
    for entry in entries {
        let path = entry.map_err(LocalError::io("look into the folder", folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("data.partial-") {
            fs::remove_dir_all(&path).map_err(LocalError::io("remove", &path))?;
        }
    }
    Ok(())
}
