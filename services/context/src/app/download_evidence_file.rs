use bytes::Bytes;
use chassis::{Caller, Failure};
use futures::Stream;

use super::authority;
use crate::{
    Deps,
    domain::{evidence_file::EvidenceFile, ids::EvidenceId},
    error::Error,
    store,
};

/// The file of a piece of evidence that the caller may see.
///
/// # Errors
/// No such evidence for this caller, or it has no file; the store of files is away.
pub async fn download_evidence_file(
    deps: &Deps,
    caller: &Caller,
    id: EvidenceId,
) -> Result<(EvidenceFile, impl Stream<Item = Result<Bytes, Failure>> + Send + use<>), Error> {
    authority::allowed(caller, "DownloadEvidenceFile")?;
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let evidence = store::evidence::get(&mut tx, id).await?.ok_or(Error::Missing("evidence"))?;
    drop(tx);
    let file = evidence.file.ok_or(Error::Missing("file"))?;
    let content = deps.files.read(mission, &file.sha256).await?;
    Ok((file, content))
}
