//! Where a paper is read outside, and how often.

use chassis::{Caller, Tx};
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::reporting::v1 as pb;
use uuid::Uuid;

use super::is_known;
use crate::{
    Deps, Error,
    domain::outside::OutsideAddress,
    store::{outside, sheets},
};

/// The address of a sheet that the caller may see; one without a key where it has none.
pub async fn get_outside(deps: &Deps, caller: &Caller, id: Uuid) -> Result<pb::OutsideAddress, Error> {
    let mut tx = deps.db.begin(caller).await?;
    let found = sheets::find(&mut tx, id).await?.filter(|sheet| is_known(caller, sheet));
    found.ok_or(Error::NotFound("fact sheet"))?;
    let newest = outside::newest(&mut tx, id).await?;
    as_address(&mut tx, id, newest).await
}

/// An address as the API shows it. The key of one that was taken back is nobody's any more.
pub(super) async fn as_address(
    tx: &mut Tx,
    sheet: Uuid,
    address: Option<OutsideAddress>,
) -> Result<pb::OutsideAddress, Error> {
    let counted = outside::counts(tx, sheet).await?;
    let reads = |count: &outside::Count| u64::try_from(count.reads).unwrap_or_default();
    let counts: Vec<pb::OutsideCount> = counted
        .iter()
        .map(|count| pb::OutsideCount { document: count.document.clone(), reads: reads(count) })
        .collect();
    let told = pb::OutsideAddress {
        fact_sheet_id: sheet.to_string(),
        reads: counts.iter().map(|count| count.reads).sum(),
        counts,
        ..Default::default()
    };
    let Some(address) = address else { return Ok(told) };
    Ok(pb::OutsideAddress {
        key: if address.closed_at.is_none() { address.key } else { String::new() },
        indexed: address.indexed,
        opened_at: instant(address.opened_at),
        opened_by: address.opened_by,
        closed_at: address.closed_at.map(instant).unwrap_or_default(),
        closed_by: address.closed_by,
        ..told
    })
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
