//! cleared → published: the files are written in every format and language, kept, and signed.

use std::sync::Arc;

use chassis::{Caller, Failure};
use chrono::SecondsFormat;
use cpas_proto::{
    reporting::v1 as pb,
    words::{Classification, Language},
};
use uuid::Uuid;

use super::{fresh, move_fact_sheet::store, sheet_to_change, take_snapshot::cited_classification};
use crate::{
    Deps, Error,
    domain::{
        manifest::{self, Manifest, PublishedFile},
        output::{self, Format},
        sheet::FactSheet,
        snapshot::{Snapshot, sha256},
    },
    store::{Connection, papers, sheets},
};

const LANGUAGES: [Language; 2] = [Language::En, Language::Fr];

/// Publishes. What it cites is checked once more: a classification may have been raised.
pub async fn publish_fact_sheet(deps: &Deps, caller: &Caller, id: Uuid, version: i64) -> Result<pb::FactSheet, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let sheet = sheets::find(&mut tx, id).await?.ok_or(Error::NotFound("fact sheet"))?;
    fresh(&sheet, version)?;
    let at = deps.clock.now();
    let sheet = sheet.publish(&caller.name, at)?;
    drop(tx);

    // Documents are written while no transaction is open; who changes the sheet meanwhile makes this stale.
    let papers = Papers::write(deps, &sheet).await?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let sheet = sheet_to_change(&mut tx, id, version).await?;
    let cited = cited_classification(&mut tx, &sheet).await?;
    let classification = sheet.classification.max(cited);
    let sheet = sheet.publish(&caller.name, at)?;
    let signed_by_key = deps.paper_key.as_ref().map(|key| key.id()).unwrap_or_default();
    let mission = tx.mission();
    papers.keep(&mut tx, mission, id, classification).await?;
    store(tx, FactSheet { classification, signed_by_key, ..sheet }).await
}

/// The files of a published sheet, and the manifests that name them.
struct Papers {
    files: Vec<papers::File>,
    /// Language and bytes; none without a key.
    manifests: Vec<(&'static str, Vec<u8>)>,
}

impl Papers {
    async fn write(deps: &Deps, sheet: &FactSheet) -> Result<Self, Error> {
        let taken = sheet.snapshot.as_ref().ok_or_else(|| Failure::internal("a cleared sheet without a snapshot"))?;
        let snapshot: Snapshot = serde_json::from_slice(&taken.bytes).map_err(Failure::internal)?;
        let snapshot = Arc::new(snapshot);
        let mut files = Vec::new();
        for language in LANGUAGES {
            for format in Format::ALL.iter().copied() {
                let snapshot = Arc::clone(&snapshot);
                // Layout is work for a processor, not for the runtime's threads.
                let write = move || output::write(&snapshot, format, language, None);
                let bytes = tokio::task::spawn_blocking(write).await.map_err(Failure::internal)??;
                let sha256 = sha256(&bytes);
                files.push(papers::File { language: language.word(), format: format.word(), bytes, sha256 });
            }
        }
        let published_at = sheet.published_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true));
        let manifest = |language: Language| {
            let own = files.iter().filter(|file| file.language == language.word());
            let listed = |file: &papers::File| PublishedFile {
                format: file.format.to_owned(),
                bytes: file.bytes.len() as u64,
                sha256: file.sha256.clone(),
            };
            Manifest {
                format: manifest::FORMAT.to_owned(),
                mission: snapshot.mission_code.clone(),
                fact_sheet: sheet.id.to_string(),
                version: sheet.version,
                language: language.word().to_owned(),
                published_at: published_at.clone().unwrap_or_default(),
                snapshot_sha256: taken.sha256.clone(),
                files: own.map(listed).collect(),
                key_id: String::new(),
                signature: String::new(),
            }
        };
        let signed = |language| {
            let key = deps.paper_key.as_ref()?;
            Some((Language::word(language), key.sign(manifest(language)).to_bytes()))
        };
        let manifests = LANGUAGES.into_iter().filter_map(signed).collect();
        Ok(Self { files, manifests })
    }

    async fn keep(
        &self,
        connection: &mut Connection,
        mission: Uuid,
        sheet: Uuid,
        classification: Classification,
    ) -> Result<(), Error> {
        let rank = classification.rank();
        papers::insert_files(connection, mission, sheet, rank, &self.files).await?;
        for (language, manifest) in &self.manifests {
            papers::insert_manifest(connection, mission, sheet, rank, language, manifest).await?;
        }
        Ok(())
    }
}
