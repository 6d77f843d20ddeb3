//! People outside may read a published paper, or no longer: the mission's second decision.

use chassis::{Caller, Tx};
use cpas_proto::reporting::v1 as pb;
use uuid::Uuid;

use super::get_outside::as_address;
use crate::{
    Deps, Error,
    domain::{
        outside::{OutsideAddress, key_of, may_be_outside},
        sheet::FactSheet,
    },
    events,
    store::{outside, sheets},
};

/// Opens it, under a new address where it has none; what is open keeps its address.
pub async fn open_outside(deps: &Deps, caller: &Caller, id: Uuid, indexed: bool) -> Result<pb::OutsideAddress, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    // Who withdraws it meanwhile waits for this, or this for them.
    let sheet = sheets::find_for_update(&mut tx, id).await?.ok_or(Error::NotFound("fact sheet"))?;
    may_be_outside(&sheet)?;
    let open = outside::newest(&mut tx, id).await?.filter(|newest| newest.closed_at.is_none());
    let address = match open {
        Some(open) if open.indexed == indexed => {
            let told = as_address(&mut tx, id, Some(open)).await?;
            return Ok(tx.finish(told).await?);
        }
        Some(open) => {
            let address = OutsideAddress { indexed, ..open };
            outside::update(&mut tx, &address).await?;
            address
        }
        None => {
            let key = key_of(u128::from_be_bytes(random()));
            let address = OutsideAddress::open(&sheet, key, indexed, &caller.name, deps.clock.now())?;
            let mission = tx.mission();
            outside::insert(&mut tx, mission, &address).await?;
            address
        }
    };
    tell(tx, caller, &sheet, address).await
}

/// Takes its address back. The next one is another.
pub async fn close_outside(deps: &Deps, caller: &Caller, id: Uuid) -> Result<pb::OutsideAddress, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let sheet = sheets::find_for_update(&mut tx, id).await?.ok_or(Error::NotFound("fact sheet"))?;
    let open = outside::newest(&mut tx, id).await?.filter(|newest| newest.closed_at.is_none());
    let address = open.ok_or(Error::NotFound("address of this fact sheet"))?;
    let address = address.close(&caller.name, deps.clock.now());
    outside::update(&mut tx, &address).await?;
    tell(tx, caller, &sheet, address).await
}

async fn tell(
    mut tx: Tx,
    caller: &Caller,
    sheet: &FactSheet,
    address: OutsideAddress,
) -> Result<pb::OutsideAddress, Error> {
    let told = pb::FactSheetOutside {
        fact_sheet_id: sheet.id.to_string(),
        title: Some((&sheet.title).into()),
        open: address.closed_at.is_none(),
        indexed: address.indexed,
        by: caller.name.clone(),
    };
    tx.publish(events::fact_sheet_outside(told, sheet.classification)).await?;
    let told = as_address(&mut tx, sheet.id, Some(address)).await?;
    Ok(tx.finish(told).await?)
}

/// 122 random bits of each of two ids: as many as a key has room for.
fn random() -> [u8; 16] {
    let (one, other) = (Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes());
    // An id has its fixed bits in its seventh and ninth byte; turned around, they lie elsewhere.
    std::array::from_fn(|place| one[place] ^ other[15 - place])
}
