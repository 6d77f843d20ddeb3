//! Which tables hold something of a mission, as PostgreSQL's catalogue knows them: a table that is added to a service is
//! archived without a word here.

use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::manifest::Levels;

/// A table with rows of missions that is not archived.
#[derive(Debug, Clone, Copy)]
pub struct LeftOut {
    pub service: Option<&'static str>,
    pub tables: &'static [&'static str],
    pub why: &'static str,
}

/// All of them. Secrets stay where they were made; what waits to be sent is sent by whoever had it to send.
pub const LEFT_OUT: &[LeftOut] = &[
    LeftOut { service: Some("gateway"), tables: &["public.api_token"], why: "API tokens, which are secrets" },
    LeftOut {
        service: Some("gateway"),
        tables: &["public.webhook", "public.webhook_delivery", "public.webhook_queue"],
        why: "webhooks and what they sent, because they are made of a secret and of another system's address",
    },
    LeftOut {
        service: Some("gateway"),
        tables: &["public.digest", "public.digest_queue"],
        why: "e-mails that were sent or wait to be sent",
    },
    LeftOut {
        service: Some("gateway"),
        tables: &[
            "public.subscription",
            "public.subscription_clock",
            "public.subscription_queue",
            "public.subscription_sending",
        ],
        why: "subscriptions and what they sent, because they are made of a secret and of addresses: whoever wants one subscribes anew",
    },
    LeftOut {
        service: Some("collection"),
        tables: &["public.series_change", "public.quality_head", "public.quality_level", "public.quality_place"],
        why: "which transactions of this database wrote what, and the quality that was found from it: it is found again from the data",
    },
    LeftOut {
        service: None,
        tables: &["chassis.idempotency"],
        why: "keys of writes with what was answered, which nobody can send again to another installation",
    },
];
/// The sign-ins of members are no rows of the mission, but belong to what is said of it.
pub const NO_SIGN_INS: &str = "passwords and sessions: members come as names, and sign in when headquarters lets them";

/// Columns that the new installation fills: nothing was sent by it yet.
const FILLED_ANEW: &[(&str, &str)] = &[("chassis.outbox", "sent_at")];

/// A table of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// `public.plans`.
    pub name: String,
    /// In the table's order; without what the database makes by itself.
    pub columns: Vec<String>,
    /// JSON that is never absent: there `null` is a value.
    solid_json: Vec<String>,
    key: Vec<String>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Rows of missions.
    Tenant,
    /// The mission itself.
    Mission,
    /// Its members, as names.
    Account,
    /// What all missions share: what is there stays as it is.
    Shared,
    /// Which events took effect. Has no mission; events are asked for by their ids.
    Inbox,
}

#[derive(sqlx::FromRow)]
struct Row {
    name: String,
    columns: Vec<String>,
    solid_json: Vec<String>,
    key: Vec<String>,
    has_mission: bool,
}

/// The tables of a service that are archived, in order of their names.
///
/// # Errors
/// As the database fails.
pub async fn archived(connection: &mut PgConnection, service: &str) -> Result<Vec<Table>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT n.nspname || '.' || c.relname AS name, \
           ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 \
             AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = '' ORDER BY a.attnum) AS columns, \
           ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 \
             AND NOT a.attisdropped AND a.attnotnull AND a.atttypid = 'jsonb'::regtype) AS solid_json, \
           ARRAY(SELECT a.attname::text FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k (number, place) \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number \
             WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.place) AS key, \
           EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'mission_id') AS has_mission \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('public', 'chassis') ORDER BY 1",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().filter_map(|row| table(service, row)).collect())
}

fn table(service: &str, row: Row) -> Option<Table> {
    let is_left_out =
        |one: &LeftOut| one.service.is_none_or(|own| own == service) && one.tables.contains(&row.name.as_str());
    let kind = match (service, row.name.as_str()) {
        _ if LEFT_OUT.iter().any(is_left_out) => return None,
        ("gateway", "public.mission") => Kind::Mission,
        ("gateway", "public.account") => Kind::Account,
        ("planning", "public.library_entries") => Kind::Shared,
        (_, "chassis.inbox") => Kind::Inbox,
        _ if row.has_mission => Kind::Tenant,
        _ => return None,
    };
    let keeps = |column: &String| match kind {
        Kind::Account => ["id", "email", "name", "language", "recorded_at"].contains(&column.as_str()),
        _ => !FILLED_ANEW.contains(&(row.name.as_str(), column.as_str())),
    };
    let columns = row.columns.into_iter().filter(keeps).collect();
    Some(Table { name: row.name, columns, solid_json: row.solid_json, key: row.key, kind })
}

