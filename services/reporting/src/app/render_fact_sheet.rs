//! A fact sheet as a document.

use chassis::{Caller, Failure};
use cpas_proto::words::Language;
use uuid::Uuid;

use super::{get_fact_sheet::find, take_snapshot::take_snapshot};
use crate::{
    Config, Deps, Error,
    domain::{
        document::{Banner, Document},
        html, pdf,
        sheet::SheetState,
        snapshot::Snapshot,
    },
};

cpas_proto::vocabulary! {
    /// What a sheet is rendered as.
    pub enum Format as "a format" { Pdf = "pdf", Html = "html" }
}

/// A document, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub file_name: String,
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

/// Renders it: from its snapshot once it is cleared, else from the numbers of now, marked as a draft.
pub async fn render_fact_sheet(
    deps: &Deps,
    config: &Config,
    caller: &Caller,
    id: Uuid,
    format: Format,
    language: Language,
) -> Result<Rendered, Error> {
    let sheet = find(deps, caller, id).await?;
    let snapshot: Snapshot = match &sheet.snapshot {
        Some(taken) => serde_json::from_slice(&taken.bytes).map_err(Failure::internal)?,
        None => take_snapshot(deps, config, caller, &sheet, deps.clock.now()).await?,
    };
    let banner = match sheet.state {
        SheetState::Draft | SheetState::Cleared => Some(Banner::Draft),
        SheetState::Published => None,
        SheetState::Withdrawn => Some(Banner::Withdrawn(sheet.reason.clone())),
    };
    let file_name = format!("{}-{}-{language}.{format}", snapshot.mission_code.to_lowercase(), sheet.id);
    // Layout is work for a processor, not for the runtime's threads.
    let write = move || -> Result<Vec<u8>, Error> {
        let document = Document::of(&snapshot, language, banner.as_ref());
        match format {
            Format::Html => Ok(html::write(&document).into_bytes()),
            Format::Pdf => Ok(pdf::write(&document, &format!("{} {language}", snapshot.sheet_id))?),
        }
    };
    let bytes = tokio::task::spawn_blocking(write).await.map_err(Failure::internal)??;
    let content_type = match format {
        Format::Pdf => "application/pdf",
        Format::Html => "text/html; charset=utf-8",
    };
    Ok(Rendered { file_name, content_type, bytes })
}
