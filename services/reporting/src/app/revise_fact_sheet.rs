//! New words and blocks for a sheet that is not published.

use chassis::Caller;
use cpas_proto::reporting::v1 as pb;
use uuid::Uuid;

use super::{sheet_to_change, take_snapshot::cited_classification};
use crate::{
    Deps, Error,
    domain::{
        block::{WrittenBlock, parse_blocks},
        sheet::{Audience, FactSheet},
        text::Text,
    },
    events,
    store::sheets,
};

/// Revises it; a cleared sheet becomes a draft again.
pub async fn revise_fact_sheet(
    deps: &Deps,
    caller: &Caller,
    id: Uuid,
    version: i64,
    title: Text,
    audience: Audience,
    blocks: Vec<WrittenBlock>,
) -> Result<pb::FactSheet, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let sheet = sheet_to_change(&mut tx, id, version).await?;
    let sheet = sheet.revise(title, audience, parse_blocks(blocks)?, &caller.name, deps.clock.now())?;
    let classification = cited_classification(&mut tx, &sheet).await?;
    let sheet = FactSheet { classification, ..sheet };
    sheets::update(&mut tx, &sheet).await?;
    let told = pb::FactSheet::from(&sheet);
    tx.publish(events::fact_sheet_recorded(told.clone(), classification)).await?;
    Ok(tx.finish(told).await?)
}
