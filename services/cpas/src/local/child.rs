//! One child process: started, watched, restarted when it dies, stopped within a limit.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::LocalError;
use super::runas::RunAs;

const BACKOFF_MIN: Duration = Duration::from_millis(200);
const BACKOFF_MAX: Duration = Duration::from_secs(10);
/// A child that ran this long was well; its next death starts again at the shortest wait.
const WELL_AFTER: Duration = Duration::from_secs(60);
const TAIL_BYTES_MAX: u64 = 4_000;

/// What to run, and how to stop it.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) name: &'static str,
    pub(super) path: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) run_as: Option<RunAs>,
    /// Both output streams are appended here.
    pub(super) log: PathBuf,
    /// Signals in turn, each with the time it is given; then SIGKILL. The first is also what the
    /// child gets when this process dies.
    pub(super) stop: &'static [(Signal, Duration)],
}

/// What a child is doing now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Not yet started.
    Starting,
    /// Started; this is its process id.
    Running(u32),
    /// Ended, with the reason in words. It is started again unless it never got ready or was stopped.
    Ended(String),
}

/// Keeps one child running. Dropping it stops the child, without waiting for that.
#[derive(Debug)]
pub(super) struct Keeper {
    orders: mpsc::UnboundedSender<Order>,
    phase: watch::Receiver<Phase>,
    thread: JoinHandle<()>,
}

#[derive(Debug)]
enum Order {
    Settled,
    Stop,
}

impl Keeper {
    /// Starts the child. Until [`Keeper::settled`], an end is an end; afterwards it is restarted.
    pub(super) fn start(program: Program) -> Result<Self, LocalError> {
        let (orders, received) = mpsc::unbounded_channel();
        let (tell, phase) = watch::channel(Phase::Starting);
        let path = program.path.clone();
        // A thread of its own that lives as long as the child: on Linux the child is told of the
        // death of the thread that started it, and the runtime's threads come and go.
        let thread = thread::Builder::new()
            .name(format!("keep-{}", program.name))
            .spawn(move || match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime.block_on(keep(&program, received, &tell)),
                Err(error) => drop(tell.send_replace(Phase::Ended(error.to_string()))),
            })
            .map_err(LocalError::io("start a thread for", &path))?;
        Ok(Self { orders, phase, thread })
    }

    /// The child answers: from now on it is restarted when it dies.
    pub(super) fn settled(&self) {
        // A keeper that is gone has said so in its phase.
        let _ = self.orders.send(Order::Settled);
    }

    pub(super) fn phase(&self) -> Phase {
        self.phase.borrow().clone()
    }

    /// Stops the child and returns when it has ended, which the program's limits bound.
    pub(super) async fn stop(self) {
        let _ = self.orders.send(Order::Stop);
        let thread = self.thread;
        // Only fails when the keeper panicked, and then its child was signalled by the system.
        let _ = tokio::task::spawn_blocking(move || thread.join()).await;
    }
}

/// What the child has written to its log from byte `offset` on, at most the last 4 kB of it.
pub(super) fn said_since(log: &Path, offset: u64) -> String {
    let read = || -> io::Result<String> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(offset.max(length.saturating_sub(TAIL_BYTES_MAX)).min(length)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
    };
    read().unwrap_or_default()
}

/// The length of the log now, to be given to [`said_since`] later.
pub(super) fn length(log: &Path) -> u64 {
    std::fs::metadata(log).map_or(0, |log| log.len())
}

