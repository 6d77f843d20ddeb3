//! What signs published papers: the manifest of a sheet, and the public key that checks it.

use chassis::Caller;
use cpas_proto::{reporting::v1 as pb, words::Language};
use uuid::Uuid;

use super::get_fact_sheet::find;
use crate::{
    Deps, Error,
    domain::{manifest::file_name, sheet::SheetState},
    store::papers,
};

/// The signed manifest of a published sheet in a language.
pub async fn get_manifest(
    deps: &Deps,
    caller: &Caller,
    id: Uuid,
    language: Language,
) -> Result<pb::FactSheetManifest, Error> {
    let sheet = find(deps, caller, id).await?;
    if !matches!(sheet.state, SheetState::Published | SheetState::Withdrawn) {
        return Err(Error::NotFound("published fact sheet"));
    }
    let mut tx = deps.db.begin(caller).await?;
    let manifest = papers::find_manifest(&mut tx, id, language.word()).await?.ok_or(Error::Unsigned)?;
    let file_name = file_name(&caller.mission()?.code, &id.to_string(), language, "manifest.json");
    Ok(pb::FactSheetManifest { manifest, file_name })
}

/// The public key of what is signed now; it is no secret, and nobody needs an account for it.
pub fn get_paper_key(deps: &Deps) -> Result<pb::PaperKey, Error> {
    let key = deps.paper_key.as_ref().ok_or(Error::NoPaperKey)?;
    Ok(pb::PaperKey { key_id: key.id(), public_pem: key.public_pem() })
}
