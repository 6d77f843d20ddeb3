//! Rows of evidence; append-only.

use chassis::Failure;
use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{checked, classification, stored, who};
use crate::domain::{
    evidence::{Credibility, Evidence},
    ids::EvidenceId,
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
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
}

impl Row {
    fn into_evidence(self) -> Result<Evidence, Failure> {
        Ok(Evidence {
            id: EvidenceId(self.id),
            title: self.title,
            source: self.source,
            date: self.date,
            link: self.link,
            reliability: stored(&self.reliability)?,
            credibility: checked(Credibility::parse("credibility", self.credibility.unsigned_abs().into()))?,
            classification: classification(self.classification),
            version: self.version,
            recorded_at: self.recorded_at,
            recorded_by: who(self.recorded_by, self.recorded_by_name),
        })
    }
}

/// Stores a piece of evidence.
pub async fn insert(db: &mut PgConnection, mission: Uuid, evidence: &Evidence) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO evidence (mission_id, id, title, source, date, link, reliability, credibility, classification, version, \
             recorded_at, recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
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
    .execute(db)
    .await?;
    Ok(())
}

/// A page and the row after it, the latest recorded first.
pub async fn page(db: &mut PgConnection, page: &PageOf) -> Result<Vec<Evidence>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, title, source, date, link, reliability, credibility, classification, version, recorded_at, recorded_by, \
             recorded_by_name \
         FROM evidence WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(page.after.as_ref().map(|after| after.id))
    .bind(page.fetched())
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Row::into_evidence).collect()
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
