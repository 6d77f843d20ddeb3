//! Writing an archive: a snapshot of each service's database, row by row into the zip.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use chrono::{SecondsFormat, Utc};
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    ArchiveError, Place, files,
    manifest::{ArchivedMission, Content, FORMAT, MANIFEST, Manifest, Part, SIGNATURE},
    tables::{self, LEFT_OUT, NO_SIGN_INS, Table},
};
use crate::compose::SERVICES;

/// Events whose effects are asked for at once.
const EVENTS_AT_ONCE: i64 = 1_000;

/// A service's database as it stood at one moment.
struct Snapshot {
    service: &'static str,
    connection: PgConnection,
    tables: Vec<Table>,
}

/// Archives the mission of a code into a new file.
///
/// # Errors
/// [`ArchiveError`]; then there is no file.
pub async fn archive(place: &Place, code: &str, file: &Path) -> Result<Manifest, ArchiveError> {
    let key = place.key.as_ref().ok_or(ArchiveError::NoKey)?;
    if file.exists() {
        return Err(ArchiveError::Exists(file.to_owned()));
    }
    let mission = mission(place, code).await?;
    // All of them begin before anything is written: they are as close to one moment as six databases come.
    let mut snapshots = Vec::new();
    for service in SERVICES {
        snapshots.push(snapshot(place, service, mission.id).await?);
    }
    let mut manifest = Manifest {
        format: FORMAT.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        archived_at: now(),
        mission,
        levels: Default::default(),
        parts: Vec::new(),
        left_out: LEFT_OUT.iter().map(|one| one.why.to_owned()).chain([NO_SIGN_INS.to_owned()]).collect(),
        key_id: key.id(),
    };
    let partial = partial(file);
    let outcome = async {
        let mut zip = Zip::create(&partial)?;
        for snapshot in &mut snapshots {
            let levels = tables::levels(&mut snapshot.connection).await;
            let levels = levels.map_err(|error| ArchiveError::Database(snapshot.service, error))?;
            manifest.levels.insert(snapshot.service.to_owned(), levels);
            write_tables(&mut zip, snapshot, &mut manifest).await?;
        }
        write_inboxes(&mut zip, &mut snapshots, &mut manifest).await?;
        write_files(&mut zip, place, &mut snapshots[0].connection, &mut manifest).await?;
        let bytes = manifest.to_bytes();
        zip.whole(MANIFEST, &bytes)?;
        zip.whole(SIGNATURE, Manifest::seal(&bytes, key).as_bytes())?;
        zip.finish()
    };
    let outcome = outcome.await.and_then(|()| {
        // Another file of that name may have come meanwhile: a link, unlike a rename, does not take its place.
        std::fs::hard_link(&partial, file).map_err(|error| ArchiveError::Write(file.to_owned(), error))
    });
    drop(std::fs::remove_file(&partial));
    outcome.map(|()| manifest)
}

/// Which mission it is; read outside of the snapshots, which need its id.
async fn mission(place: &Place, code: &str) -> Result<ArchivedMission, ArchiveError> {
    let mut gateway = place.connect("gateway").await?;
    let found: Option<(Uuid, String, String, String)> =
        sqlx::query_as("SELECT id, code, name, state FROM mission WHERE code = $1")
            .bind(code)
            .fetch_optional(&mut gateway)
            .await
            .map_err(|error| ArchiveError::Database("gateway", error))?;
    let (id, code, name, state) = found.ok_or_else(|| ArchiveError::NoMission(code.to_owned()))?;
    Ok(ArchivedMission { id, code, name, state })
}

async fn snapshot(place: &Place, service: &'static str, mission: Uuid) -> Result<Snapshot, ArchiveError> {
    let failed = |error| ArchiveError::Database(service, error);
    let mut connection = place.connect(service).await?;
    sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut connection).await.map_err(failed)?;
    tables::enter(&mut connection, mission).await.map_err(failed)?;
    let tables = tables::archived(&mut connection, service).await.map_err(failed)?;
    Ok(Snapshot { service, connection, tables })
}

async fn write_tables(zip: &mut Zip, snapshot: &mut Snapshot, manifest: &mut Manifest) -> Result<(), ArchiveError> {
    let failed = |error| ArchiveError::Database(snapshot.service, error);
    for table in snapshot.tables.iter().filter(|table| !table.is_inbox()) {
        let name = format!("{}/{}.jsonl", snapshot.service, table.name);
        let mut part = zip.part(&name)?;
        let mut rows = 0;
        let select = table.select();
        let query = sqlx::query_scalar::<_, String>(AssertSqlSafe(select)).bind(manifest.mission.id);
        let mut found = query.fetch(&mut snapshot.connection);
        while let Some(row) = found.try_next().await.map_err(failed)? {
            part.line(&row)?;
            rows += 1;
        }
        drop(found);
        manifest.parts.push(part.end(content(snapshot.service, table, rows)));
    }
    Ok(())
}

