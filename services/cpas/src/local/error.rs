//! What can go wrong with the home and its two children, as sentences for the person who started it.

use std::io;
use std::path::{Path, PathBuf};

use cpas_reporting::domain::manifest::BadKey;

/// Why PostgreSQL or NATS could not be started.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// A program is not where the tools should be.
    #[error(
        "There is no {program} at {}. Run `eval \"$(python3 deploy/local/tools.py --env)\"` first, or name servers \
         of your own with CPAS_DATABASE_URL and CPAS_NATS_URL.", path.display()
    )]
    NoTool { program: &'static str, path: PathBuf },

    /// Neither a program nor a server was named.
    #[error(
        "{variable} is not set, so {program} cannot be started. Run `make run`, or \
         `eval \"$(python3 deploy/local/tools.py --env)\"` first, or name a server of your own with {instead}."
    )]
    ToolNotNamed { variable: &'static str, program: &'static str, instead: &'static str },

    /// Another process holds the home's lock.
    #[error(
        "Another `cpas up`{} already uses the folder {}. Stop that one first, or set CPAS_HOME to another folder. \
         Nothing was changed.", pid.map(|pid| format!(" (process {pid})")).unwrap_or_default(), home.display()
    )]
    HomeInUse { home: PathBuf, pid: Option<u32> },

    /// The folder has something in it, but not ours.
    #[error(
        "The folder {} is not empty and was not made by `cpas up`. Set CPAS_HOME to another folder. Nothing was \
         changed.", home.display()
    )]
    NotOurs { home: PathBuf },

    /// The home was written by a version with another layout.
    #[error(
        "The folder {} was made by {} version of CPAS (layout {found}; this one uses {wanted}). Start that version \
         to use it, or set CPAS_HOME to a new folder. Nothing was changed.",
        home.display(), if found < wanted { "an older" } else { "a newer" }
    )]
    OtherLayout { home: PathBuf, found: u32, wanted: u32 },

    /// The data was written by another major version of PostgreSQL.
    #[error(
        "The data in {} was written by PostgreSQL {found}, and this is PostgreSQL {wanted}, which cannot read it. \
         Start the version of CPAS that wrote it to export the data, or set CPAS_HOME to a new folder. Nothing was \
         changed.", data.display()
    )]
    OtherPostgres { data: PathBuf, found: String, wanted: String },

    /// The key of papers is not a key.
    #[error(
        "The key that signs published papers, {}, {error}. Put it back from a backup, or take the file away for a \
         new key; papers that the old one signed then need the old public key. Nothing was changed.", path.display()
    )]
    PaperKey { path: PathBuf, error: BadKey },

    /// A folder on the way is closed to the user PostgreSQL runs under.
    #[error(
        "PostgreSQL refuses to run as root, so it is started as user {user}; but the folder {} is closed to that \
         user, and {} lies behind it. Set CPAS_HOME to a folder that others may pass (below /var/lib or /tmp, for \
         example), or open it with `chmod o+x {}`.", closed.display(), wanted.display(), closed.display()
    )]
    Closed { user: u32, closed: PathBuf, wanted: PathBuf },

    /// There is nobody to run PostgreSQL as.
    #[error("PostgreSQL refuses to run as root, and this system has no user `nobody` to run it under.")]
    NoUnprivilegedUser,

    /// No room for data.
    #[error(
        "The disk that holds {} is full ({} MB free; {} MB are needed to start). What was stored is intact. Make \
         room, or set CPAS_HOME to a folder on another disk.", home.display(), free_bytes / 1_000_000,
        needed_bytes / 1_000_000
    )]
    DiskFull { home: PathBuf, free_bytes: u64, needed_bytes: u64 },

    /// Every port that was tried had been taken in between.
    #[error("{program} found no free port on 127.0.0.1 in {tries} tries: other programs keep taking them. Try again.")]
    PortInUse { program: &'static str, tries: u32 },

    /// A process of an earlier run does not go away.
    #[error(
        "{program} of an earlier run (process {pid}) still uses {} and does not stop. End it with `kill -9 {pid}` \
         and start again.", path.display()
    )]
    Orphan { program: &'static str, pid: u32, path: PathBuf },

    /// The child ended instead of getting ready.
    #[error("{program} ended while starting ({how}). Its log, {}, says:\n{said}", log.display())]
    Ended { program: &'static str, how: String, log: PathBuf, said: String },

    /// The child did not get ready in time.
    #[error("{program} was not ready after {seconds} s. Its log is {}.", log.display())]
    NotReady { program: &'static str, seconds: u64, log: PathBuf },

    /// The folder belongs to somebody else.
    #[error(
        "This user may not {doing} {}: it belongs to another one. Start as the user who made the folder, or set \
         CPAS_HOME to a folder of your own. Nothing was changed.", path.display()
    )]
    Denied { doing: &'static str, path: PathBuf },

    /// The file system refused.
    #[error("Could not {doing} {}: {source}.", path.display())]
    Io { doing: &'static str, path: PathBuf, source: io::Error },
}

impl LocalError {
    /// Wraps what the file system said about `path`; a full disk becomes its own error.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => super::home::disk_full(path),
            io::ErrorKind::PermissionDenied => Self::Denied { doing, path: path.to_owned() },
            _ => Self::Io { doing, path: path.to_owned(), source },
        }
    }
}
