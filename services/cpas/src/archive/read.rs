//! Restoring an archive: read through and checked as a whole, then stored in every service, and the gateway last, so that
//! nobody enters a mission of which something is missing.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, BufRead as _, BufReader, Read, Seek as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use zip::ZipArchive;

use super::{
    ArchiveError, Place, files,
    manifest::{ArchivedMission, Content, FORMAT, MANIFEST, Manifest, Part, SIGNATURE},
    tables::{self, Table},
    write::hexadecimal,
};
use crate::compose::SERVICES;

/// Larger than any manifest; what is none is not read into memory.
const MANIFEST_BYTES_MAX: u64 = 16 << 20;
const SIGNATURE_BYTES_MAX: u64 = 1 << 10;
/// Rows stored by one statement: as many as fit, or one that is larger.
const BATCH_ROWS_MAX: usize = 500;
const BATCH_BYTES_MAX: usize = 2 << 20;

/// What came of a restore.
#[derive(Debug)]
pub struct Restored {
    pub manifest: Manifest,
    /// Members whose address belongs to somebody else here.
    pub without_address: i64,
}

impl Restored {
    /// What it is, for whoever did it.
    pub fn sentence(&self) -> String {
        let (rows, files) = self.manifest.count();
        let ArchivedMission { code, state, .. } = &self.manifest.mission;
        let apart = match self.without_address {
            0 => String::new(),
            count => format!(" {count} of them came without their e-mail address, which is somebody else's here."),
        };
        format!(
            "Mission {code} ({state}) was restored with {rows} rows and {files} files of evidence. Its members came as names: \
             an operator lets them sign in under Members.{apart}"
        )
    }
}

type Zip = ZipArchive<BufReader<File>>;

/// A service's database while the mission is stored in it.
struct Target {
    service: &'static str,
    connection: PgConnection,
    tables: Vec<Table>,
}

/// Restores an archive that the owner of a public key signed.
///
/// # Errors
/// [`ArchiveError`]; then nothing was restored.
pub async fn restore(place: &Place, file: &Path, public_pem: &str) -> Result<Restored, ArchiveError> {
    let mut archive = Archive::open(file)?;
    let manifest = archive.manifest(public_pem)?;
    archive.check_parts(&manifest)?;
    let mut targets = Vec::new();
    for service in SERVICES {
        targets.push(begin(place, service, &manifest).await?);
    }
    for target in &mut targets {
        let failed = |error| ArchiveError::Database(target.service, error);
        clear(&mut target.connection, &target.tables, &manifest).await.map_err(failed)?;
        for part in &manifest.parts {
            if let Content::Rows { service, table, rows, .. } = &part.content
                && service == target.service
            {
                let table = target.tables.iter().find(|known| known.name == *table);
                let table = table.ok_or_else(|| ArchiveError::Changed { part: part.name.clone() })?;
                let stored = archive.store(&mut target.connection, target.service, part, table).await?;
                if table.is_the_missions_own() && stored != *rows {
                    return Err(ArchiveError::Changed { part: part.name.clone() });
                }
            }
        }
        end(&mut target.connection).await.map_err(failed)?;
    }
    for part in manifest.parts.iter().filter(|part| part.content == Content::File) {
        let copy = archive.copy(part)?;
        files::keep(&place.files, manifest.mission.id, &part.sha256, copy).await?;
    }
    let without_address = sqlx::query_scalar(
        "SELECT count(*) FROM account WHERE email = id || '@restored.invalid' \
         AND id IN (SELECT account_id FROM membership WHERE mission_id = $1)",
    )
    .bind(manifest.mission.id)
    .fetch_one(&mut targets.last_mut().expect("the gateway is the last of the services").connection)
    .await
    .map_err(|error| ArchiveError::Database("gateway", error))?;
    for target in targets {
        commit(target.connection).await.map_err(ArchiveError::Cut)?;
    }
    Ok(Restored { manifest, without_address })
}

