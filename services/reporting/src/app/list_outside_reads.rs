//! Who read the mission from outside.

use chassis::{Caller, Failure};
use chrono::SecondsFormat;
use cpas_proto::{common::v1::Text, reporting::v1 as pb};
use uuid::Uuid;

use crate::{Deps, Error};

const PAGE_SIZE: u32 = 50;
const PAGE_SIZE_MAX: u32 = 200;

/// A page of reads, newest first.
pub async fn list_outside_reads(
    deps: &Deps,
    caller: &Caller,
    before: Option<Uuid>,
    page_size: u32,
) -> Result<pb::ListReadsFromOutsideResponse, Error> {
    let size = if page_size == 0 { PAGE_SIZE } else { page_size.min(PAGE_SIZE_MAX) };
    let mut tx = deps.db.begin(caller).await?;
    let mut reads = tx.reads_from_outside(before, i64::from(size) + 1).await?;
    tx.commit().await?;
    let page = usize::try_from(size).map_err(Failure::internal)?;
    let more = reads.len() > page;
    reads.truncate(page);
    let next_before = reads.last().filter(|_| more).map(|last| last.id.to_string()).unwrap_or_default();
    let reads = reads.into_iter().map(|read| pb::OutsideRead {
        id: read.id.to_string(),
        at: read.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        clearance: read.clearance().word().to_owned(),
        account_id: read.account.to_string(),
        account_name: read.account_name,
        call: read.call,
        text: Some(Text { en: read.text_en, fr: read.text_fr }),
    });
    Ok(pb::ListReadsFromOutsideResponse { reads: reads.collect(), next_before })
}