async fn keep(program: &Program, mut orders: mpsc::UnboundedReceiver<Order>, tell: &watch::Sender<Phase>) {
    let mut settled = false;
    let mut backoff = BACKOFF_MIN;
    loop {
        let started = Instant::now();
        let offset = length(&program.log);
        let how = match spawn(program) {
            Ok(mut child) => {
                tell.send_replace(Phase::Running(child.id().unwrap_or_default()));
                match watch_child(&mut child, &mut orders, &mut settled).await {
                    Some(status) => describe(status),
                    None => {
                        stop(program, &mut child).await;
                        tell.send_replace(Phase::Ended("it was stopped".to_owned()));
                        return;
                    }
                }
            }
            Err(error) => format!("it could not be started: {error}"),
        };
        tell.send_replace(Phase::Ended(how.clone()));
        if !settled {
            return;
        }
        if started.elapsed() > WELL_AFTER {
            backoff = BACKOFF_MIN;
        }
        tracing::error!(
            program = program.name, %how, said = %said_since(&program.log, offset), backoff_ms = backoff.as_millis(),
            "a server of this process ended by itself and is started again"
        );
        if is_told_to_stop_within(backoff, &mut orders).await {
            return;
        }
        backoff = (backoff * 2).min(BACKOFF_MAX);
    }
}

/// Waits for the child's end (`Some`) or for the order to stop it (`None`).
async fn watch_child(
    child: &mut Child,
    orders: &mut mpsc::UnboundedReceiver<Order>,
    settled: &mut bool,
) -> Option<io::Result<ExitStatus>> {
    loop {
        tokio::select! {
            status = child.wait() => return Some(status),
            order = orders.recv() => match order {
                Some(Order::Settled) => *settled = true,
                Some(Order::Stop) | None => return None,
            },
        }
    }
}

async fn is_told_to_stop_within(limit: Duration, orders: &mut mpsc::UnboundedReceiver<Order>) -> bool {
    tokio::select! {
        () = sleep(limit) => false,
        () = async { while let Some(Order::Settled) = orders.recv().await {} } => true,
    }
}

async fn stop(program: &Program, child: &mut Child) {
    for &(signal, limit) in program.stop {
        // No id means that it has ended and been reaped: nobody else can have the number before.
        let Some(pid) = child.id().and_then(|pid| i32::try_from(pid).ok()) else { return };
        let _ = kill(Pid::from_raw(pid), signal);
        if timeout(limit, child.wait()).await.is_ok() {
            return;
        }
        tracing::warn!(program = program.name, %signal, limit_s = limit.as_secs(), "did not stop in time");
    }
    let _ = child.kill().await;
}

fn spawn(program: &Program) -> io::Result<Child> {
    let log = OpenOptions::new().append(true).create(true).open(&program.log)?;
    let mut command = Command::new(&program.path);
    command
        .args(&program.arguments)
        // Nothing of the caller's environment (PGDATA, a locale) may change what is started.
        .env_clear()
        .envs([("TZ", "UTC"), ("LC_ALL", "C")])
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        // Ctrl-C in the terminal goes to a whole process group; a server is to outlive the drain.
        .process_group(0);
    if let Some(RunAs { uid, gid }) = program.run_as {
        command.uid(uid).gid(gid);
    }
    if let Some((signal, _)) = program.stop.first() {
        die_with_parent(&mut command, *signal);
    }
    command.spawn()
}

#[cfg(target_os = "linux")]
fn die_with_parent(command: &mut Command, signal: Signal) {
    let parent = nix::unistd::getpid();
    #[expect(unsafe_code, reason = "nothing else runs in the child before exec; the calls are async-signal-safe")]
    // SAFETY: prctl and getppid only, no allocation and no lock.
    unsafe {
        command.pre_exec(move || {
            nix::sys::prctl::set_pdeathsig(signal)?;
            // The parent may have died before the line above.
            if nix::unistd::getppid() == parent { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
        });
    }
}

/// Elsewhere a child that outlives its parent is stopped by the next start; see `orphan`.
#[cfg(not(target_os = "linux"))]
fn die_with_parent(_command: &mut Command, _signal: Signal) {}

fn describe(status: io::Result<ExitStatus>) -> String {
    match status {
        Ok(status) => status.to_string(),
        Err(error) => format!("its end could not be learned: {error}"),
    }
}
