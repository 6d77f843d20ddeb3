//! Which generation of the read model is read, and which is being built beside it.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

/// Generations of a mission's read model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Generations {
    /// The one that is read.
    pub generation: i32,
    /// The one that a rebuild fills.
    pub building: Option<i32>,
    pub building_since: Option<DateTime<Utc>>,
}

/// One generation of a mission's read model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Model {
    pub mission: Uuid,
    pub generation: i32,
}

impl Generations {
    /// Those that an event changes.
    pub fn written(self) -> impl Iterator<Item = i32> {
        std::iter::once(self.generation).chain(self.building)
    }
}

/// One lock a mission: all who read hold it together, and the switch waits for them.
const READERS: &str = "hashtextextended('readers of the model ' || current_setting('app.mission_id'), 0)";

/// For a reader: until this transaction ends, what is read stays, also while a rebuild switches. A mission of which
/// nothing was heard yet is in its first generation.
pub async fn read(connection: &mut PgConnection) -> Result<Generations, sqlx::Error> {
    // A statement of its own: the next one sees what was committed while this one waited.
    let reads = format!("SELECT pg_advisory_xact_lock_shared({READERS})");
    sqlx::query(AssertSqlSafe(reads)).execute(&mut *connection).await?;
    let found =
        sqlx::query_as("SELECT generation, building, building_since FROM model").fetch_optional(connection).await?;
    Ok(found.unwrap_or(Generations { generation: 1, building: None, building_since: None }))
}

/// False where nothing was heard of the mission yet.
pub async fn is_known(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM model)").fetch_one(connection).await
}

/// For an event: a rebuild does not switch before this transaction ends.
pub async fn hold(connection: &mut PgConnection, mission: Uuid) -> Result<Generations, sqlx::Error> {
    const HELD: &str = "SELECT generation, building, building_since FROM model FOR SHARE";
    if let Some(found) = sqlx::query_as(HELD).fetch_optional(&mut *connection).await? {
        return Ok(found);
    }
    ensure(&mut *connection, mission).await?;
    sqlx::query_as(HELD).fetch_one(connection).await
}

async fn ensure(connection: &mut PgConnection, mission: Uuid) -> Result<(), sqlx::Error> {
    // Of what is heard from the beginning all is kept.
    sqlx::query(
        "WITH first AS (INSERT INTO model (mission_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING mission_id, generation) \
         INSERT INTO kept (mission_id, generation) SELECT mission_id, generation FROM first ON CONFLICT DO NOTHING",
    )
    .bind(mission)
    .execute(connection)
    .await
    .map(drop)
}

/// Opens the next generation, empty, unless a rebuild that began after `abandoned_before` fills one.
/// Returns its number.
pub async fn open_building(
    connection: &mut PgConnection,
    mission: Uuid,
    now: DateTime<Utc>,
    abandoned_before: DateTime<Utc>,
) -> Result<Option<i32>, sqlx::Error> {
    ensure(&mut *connection, mission).await?;
    // Never the number of one that was given up: its late writers must not reach this one.
    let opened: Option<i32> = sqlx::query_scalar(
        "UPDATE model SET building = greatest(generation, coalesce(building, 0)) + 1, building_since = $1 \
         WHERE building IS NULL OR building_since < $2 RETURNING building",
    )
    .bind(now)
    .bind(abandoned_before)
    .fetch_optional(&mut *connection)
    .await?;
    if opened.is_some() {
        sweep(connection).await?;
    }
    Ok(opened)
}

/// Makes the built generation the one that is read, as soon as nobody reads the one before; that one is dropped by
/// [`sweep`] when this is committed. False when another rebuild took over in the meantime.
pub async fn switch_to(connection: &mut PgConnection, built: i32) -> Result<bool, sqlx::Error> {
    let switched =
        sqlx::query("UPDATE model SET generation = $1, building = NULL, building_since = NULL WHERE building = $1")
            .bind(built)
            .execute(&mut *connection)
            .await?
            .rows_affected();
    // After the row, which waits for events that are being applied: they read the model too.
    let alone = format!("SELECT pg_advisory_xact_lock({READERS})");
    sqlx::query(AssertSqlSafe(alone)).execute(&mut *connection).await?;
    Ok(switched == 1)
}

/// Gives up a generation that could not be built.
pub async fn give_up(connection: &mut PgConnection, building: i32) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE model SET building = NULL, building_since = NULL WHERE building = $1")
        .bind(building)
        .execute(&mut *connection)
        .await?;
    sweep(connection).await
}

/// Drops the rows of generations that nobody reads or builds.
pub async fn sweep(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    const STALE: [&str; 8] = [
        "DELETE FROM record USING model m WHERE record.generation NOT IN (m.generation, coalesce(m.building, 0))",
        "DELETE FROM series USING model m WHERE series.generation NOT IN (m.generation, coalesce(m.building, 0))",
        "DELETE FROM touched USING model m WHERE touched.generation NOT IN (m.generation, coalesce(m.building, 0))",
        "DELETE FROM reached USING model m WHERE reached.generation NOT IN (m.generation, coalesce(m.building, 0))",
        "DELETE FROM waiting USING model m WHERE waiting.generation NOT IN (m.generation, coalesce(m.building, 0))",
        "DELETE FROM standing USING model m WHERE standing.generation NOT IN (m.generation, coalesce(m.building, 0))",
        "DELETE FROM kept USING model m WHERE kept.generation NOT IN (m.generation, coalesce(m.building, 0))",
        "DELETE FROM change USING model m WHERE change.generation NOT IN (m.generation, coalesce(m.building, 0))",
    ];
    for statement in STALE {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    Ok(())
}
