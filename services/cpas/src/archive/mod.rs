//! `cpas archive` and `cpas restore`: all that a mission has in every service, in one signed file that a new
//! installation can open.
//!
//! The file is a zip: a part for each table (`planning/public.plans.jsonl`, a row a line, as PostgreSQL writes a row as
//! JSON), a part for each file of evidence (`files/<sha256>`), `manifest.json`, which names every part with its rows,
//! bytes and SHA-256, and `signature`, over the manifest. Rows are written and read one after the other, so that a mission
//! of any size needs the same memory.
//!
//! Invariant: every table with rows of a mission is in it, but for those that are named with a reason
//! (`every_table_of_a_mission_is_archived_or_left_out_with_a_reason` in `tests/it/archive.rs`).
//! Invariant: what is restored is what was archived, row by row, and reads the same
//! (`a_mission_is_restored_as_it_was` in `tests/it/archive.rs`).
//! Invariant: a restore stores all or nothing, and nothing of a file that was changed
//! (`one_changed_bit_is_refused_and_nothing_is_stored` in `tests/it/restoring.rs`).

mod files;
pub mod manifest;
mod place;
mod read;
pub mod tables;
mod write;

use std::{io, path::PathBuf};

pub use place::{At, Place};
pub use read::{Restored, restore};
pub use write::archive;

use crate::{compose::StartError, local::LocalError};

/// What `cpas archive` is told.
#[derive(Debug, clap::Args)]
pub struct Archive {
    /// Code of the mission.
    mission: String,
    /// Where the archive goes; it must not be there yet.
    file: PathBuf,
    #[command(flatten)]
    at: At,
}

/// What `cpas restore` is told.
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// An archive of `cpas archive`.
    file: PathBuf,
    /// The public key in PEM of the installation that made it, as that one hands it out at /api/v1/paper-key.pem.
    #[arg(long)]
    key: PathBuf,
    #[command(flatten)]
    at: At,
}

/// Why nothing was archived, or restored.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error(transparent)]
    Local(#[from] LocalError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("{} cannot be read: {}.", .0.display(), .1)]
    Read(PathBuf, io::Error),
    #[error("{} cannot be written: {}.", .0.display(), .1)]
    Write(PathBuf, io::Error),
    #[error("{} is there already. An archive overwrites nothing; name another file.", .0.display())]
    Exists(PathBuf),
    #[error("{} cannot be used: {}.", .0.display(), .1)]
    Settings(PathBuf, String),
    #[error("There is no key to sign with. Name it as paper_key_file beside the databases.")]
    NoKey,
    #[error("There is no mission {0} here.")]
    NoMission(String),
    #[error(
        "There is a mission {0} here already, or one of the same origin. Nothing was restored; an archive is opened where its mission is not."
    )]
    MissionExists(String),
    #[error("{} is no archive of a mission: {}.", .0.display(), .1)]
    NoArchive(PathBuf, String),
    #[error(
        "{} was signed with the key {signed}, and this is the key {given}. Ask whoever made it for the public key of {signed}, over another way than the archive came.",
        .file.display()
    )]
    OtherKey { file: PathBuf, signed: String, given: String },
    #[error("The signature does not fit: {} was changed after it was signed, or somebody else signed it. Nothing was restored.", .0.display())]
    Forged(PathBuf),
    #[error("{part} is not as it was archived: it was changed, or the file is damaged. Nothing was restored.")]
    Changed { part: String },
    #[error(
        "The archive is of a newer version ({archived}) than this program ({own}). Restore it with that version or a later one."
    )]
    Newer { archived: String, own: String },
    #[error(
        "The archive is of an older version ({archived}) than this installation ({own}). Restore it into a new installation of version {archived}, and bring that one to the newer version then."
    )]
    Older { archived: String, own: String },
    #[error("The database of {0} did not do what was asked: {1}.")]
    Database(&'static str, #[source] sqlx::Error),
    #[error("The file of evidence {0} cannot be read from the store of files, or kept there: {1}.")]
    File(String, #[source] Box<chassis::Failure>),
    #[error(
        "The restore was cut while it was being stored: {0}. Nobody can enter the mission; do it again, and what was stored of it is cleared first."
    )]
    Cut(#[source] sqlx::Error),
}

/// Archives a mission and says what is in the file.
///
/// # Errors
/// [`ArchiveError`]; then there is no file.
pub async fn run_archive(asked: Archive) -> Result<(), ArchiveError> {
    let opened = asked.at.open().await?;
    let outcome = archive(&opened.place, &asked.mission, &asked.file).await;
    opened.close().await;
    let manifest = outcome?;
    println!("{}", manifest.sentence(&asked.file));
    for left_out in tables::LEFT_OUT {
        println!("  Not in it: {}.", left_out.why);
    }
    println!(
        "It holds all classifications of the mission, readable to whoever has the file. Keep it as you keep the databases."
    );
    Ok(())
}

/// Restores a mission and says what came.
///
/// # Errors
/// [`ArchiveError`]; then nothing was restored.
pub async fn run_restore(asked: Restore) -> Result<(), ArchiveError> {
    let pem = std::fs::read_to_string(&asked.key).map_err(|error| ArchiveError::Read(asked.key.clone(), error))?;
    let opened = asked.at.open().await?;
    let outcome = restore(&opened.place, &asked.file, &pem).await;
    opened.close().await;
    println!("{}", outcome?.sentence());
    Ok(())
}