async fn begin(place: &Place, service: &'static str, manifest: &Manifest) -> Result<Target, ArchiveError> {
    let failed = |error| ArchiveError::Database(service, error);
    let mut connection = place.connect(service).await?;
    let own = tables::levels(&mut connection).await.map_err(failed)?;
    let archived = manifest.levels.get(service).cloned().unwrap_or_default();
    let knows = |own: &[i64], archived: &[i64]| archived.iter().all(|level| own.contains(level));
    let versions = || (manifest.version.clone(), env!("CARGO_PKG_VERSION").to_owned());
    if !knows(&own.chassis, &archived.chassis) || !knows(&own.service, &archived.service) {
        let (archived, own) = versions();
        return Err(ArchiveError::Newer { archived, own });
    }
    if own != archived {
        let (archived, own) = versions();
        return Err(ArchiveError::Older { archived, own });
    }
    sqlx::raw_sql("BEGIN").execute(&mut connection).await.map_err(failed)?;
    tables::enter(&mut connection, manifest.mission.id).await.map_err(failed)?;
    let tables = tables::archived(&mut connection, service).await.map_err(failed)?;
    set_constraints(&mut connection, true).await.map_err(failed)?;
    // Looked at behind the locks: of two restores at once the second finds what the first has stored.
    if service == "gateway" {
        let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM mission WHERE id = $1 OR code = $2)")
            .bind(manifest.mission.id)
            .bind(&manifest.mission.code)
            .fetch_one(&mut connection)
            .await
            .map_err(failed)?;
        if there {
            return Err(ArchiveError::MissionExists(manifest.mission.code.clone()));
        }
    }
    Ok(Target { service, connection, tables })
}

/// While rows are stored, references are looked at when all are there, and so are policies that look at another table: the
/// owner of the tables stores them. All of it is within the transaction, and taken back at its end.
async fn set_constraints(connection: &mut PgConnection, storing: bool) -> Result<(), sqlx::Error> {
    let found: Vec<(String, String)> = sqlx::query_as(
        "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace \
         WHERE contype = 'f' AND conparentid = 0 AND n.nspname IN ('public', 'chassis') AND condeferrable <> $1 ORDER BY 1, 2",
    )
    .bind(storing)
    .fetch_all(&mut *connection)
    .await?;
    let manner = if storing { "DEFERRABLE INITIALLY DEFERRED" } else { "NOT DEFERRABLE" };
    for (table, constraint) in found {
        run(connection, format!("ALTER TABLE {table} ALTER CONSTRAINT {constraint} {manner}")).await?;
    }
    let guarded: Vec<String> = sqlx::query_scalar(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname IN ('public', 'chassis') AND c.relrowsecurity AND c.relforcerowsecurity = $1 ORDER BY 1",
    )
    .bind(storing)
    .fetch_all(&mut *connection)
    .await?;
    let force = if storing { "NO FORCE" } else { "FORCE" };
    for table in guarded {
        run(connection, format!("ALTER TABLE {table} {force} ROW LEVEL SECURITY")).await?;
    }
    Ok(())
}

async fn end(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    run(connection, "SET CONSTRAINTS ALL IMMEDIATE".to_owned()).await?;
    set_constraints(connection, false).await
}

