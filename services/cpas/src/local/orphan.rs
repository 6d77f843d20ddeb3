//! A child that outlived its parent: found by its pid file, recognised by its command line.

use std::fs;
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::{Instant, sleep};

use super::LocalError;

/// How long an orphan may take after each signal.
const STEP: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(50);

/// Stops the process that `pid_file` names when its command line mentions `path`, which is how one
/// knows it from a stranger who got the same number. The file is then removed, for it is stale.
///
/// The caller holds the home's lock, so a living process is one that a killed `cpas up` left.
pub(super) async fn stop(
    program: &'static str,
    pid_file: &Path,
    path: &Path,
    signals: &[Signal],
) -> Result<(), LocalError> {
    let Ok(text) = fs::read_to_string(pid_file) else { return Ok(()) };
    let pid = text.lines().next().and_then(|line| line.trim().parse::<u32>().ok());
    if let Some(pid) = pid.filter(|pid| mentions(*pid, path)) {
        tracing::warn!(program, pid, "stopping a process that an earlier run left behind");
        if !stop_process(pid, path, signals).await {
            return Err(LocalError::Orphan { program, pid, path: path.to_owned() });
        }
    }
    match fs::remove_file(pid_file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(LocalError::io("remove the stale", pid_file)(error))
        }
        _ => Ok(()),
    }
}

async fn stop_process(pid: u32, path: &Path, signals: &[Signal]) -> bool {
    let Ok(raw) = i32::try_from(pid) else { return false };
    for signal in signals {
        if kill(Pid::from_raw(raw), *signal).is_err() {
            return !mentions(pid, path);
        }
        let until = Instant::now() + STEP;
        while Instant::now() < until {
            if !mentions(pid, path) {
                return true;
            }
            sleep(POLL).await;
        }
    }
    false
}

/// Whether the process lives and its command line mentions `path`.
#[cfg(target_os = "linux")]
fn mentions(pid: u32, path: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    // Empty for one that has ended and waits to be reaped.
    let Ok(line) = fs::read(format!("/proc/{pid}/cmdline")) else { return false };
    let path = path.as_os_str().as_bytes();
    line.windows(path.len()).any(|part| part == path)
}

/// Whether the process lives and its command line mentions `path`.
#[cfg(not(target_os = "linux"))]
fn mentions(pid: u32, path: &Path) -> bool {
    let said = std::process::Command::new("ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]).output();
    said.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains(&*path.to_string_lossy()))
}
