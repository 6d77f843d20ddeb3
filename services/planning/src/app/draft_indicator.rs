//! Drafts an indicator.

use chassis::{Caller, Tx, new_id};
use cpas_proto::planning::v1 as pb;
use uuid::Uuid;

use super::{
    indicator_recorded,
    reach::{KEEPERS, reach_section},
    recorded,
};
use crate::{
    Deps,
    domain::{
        broken::Broken, computation::check_among, definition::Definition, ids::IndicatorId, indicator::Indicator,
    },
    error::Error,
    store::{indicators, items},
};

/// Drafts an indicator.
///
/// # Errors
/// `OutOfReach`; `Broken` for a code that is taken, an item that is not known or of the wrong kind, or a
/// classification above the caller's own.
pub async fn draft_indicator(deps: &Deps, caller: &Caller, definition: Definition) -> Result<pb::Indicator, Error> {
    reach_section(caller, KEEPERS, definition.owner_section.as_deref())?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let indicator = draft_in(&mut tx, deps, caller, definition).await?;
    Ok(tx.finish(pb::Indicator::from(&indicator)).await?)
}

/// The same within a transaction.
pub(super) async fn draft_in(
    tx: &mut Tx,
    deps: &Deps,
    caller: &Caller,
    definition: Definition,
) -> Result<Indicator, Error> {
    let mission = caller.mission()?.id;
    reach_section(caller, KEEPERS, definition.owner_section.as_deref())?;
    let recorded = recorded(caller, &deps.clock);
    let id = IndicatorId(new_id(recorded.at));
    check_definition(tx, caller, mission, id, &definition, None).await?;
    let indicator = Indicator::drafted(id, definition, recorded);
    indicators::save(tx, mission, &indicator).await?;
    let told = indicator_recorded(tx, &indicator).await?;
    tx.publish(told).await?;
    Ok(indicator)
}

/// The rules of a definition that need more than the definition; `before` is what it was until now.
pub(super) async fn check_definition(
    tx: &mut Tx,
    caller: &Caller,
    mission: Uuid,
    id: IndicatorId,
    definition: &Definition,
    before: Option<&Definition>,
) -> Result<(), Error> {
    let mut broken = Broken::nothing();
    indicators::hold_formulas(tx, mission).await?;
    // Those that the caller may see. A formula is at least as classified as what it names, so none that
    // it names is hidden from who may write it.
    let others: Vec<Definition> = indicators::all(tx, mission)
        .await?
        .into_iter()
        .filter(|other| other.id != id)
        .map(|other| other.definition)
        .collect();
    broken.keep(check_among(definition, before, &others));
    if definition.classification > caller.clearance {
        broken.add("indicator.classification", "You cannot classify above what you are cleared for yourself.");
    }
    if indicators::code_is_taken(tx, mission, &definition.code, id).await? {
        broken.add("indicator.code", format!("The code \"{}\" is taken; choose another.", definition.code));
    }
    if let Some(lineage) = definition.plan_item {
        let field = "indicator.plan_item_lineage_id";
        let wanted = definition.level.measures();
        match items::kind_of_lineage(tx, mission, lineage).await? {
            None => broken.add(field, "No plan of the mission has an item under this lineage id."),
            Some(found) if Some(found) != wanted => {
                broken.add(field, format!("An indicator of level {} does not measure an {found}.", definition.level));
            }
            Some(_) => {}
        }
    }
    Ok(broken.into_result(())?)
}