/// Clears what a restore that was cut between two databases left: the gateway has no such mission, so nobody has seen it.
async fn clear(connection: &mut PgConnection, tables: &[Table], manifest: &Manifest) -> Result<(), sqlx::Error> {
    let mut left = Vec::new();
    for table in tables.iter().filter(|table| table.is_tenant()) {
        let look = format!("SELECT EXISTS (SELECT FROM {} WHERE mission_id = $1)", table.name);
        let is_left: bool =
            sqlx::query_scalar(AssertSqlSafe(look)).bind(manifest.mission.id).fetch_one(&mut *connection).await?;
        if is_left {
            left.push(&table.name);
        }
    }
    for table in &left {
        run(connection, format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await?;
    }
    for table in &left {
        let delete = format!("DELETE FROM {table} WHERE mission_id = $1");
        sqlx::query(AssertSqlSafe(delete)).bind(manifest.mission.id).execute(&mut *connection).await?;
    }
    // A table with references that are still to be looked at cannot be altered.
    run(connection, "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED".to_owned()).await?;
    for table in &left {
        run(connection, format!("ALTER TABLE {table} ENABLE TRIGGER USER")).await?;
    }
    Ok(())
}

async fn commit(mut connection: PgConnection) -> Result<(), sqlx::Error> {
    run(&mut connection, "COMMIT".to_owned()).await?;
    connection.close().await
}

async fn run(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.map(drop)
}

/// The file, opened.
struct Archive {
    path: PathBuf,
    zip: Zip,
}

impl Archive {
    fn open(path: &Path) -> Result<Self, ArchiveError> {
        let file = File::open(path).map_err(|error| ArchiveError::Read(path.to_owned(), error))?;
        let zip = ZipArchive::new(BufReader::new(file));
        let zip = zip.map_err(|error| ArchiveError::NoArchive(path.to_owned(), error.to_string()))?;
        Ok(Self { path: path.to_owned(), zip })
    }

    /// The manifest, if the key signed it.
    fn manifest(&mut self, public_pem: &str) -> Result<Manifest, ArchiveError> {
        let no_archive = |why: String| ArchiveError::NoArchive(self.path.clone(), why);
        let bytes =
            small(&mut self.zip, MANIFEST, MANIFEST_BYTES_MAX).map_err(|error| no_archive(error.to_string()))?;
        let signature =
            small(&mut self.zip, SIGNATURE, SIGNATURE_BYTES_MAX).map_err(|error| no_archive(error.to_string()))?;
        let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|error| no_archive(error.to_string()))?;
        let bad_key = |error| no_archive(format!("the key {error}"));
        let given = Manifest::key_id(public_pem).map_err(bad_key)?;
        if manifest.key_id != given {
            return Err(ArchiveError::OtherKey { file: self.path.clone(), signed: manifest.key_id, given });
        }
        let signature = String::from_utf8_lossy(&signature).into_owned();
        if !Manifest::is_sealed(&bytes, &signature, public_pem).map_err(bad_key)? {
            return Err(ArchiveError::Forged(self.path.clone()));
        }
        if manifest.format != FORMAT {
            let (archived, own) = (format!("{}, {}", manifest.version, manifest.format), FORMAT.to_owned());
            return Err(ArchiveError::Newer { archived, own });
        }
        Ok(manifest)
    }

    /// Reads all parts through: each is what the manifest says, and there is no other.
    fn check_parts(&mut self, manifest: &Manifest) -> Result<(), ArchiveError> {
        let named: BTreeSet<&str> =
            manifest.parts.iter().map(|part| part.name.as_str()).chain([MANIFEST, SIGNATURE]).collect();
        for name in self.zip.file_names() {
            let name = name.map_err(|error| ArchiveError::NoArchive(self.path.clone(), error.to_string()))?;
            if !named.contains(name.as_ref()) {
                return Err(ArchiveError::Changed { part: name.into_owned() });
            }
        }
        for part in &manifest.parts {
            self.read(part, &mut io::sink())?;
        }
        Ok(())
    }

    /// Copies a part, and says if it is another one than was signed.
    fn read(&mut self, part: &Part, to: &mut impl io::Write) -> Result<(), ArchiveError> {
        let changed = || ArchiveError::Changed { part: part.name.clone() };
        let mut found = self.zip.by_name(&part.name).map_err(|_| changed())?;
        let (mut hash, mut bytes) = (Sha256::new(), 0_u64);
        let mut piece = vec![0; 64 << 10];
        loop {
            let read = found.read(&mut piece).map_err(|_| changed())?;
            bytes += read as u64;
            if bytes > part.bytes {
                return Err(changed());
            }
            if read == 0 {
                break;
            }
            hash.update(&piece[..read]);
            to.write_all(&piece[..read]).map_err(|error| ArchiveError::Write(PathBuf::from(&part.name), error))?;
        }
        if bytes != part.bytes || hexadecimal(&hash.finalize()) != part.sha256 {
            return Err(changed());
        }
        Ok(())
    }

    /// A part as a file of its own, which goes when it is closed.
    fn copy(&mut self, part: &Part) -> Result<File, ArchiveError> {
        let failed = |error| ArchiveError::Write(PathBuf::from(&part.name), error);
        let mut copy = tempfile::tempfile().map_err(failed)?;
        self.read(part, &mut copy)?;
        copy.rewind().map_err(failed)?;
        Ok(copy)
    }

    /// Stores the rows of a part; says how many were new.
    async fn store(
        &mut self,
        connection: &mut PgConnection,
        service: &'static str,
        part: &Part,
        table: &Table,
    ) -> Result<u64, ArchiveError> {
        let changed = || ArchiveError::Changed { part: part.name.clone() };
        let statement = table.insert();
        let mut lines = BufReader::new(self.copy(part)?).lines();
        let (mut stored, mut batch, mut rows) = (0, String::new(), 0);
        loop {
            let line = lines.next().transpose().map_err(|_| changed())?;
            let is_last = line.is_none();
            if let Some(line) = line {
                batch.push(if rows == 0 { '[' } else { ',' });
                batch.push_str(&line);
                rows += 1;
            }
            if rows > 0 && (is_last || rows == BATCH_ROWS_MAX || batch.len() >= BATCH_BYTES_MAX) {
                batch.push(']');
                let done = sqlx::query(AssertSqlSafe(statement.clone())).bind(&batch).execute(&mut *connection).await;
                stored += done.map_err(|error| ArchiveError::Database(service, error))?.rows_affected();
                batch.clear();
                rows = 0;
            }
            if is_last {
                return Ok(stored);
            }
        }
    }
}

fn small(zip: &mut Zip, name: &str, bytes_max: u64) -> io::Result<Vec<u8>> {
    let found = zip.by_name(name).map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    found.take(bytes_max).read_to_end(&mut bytes)?;
    Ok(bytes)
}
