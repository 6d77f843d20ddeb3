//! The files and manifests of published sheets. They are written once and never changed.

use sqlx::PgConnection;
use uuid::Uuid;

/// A file as it was handed out.
#[derive(Debug, Clone)]
pub struct File {
    pub language: &'static str,
    pub format: &'static str,
    pub bytes: Vec<u8>,
    pub sha256: String,
}

/// Keeps the files of a sheet.
pub async fn insert_files(
    connection: &mut PgConnection,
    mission: Uuid,
    sheet: Uuid,
    classification: i16,
    files: &[File],
) -> Result<(), sqlx::Error> {
    for file in files {
        sqlx::query(
            "INSERT INTO fact_sheet_file (mission_id, fact_sheet_id, language, format, bytes, sha256, classification) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(mission)
        .bind(sheet)
        .bind(file.language)
        .bind(file.format)
        .bind(&file.bytes)
        .bind(&file.sha256)
        .bind(classification)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// A file of a sheet; none for a sheet that was published before its files were kept.
pub async fn find_file(
    connection: &mut PgConnection,
    sheet: Uuid,
    language: &str,
    format: &str,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar("SELECT bytes FROM fact_sheet_file WHERE fact_sheet_id = $1 AND language = $2 AND format = $3")
        .bind(sheet)
        .bind(language)
        .bind(format)
        .fetch_optional(connection)
        .await
}

/// Keeps the manifest of a language.
pub async fn insert_manifest(
    connection: &mut PgConnection,
    mission: Uuid,
    sheet: Uuid,
    classification: i16,
    language: &str,
    manifest: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO fact_sheet_manifest (mission_id, fact_sheet_id, language, manifest, classification) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(mission)
    .bind(sheet)
    .bind(language)
    .bind(manifest)
    .bind(classification)
    .execute(connection)
    .await
    .map(drop)
}

/// The manifest of a language.
pub async fn find_manifest(
    connection: &mut PgConnection,
    sheet: Uuid,
    language: &str,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar("SELECT manifest FROM fact_sheet_manifest WHERE fact_sheet_id = $1 AND language = $2")
        .bind(sheet)
        .bind(language)
        .fetch_optional(connection)
        .await
}
