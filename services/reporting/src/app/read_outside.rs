//! A paper for people without an account. The gateway asks, with the clearance of nobody.
//!
//! Whatever is not there for them is the same "not found": a key that never was, one that was taken back, a paper that is
//! not published, a file that it does not have.

use chassis::{Caller, Failure};
use chrono::SecondsFormat;
use cpas_proto::{reporting::v1 as pb, words::Language};

use crate::{
    Deps, Error,
    domain::{
        manifest,
        output::{self, Format},
        outside::{Shown, is_key, shown},
        outside_page::{self, Setting},
        sheet::FactSheet,
        snapshot::Snapshot,
    },
    store::{outside, papers, sheets},
};

/// What somebody outside asks for.
#[derive(Debug, Clone)]
pub struct OutsideAsked {
    pub key: String,
    pub language: Language,
    pub what: Asked,
    pub counted: bool,
    pub base: String,
}

/// The page, a file, or what signs the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Page,
    File(Format),
    Manifest,
}

impl Asked {
    fn document(self, language: Language) -> String {
        match self {
            Self::Page => language.word().to_owned(),
            Self::File(format) => format!("{language}.{format}"),
            Self::Manifest => format!("{language}.manifest.json"),
        }
    }
}

/// Reads it, as it stands now: a withdrawal that is stored is seen by whoever asks later.
pub async fn read_outside(deps: &Deps, caller: &Caller, asked: OutsideAsked) -> Result<pb::OutsidePaper, Error> {
    const NOT_THERE: Error = Error::NotFound("paper");
    if !is_key(&asked.key) {
        return Err(NOT_THERE);
    }
    let mut tx = deps.db.begin(caller).await?;
    let address = outside::find_open(&mut tx, &asked.key).await?.ok_or(NOT_THERE)?;
    let sheet = sheets::find(&mut tx, address.fact_sheet_id).await?.ok_or(NOT_THERE)?;
    let shown = shown(&sheet).ok_or(NOT_THERE)?;
    let kept = match asked.what {
        Asked::File(format) => papers::find_file(&mut tx, sheet.id, asked.language.word(), format.word()).await?,
        Asked::Manifest => papers::find_manifest(&mut tx, sheet.id, asked.language.word()).await?,
        Asked::Page => None,
    };
    if asked.counted && shown == Shown::Paper {
        let (mission, day) = (tx.mission(), deps.clock.today());
        outside::count(&mut tx, mission, sheet.id, day, &asked.what.document(asked.language)).await?;
    }
    tx.commit().await?;
    let mission = caller.mission()?.code.clone();
    if shown == Shown::Withdrawal {
        let day = sheet.recorded_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let page = outside_page::withdrawn(&mission, &day, &sheet.reason, asked.language);
        return Ok(pb::OutsidePaper {
            state: sheet.state.word().to_owned(),
            content: page.into_bytes(),
            content_type: Format::Html.content_type().to_owned(),
            ..Default::default()
        });
    }
    let (content, content_type) = match (asked.what, kept) {
        (Asked::Manifest, kept) => (kept.ok_or(NOT_THERE)?, "application/json"),
        (Asked::File(format), Some(kept)) => (kept, format.content_type()),
        (Asked::File(format), None) => (written(&sheet, format, asked.language).await?, format.content_type()),
        (Asked::Page, _) => (page(&sheet, &asked, address.indexed).await?, Format::Html.content_type()),
    };
    let file_name = |ending: &str| manifest::file_name(&mission, &sheet.id.to_string(), asked.language, ending);
    let file_name = match asked.what {
        Asked::Page => String::new(),
        Asked::File(format) => file_name(format.word()),
        Asked::Manifest => file_name("manifest.json"),
    };
    Ok(pb::OutsidePaper {
        state: sheet.state.word().to_owned(),
        content,
        content_type: content_type.to_owned(),
        file_name,
        indexed: address.indexed,
    })
}

fn snapshot_of(sheet: &FactSheet) -> Result<Snapshot, Failure> {
    let taken = sheet.snapshot.as_ref().ok_or_else(|| Failure::internal("a published sheet without a snapshot"))?;
    serde_json::from_slice(&taken.bytes).map_err(Failure::internal)
}

/// A file of a sheet that was published before its files were kept.
async fn written(sheet: &FactSheet, format: Format, language: Language) -> Result<Vec<u8>, Error> {
    let snapshot = snapshot_of(sheet)?;
    let write = move || output::write(&snapshot, format, language, None);
    Ok(tokio::task::spawn_blocking(write).await.map_err(Failure::internal)??)
}

async fn page(sheet: &FactSheet, asked: &OutsideAsked, indexed: bool) -> Result<Vec<u8>, Error> {
    let snapshot = snapshot_of(sheet)?;
    let published_at = sheet.published_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)).unwrap_or_default();
    let sha256 = sheet.snapshot.as_ref().map(|taken| taken.sha256.clone()).unwrap_or_default();
    let (base, language, key_id) = (asked.base.clone(), asked.language, sheet.signed_by_key.clone());
    let write = move || {
        let setting =
            Setting { base: &base, indexed, published_at: &published_at, snapshot_sha256: &sha256, key_id: &key_id };
        outside_page::write(&snapshot, language, &setting).into_bytes()
    };
    Ok(tokio::task::spawn_blocking(write).await.map_err(Failure::internal)?)
}
