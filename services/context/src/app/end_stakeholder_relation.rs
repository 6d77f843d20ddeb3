use chassis::Caller;
use chrono::NaiveDate;

use super::{
    Seen, authority,
    set_stakeholder_relation::{both_ends, opened},
};
use crate::{
    Deps,
    domain::{ids::RelationId, relation::Relation},
    error::Error,
    events, store,
};

/// Sets the last day on which a relation held.
///
/// # Errors
/// A stale version, one that ended already, a day before it began or to come, or no such relation for
/// this caller.
pub async fn end_stakeholder_relation(
    deps: &Deps,
    caller: &Caller,
    seen: Seen<RelationId>,
    until: NaiveDate,
) -> Result<Relation, Error> {
    let roles = authority::allowed(caller, "EndStakeholderRelation")?;
    authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let relation = opened(&mut tx, seen).await?;
    both_ends(&mut tx, caller, roles, relation.from, relation.to).await?;
    let relation = relation.end(until, deps.clock.today())?;
    store::relations::update(&mut tx, &relation).await?;
    tx.publish(events::stakeholder_relation_recorded(&relation)).await?;
    Ok(tx.finish(relation).await?)
}
