//! Files of evidence, from the store of files and back.

use std::io::Write;

use cpas_context::store::files::Files;
use futures::TryStreamExt as _;
use sqlx::PgConnection;
use uuid::Uuid;

use super::ArchiveError;

/// The SHA-256 of the files that a mission's evidence names.
pub(super) async fn named(connection: &mut PgConnection, mission: Uuid) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT DISTINCT file_sha256 FROM evidence WHERE mission_id = $1 AND file_sha256 IS NOT NULL ORDER BY 1",
    )
    .bind(mission)
    .fetch_all(connection)
    .await
}

/// Copies a file out of the store.
pub(super) async fn copy_out(
    files: &Files,
    mission: Uuid,
    sha256: &str,
    to: &mut impl Write,
) -> Result<(), ArchiveError> {
    let failed = |failure| ArchiveError::File(sha256.to_owned(), Box::new(failure));
    let mut pieces = std::pin::pin!(files.read(mission, sha256).await.map_err(failed)?);
    while let Some(piece) = pieces.try_next().await.map_err(failed)? {
        to.write_all(&piece).map_err(|error| failed(chassis::Failure::internal(error)))?;
    }
    Ok(())
}

/// Keeps a file in the store.
pub(super) async fn keep(files: &Files, mission: Uuid, sha256: &str, file: std::fs::File) -> Result<(), ArchiveError> {
    files.keep(mission, sha256, file).await.map_err(|failure| ArchiveError::File(sha256.to_owned(), Box::new(failure)))
}
