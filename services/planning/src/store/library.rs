//! What headquarters added to the library, all versions.

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{read, recorded};
use crate::{
    domain::{
        definition::Definition,
        library::{Entry, Template, starter_indicators, starter_templates},
    },
    error::Error,
};

/// What the library keeps.
pub trait Shared: Serialize + DeserializeOwned + Clone + 'static {
    const KIND: &'static str;
    fn starter() -> &'static [Entry<Self>];
    fn code(&self) -> &str;
    /// As the program reads what an earlier one stored.
    fn read_back(self) -> Self {
        self
    }
}

impl Shared for Definition {
    const KIND: &'static str = "indicator";

    fn starter() -> &'static [Entry<Self>] {
        starter_indicators()
    }

    fn code(&self) -> &str {
        &self.code
    }
}

impl Shared for Template {
    const KIND: &'static str = "template";

    fn starter() -> &'static [Entry<Self>] {
        starter_templates()
    }

    fn read_back(self) -> Self {
        self.identified()
    }

    fn code(&self) -> &str {
        &self.code
    }
}

type Row<T> = (i32, String, Json<T>, DateTime<Utc>, Uuid, String);

/// Everything of a kind in its newest version, by theme and code.
pub async fn newest<T: Shared + Send + Unpin>(connection: &mut PgConnection) -> Result<Vec<Entry<T>>, Error> {
    let rows: Vec<Row<T>> = sqlx::query_as(
        "SELECT DISTINCT ON (code) version, theme, body, recorded_at, recorded_by, recorded_by_name \
         FROM library_entries WHERE kind = $1 ORDER BY code, version DESC",
    )
    .bind(T::KIND)
    .fetch_all(connection)
    .await?;
    let mut entries = rows.into_iter().map(entry).collect::<Result<Vec<Entry<T>>, Error>>()?;
    let unchanged = |own: &&Entry<T>| entries.iter().all(|entry| entry.what.code() != own.what.code());
    let starter: Vec<Entry<T>> = T::starter().iter().filter(unchanged).cloned().collect();
    entries.extend(starter);
    entries.sort_by(|one, other| (one.theme, one.what.code()).cmp(&(other.theme, other.what.code())));
    Ok(entries)
}

/// One version of something; version 0: the newest.
pub async fn find<T: Shared + Send + Unpin>(
    connection: &mut PgConnection,
    code: &str,
    version: u32,
) -> Result<Option<Entry<T>>, Error> {
    let row: Option<Row<T>> = sqlx::query_as(
        "SELECT version, theme, body, recorded_at, recorded_by, recorded_by_name FROM library_entries \
         WHERE kind = $1 AND code = $2 AND ($3 = 0 OR version = $3) ORDER BY version DESC LIMIT 1",
    )
    .bind(T::KIND)
    .bind(code)
    .bind(read(i32::try_from(version))?)
    .fetch_optional(connection)
    .await?;
    let starter =
        || T::starter().iter().find(|own| own.what.code() == code && (version == 0 || own.version == version));
    match row {
        Some(row) => entry(row).map(Some),
        None => Ok(starter().cloned()),
    }
}

/// All versions of something, the oldest first.
pub async fn versions<T: Shared + Send + Unpin>(
    connection: &mut PgConnection,
    code: &str,
) -> Result<Vec<Entry<T>>, Error> {
    let rows: Vec<Row<T>> = sqlx::query_as(
        "SELECT version, theme, body, recorded_at, recorded_by, recorded_by_name FROM library_entries \
         WHERE kind = $1 AND code = $2 ORDER BY version",
    )
    .bind(T::KIND)
    .bind(code)
    .fetch_all(connection)
    .await?;
    let mut entries: Vec<Entry<T>> = T::starter().iter().filter(|own| own.what.code() == code).cloned().collect();
    for row in rows {
        entries.push(entry(row)?);
    }
    Ok(entries)
}

/// Nobody else adds a version under this code until this ends.
pub async fn hold<T: Shared>(connection: &mut PgConnection, code: &str) -> Result<(), Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("library {} {code}", T::KIND))
        .execute(connection)
        .await?;
    Ok(())
}

/// Adds a version.
pub async fn add<T: Shared + Sync>(
    connection: &mut PgConnection,
    entry: &Entry<T>,
    by: &crate::domain::Recorded,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO library_entries (kind, code, version, theme, body, recorded_at, recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(T::KIND)
    .bind(entry.what.code())
    .bind(read(i32::try_from(entry.version))?)
    .bind(entry.theme.word())
    .bind(Json(&entry.what))
    .bind(by.at)
    .bind(by.by.account)
    .bind(&by.by.name)
    .execute(connection)
    .await?;
    Ok(())
}

fn entry<T: Shared>((version, theme, body, at, account, name): Row<T>) -> Result<Entry<T>, Error> {
    Ok(Entry {
        theme: read(theme.parse())?,
        what: body.0.read_back(),
        version: read(u32::try_from(version))?,
        recorded: Some(recorded(account, name, at)),
    })
}