/// Which of the mission's events took effect where: without that they would take effect again when the new installation
/// tells of them.
async fn write_inboxes(zip: &mut Zip, snapshots: &mut [Snapshot], manifest: &mut Manifest) -> Result<(), ArchiveError> {
    for hearing in 0..snapshots.len() {
        let service = snapshots[hearing].service;
        let inbox = snapshots[hearing].tables.iter().find(|table| table.is_inbox()).cloned();
        let Some(table) = inbox else { continue };
        let mut part = zip.part(&format!("{service}/{}.jsonl", table.name))?;
        let mut rows = 0;
        for telling in 0..snapshots.len() {
            let mut after = 0_i64;
            loop {
                let events = events(&mut snapshots[telling], manifest.mission.id, after).await?;
                let Some((last, _)) = events.last() else { break };
                after = *last;
                let ids: Vec<Uuid> = events.into_iter().map(|(_, id)| id).collect();
                let heard = heard(&mut snapshots[hearing].connection, &ids).await;
                for row in heard.map_err(|error| ArchiveError::Database(service, error))? {
                    part.line(&row)?;
                    rows += 1;
                }
            }
        }
        manifest.parts.push(part.end(content(service, &table, rows)));
    }
    Ok(())
}

async fn events(snapshot: &mut Snapshot, mission: Uuid, after: i64) -> Result<Vec<(i64, Uuid)>, ArchiveError> {
    sqlx::query_as("SELECT seq, id FROM chassis.outbox WHERE mission_id = $1 AND seq > $2 ORDER BY seq LIMIT $3")
        .bind(mission)
        .bind(after)
        .bind(EVENTS_AT_ONCE)
        .fetch_all(&mut snapshot.connection)
        .await
        .map_err(|error| ArchiveError::Database(snapshot.service, error))
}

/// By consumer and event, which is how they are found.
async fn heard(connection: &mut PgConnection, events: &[Uuid]) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT to_jsonb(own)::text FROM (SELECT i.* FROM (SELECT DISTINCT consumer FROM chassis.inbox) c \
         JOIN chassis.inbox i ON i.consumer = c.consumer AND i.event_id = ANY($1) ORDER BY i.consumer, i.event_id) own",
    )
    .bind(events)
    .fetch_all(connection)
    .await
}

async fn write_files(
    zip: &mut Zip,
    place: &Place,
    context: &mut PgConnection,
    manifest: &mut Manifest,
) -> Result<(), ArchiveError> {
    let mission = manifest.mission.id;
    let named = files::named(context, mission).await.map_err(|error| ArchiveError::Database("context", error))?;
    for sha256 in named {
        let mut part = zip.part(&format!("files/{sha256}"))?;
        files::copy_out(&place.files, mission, &sha256, &mut part).await?;
        let part = part.end(Content::File);
        if part.sha256 != sha256 {
            return Err(ArchiveError::Changed { part: part.name });
        }
        manifest.parts.push(part);
    }
    Ok(())
}

fn content(service: &str, table: &Table, rows: u64) -> Content {
    Content::Rows { service: service.to_owned(), table: table.name.clone(), columns: table.columns.clone(), rows }
}

fn now() -> String {
    chassis::Clock::system().now().with_timezone(&Utc).to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn partial(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".partial-{}", std::process::id()));
    file.with_file_name(name)
}

/// The file while it is written; only its owner may read it.
struct Zip {
    path: PathBuf,
    writer: ZipWriter<BufWriter<File>>,
}

impl Zip {
    fn create(path: &Path) -> Result<Self, ArchiveError> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path);
        let file = file.map_err(|error| ArchiveError::Write(path.to_owned(), error))?;
        Ok(Self { path: path.to_owned(), writer: ZipWriter::new(BufWriter::new(file)) })
    }

    fn part(&mut self, name: &str) -> Result<OpenPart<'_>, ArchiveError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .large_file(true);
        let began = self.writer.start_file(name, options).map_err(io::Error::other);
        began.map_err(|error| ArchiveError::Write(self.path.clone(), error))?;
        Ok(OpenPart { zip: self, name: name.to_owned(), hash: Sha256::new(), bytes: 0 })
    }

    fn whole(&mut self, name: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
        let path = self.path.clone();
        self.part(name)?.write_all(bytes).map_err(|error| ArchiveError::Write(path, error))
    }

    /// On the disk when it returns.
    fn finish(self) -> Result<(), ArchiveError> {
        let done = || -> io::Result<()> {
            let file = self.writer.finish().map_err(io::Error::other)?;
            file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
        };
        done().map_err(|error| ArchiveError::Write(self.path.clone(), error))
    }
}

/// A part while it is written.
struct OpenPart<'z> {
    zip: &'z mut Zip,
    name: String,
    hash: Sha256,
    bytes: u64,
}

impl OpenPart<'_> {
    fn line(&mut self, row: &str) -> Result<(), ArchiveError> {
        let written = self.write_all(row.as_bytes()).and_then(|()| self.write_all(b"\n"));
        written.map_err(|error| ArchiveError::Write(self.zip.path.clone(), error))
    }

    fn end(self, content: Content) -> Part {
        let sha256 = hexadecimal(&self.hash.finalize());
        Part { name: self.name, content, bytes: self.bytes, sha256 }
    }
}

impl Write for OpenPart<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.zip.writer.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.writer.flush()
    }
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