impl Table {
    pub fn is_inbox(&self) -> bool {
        self.kind == Kind::Inbox
    }

    /// Whether all rows of a part are new where it is restored.
    pub fn is_the_missions_own(&self) -> bool {
        matches!(self.kind, Kind::Tenant | Kind::Mission)
    }

    /// Whether a cut restore can have left rows that are told by their mission.
    pub fn is_tenant(&self) -> bool {
        self.kind == Kind::Tenant
    }

    /// Gives the mission's rows (`$1`) one by one as JSON, in order of the key.
    pub fn select(&self) -> String {
        let of_mission = match self.kind {
            Kind::Tenant => "mission_id = $1",
            Kind::Mission => "id = $1",
            Kind::Account => {
                "id IN (SELECT account_id FROM membership WHERE mission_id = $1 \
                 UNION SELECT account_id FROM digest_preference WHERE mission_id = $1)"
            }
            Kind::Shared | Kind::Inbox => "$1::uuid IS NOT NULL",
        };
        // A table without a key has an order of its own too: that of its rows as texts.
        let order = if self.key.is_empty() { "t::text".to_owned() } else { list(&self.key) };
        format!(
            "SELECT to_jsonb(own)::text FROM (SELECT {} FROM {} t WHERE {of_mission} ORDER BY {order}) own",
            list(&self.columns),
            self.name,
        )
    }

    /// Stores rows that come as one JSON array (`$1`).
    pub fn insert(&self) -> String {
        let values: Vec<String> = self.columns.iter().map(|column| self.value(column)).collect();
        // A row of another mission is none of the archive's: it is not stored, and the count tells it.
        let rest = match self.kind {
            Kind::Tenant => " WHERE r.mission_id = chassis.mission()",
            Kind::Mission => " WHERE r.id = chassis.mission()",
            Kind::Account | Kind::Shared | Kind::Inbox => " ON CONFLICT DO NOTHING",
        };
        format!(
            "INSERT INTO {name} ({}) SELECT {} FROM jsonb_populate_recordset(NULL::{name}, $1::text::jsonb) r{rest}",
            list(&self.columns),
            values.join(", "),
            name = self.name,
        )
    }

    fn value(&self, column: &String) -> String {
        if self.kind == Kind::Account && column == "email" {
            // An address of somebody else here stays theirs; the name comes along without one.
            return "CASE WHEN EXISTS (SELECT FROM account a WHERE lower(a.email) = lower(r.email) AND a.id <> r.id) \
                    THEN r.id || '@restored.invalid' ELSE r.email END"
                .to_owned();
        }
        let own = format!("r.\"{column}\"");
        if self.solid_json.contains(column) { format!("coalesce({own}, 'null'::jsonb)") } else { own }
    }
}

fn list(columns: &[String]) -> String {
    columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ")
}

/// Lets a transaction see and write all of a mission, whoever owns it.
///
/// # Errors
/// As the database fails.
pub async fn enter(connection: &mut PgConnection, mission: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query(
        "SELECT set_config('app.mission_id', $1, true), set_config('app.clearance', '2', true), \
         set_config('statement_timeout', '0', true), set_config('timezone', 'UTC', true), \
         set_config('extra_float_digits', '1', true)",
    )
    .bind(mission.to_string())
    .execute(connection)
    .await
    .map(drop)
}

/// The migrations that ran in a database.
///
/// # Errors
/// As the database fails.
pub async fn levels(connection: &mut PgConnection) -> Result<Levels, sqlx::Error> {
    let mut ran = async |table: &str| {
        let query = format!("SELECT version FROM {table} WHERE success ORDER BY version");
        sqlx::query_scalar::<_, i64>(AssertSqlSafe(query)).fetch_all(&mut *connection).await
    };
    Ok(Levels { chassis: ran("_chassis_migrations").await?, service: ran("_sqlx_migrations").await? })
}
