//! Rows of evidence; append-only.

use chassis::Failure;
use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::words::Classification;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{checked, classification, stored, who};
use crate::domain::{
    Text,
    evidence::{Credibility, Evidence, Reference, Use},
    evidence_file::EvidenceFile,
    ids::{ContextMapId, EvidenceId, FactorId},
    page::PageOf,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    title: String,
    source: String,
    date: NaiveDate,
    link: String,
    reliability: String,
    credibility: i16,
    classification: i16,
    observation_id: Option<Uuid>,
    event_id: Option<Uuid>,
    file_name: Option<String>,
    file_type: Option<String>,
    file_bytes: Option<i64>,
    file_sha256: Option<String>,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
}

impl Row {
    fn into_evidence(self) -> Result<Evidence, Failure> {
        let reference = self.observation_id.map(Reference::Observation).or(self.event_id.map(Reference::Event));
        let file = (|| {
            let bytes = self.file_bytes?.try_into().ok()?;
            Some(EvidenceFile {
                name: self.file_name?,
                content_type: self.file_type?,
                bytes,
                sha256: self.file_sha256?,
            })
        })();
        Ok(Evidence {
            id: EvidenceId(self.id),
            title: self.title,
            source: self.source,
            date: self.date,
            link: self.link,
            reliability: stored(&self.reliability)?,
            credibility: checked(Credibility::parse("credibility", self.credibility.unsigned_abs().into()))?,
            classification: classification(self.classification),
            reference,
            file,
            version: self.version,
            recorded_at: self.recorded_at,
            recorded_by: who(self.recorded_by, self.recorded_by_name),
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, title, source, date, link, reliability, credibility, classification, version, recorded_at, recorded_by, \
                 recorded_by_name, observation_id, event_id, file_name, file_type, file_bytes, file_sha256 FROM evidence ",
            $rest
        )
    };
}

/// Stores a piece of evidence.
pub async fn insert(db: &mut PgConnection, mission: Uuid, evidence: &Evidence) -> Result<(), Failure> {
    let (observation, event) = match evidence.reference {
        Some(Reference::Observation(id)) => (Some(id), None),
        Some(Reference::Event(id)) => (None, Some(id)),
        None => (None, None),
    };
    let file = evidence.file.as_ref();
    sqlx::query(
        "INSERT INTO evidence (mission_id, id, title, source, date, link, reliability, credibility, classification, version, \
             recorded_at, recorded_by, recorded_by_name, observation_id, event_id, file_name, file_type, file_bytes, file_sha256) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
    )
    .bind(mission)
    .bind(evidence.id.0)
    .bind(&evidence.title)
    .bind(&evidence.source)
    .bind(evidence.date)
    .bind(&evidence.link)
    .bind(evidence.reliability.word())
    .bind(i16::from(evidence.credibility.number()))
    .bind(evidence.classification.rank())
    .bind(evidence.version)
    .bind(evidence.recorded_at)
    .bind(evidence.recorded_by.account)
    .bind(&evidence.recorded_by.name)
    .bind(observation)
    .bind(event)
    .bind(file.map(|file| &file.name))
    .bind(file.map(|file| &file.content_type))
    .bind(file.map(|file| file.bytes.cast_signed()))
    .bind(file.map(|file| &file.sha256))
    .execute(db)
    .await?;
    Ok(())
}

/// A page and the row after it, the latest recorded first.
pub async fn page(db: &mut PgConnection, page: &PageOf) -> Result<Vec<Evidence>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(select!("WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2"))
        .bind(page.after.as_ref().map(|after| after.id))
        .bind(page.fetched())
        .fetch_all(db)
        .await?;
    rows.into_iter().map(Row::into_evidence).collect()
}

/// One piece of evidence, if the caller may see it.
pub async fn get(db: &mut PgConnection, id: EvidenceId) -> Result<Option<Evidence>, Failure> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE id = $1")).bind(id.0).fetch_optional(db).await?;
    row.map(Row::into_evidence).transpose()
}

/// The factors that rest on a piece of evidence, in the maps that the caller may see; the latest map first.
pub async fn uses(db: &mut PgConnection, id: EvidenceId) -> Result<Vec<Use>, Failure> {
    type Row = (Uuid, Json<Text>, String, Uuid, Json<Text>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT context_map.id, context_map.title, context_map.state, (factor ->> 'id')::uuid, factor -> 'title' \
         FROM context_map CROSS JOIN LATERAL jsonb_array_elements(factors) AS factor \
         WHERE factor -> 'evidence' ? $1 ORDER BY context_map.id DESC, factor ->> 'id' LIMIT 200",
    )
    .bind(id.to_string())
    .fetch_all(db)
    .await?;
    let used = |(map, map_title, map_state, factor, factor_title): Row| Use {
        map: ContextMapId(map),
        map_title: map_title.0,
        map_state,
        factor: FactorId(factor),
        factor_title: factor_title.0,
    };
    Ok(rows.into_iter().map(used).collect())
}

/// Classifications of those of the ids that the caller may see.
pub async fn classifications(
    db: &mut PgConnection,
    ids: &[EvidenceId],
) -> Result<Vec<(EvidenceId, Classification)>, Failure> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<(Uuid, i16)> =
        sqlx::query_as("SELECT id, classification FROM evidence WHERE id = ANY($1)").bind(ids).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(id, rank)| (EvidenceId(id), classification(rank))).collect())
}
