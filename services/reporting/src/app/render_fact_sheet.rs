//! A fact sheet as a document.

use chassis::{Caller, Failure};
use cpas_proto::words::Language;
use uuid::Uuid;

use super::{get_fact_sheet::find, take_snapshot::take_snapshot};
use crate::{
    Config, Deps, Error,
    domain::{
        document::Banner,
        manifest,
        output::{self, Format},
        sheet::SheetState,
        snapshot::Snapshot,
    },
    store::papers,
};

/// A document, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub file_name: String,
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

/// What was published is handed out as it was kept. Else it is written: from its snapshot once it is cleared,
/// before that from the numbers of now, marked as a draft.
pub async fn render_fact_sheet(
    deps: &Deps,
    config: &Config,
    caller: &Caller,
    id: Uuid,
    format: Format,
    language: Language,
) -> Result<Rendered, Error> {
    let sheet = find(deps, caller, id).await?;
    let file_name = |code: &str| manifest::file_name(code, &sheet.id.to_string(), language, format.word());
    if sheet.state == SheetState::Published {
        let mut tx = deps.db.begin(caller).await?;
        if let Some(bytes) = papers::find_file(&mut tx, id, language.word(), format.word()).await? {
            let file_name = file_name(&caller.mission()?.code);
            return Ok(Rendered { file_name, content_type: format.content_type(), bytes });
        }
    }
    let snapshot: Snapshot = match &sheet.snapshot {
        Some(taken) => serde_json::from_slice(&taken.bytes).map_err(Failure::internal)?,
        None => take_snapshot(deps, config, caller, &sheet, deps.clock.now()).await?,
    };
    let banner = match sheet.state {
        SheetState::Draft | SheetState::Cleared => Some(Banner::Draft),
        SheetState::Published => None,
        SheetState::Withdrawn => Some(Banner::Withdrawn(sheet.reason.clone())),
    };
    let file_name = file_name(&snapshot.mission_code);
    // Layout is work for a processor, not for the runtime's threads.
    let write = move || output::write(&snapshot, format, language, banner.as_ref());
    let bytes = tokio::task::spawn_blocking(write).await.map_err(Failure::internal)??;
    Ok(Rendered { file_name, content_type: format.content_type(), bytes })
}
