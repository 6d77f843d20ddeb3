use chassis::{Caller, Tx, new_id};

use super::{Seen, authority, merge_stakeholders::standing};
use crate::{
    Deps, api,
    domain::{
        ids::{RelationId, StakeholderId},
        relation::{NewRelation, Relation},
        stakeholder::Stakeholder,
    },
    error::Error,
    events, store,
};

/// Most relations, past ones too, between the same two.
pub const RELATIONS_OF_TWO_MAX: i64 = 200;

/// A relation to be set.
#[derive(Debug, Clone)]
pub struct SetRelation {
    /// `None`: a new one.
    pub seen: Option<Seen<RelationId>>,
    pub content: NewRelation,
}

/// Adds a relation between two stakeholders that the caller sees, or corrects one.
///
/// # Errors
/// A stale version, a day to come, other ends, the same said twice for the same days, or no such
/// stakeholder or relation for this caller.
pub async fn set_stakeholder_relation(deps: &Deps, caller: &Caller, set: SetRelation) -> Result<Relation, Error> {
    let roles = authority::allowed(caller, "SetStakeholderRelation")?;
    set.content.check_dates(deps.clock.today())?;
    let (by, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let before = match set.seen {
        Some(seen) => Some(opened(&mut tx, seen).await?),
        None => None,
    };
    let (from, to) = both_ends(&mut tx, caller, roles, set.content.from, set.content.to).await?;
    let now = deps.clock.now();
    let relation = match before {
        Some(before) => before.correct(set.content)?,
        None => {
            let NewRelation { kind, strength, held, note, .. } = set.content;
            let classification = from.classification.max(to.classification);
            let (id, version) = (RelationId(new_id(now)), 1);
            let (from_name, to_name, from, to) = (from.name, to.name, from.id, to.id);
            let (recorded_at, recorded_by) = (now, by);
            Relation {
                id,
                from,
                to,
                from_name,
                to_name,
                kind,
                strength,
                held,
                note,
                classification,
                version,
                recorded_at,
                recorded_by,
            }
        }
    };
    refuse_double(&mut tx, &relation).await?;
    if set.seen.is_some() {
        store::relations::update(&mut tx, &relation).await?;
    } else {
        store::relations::insert(&mut tx, mission, &relation).await?;
    }
    for end in [relation.from, relation.to] {
        store::stakeholders::keep_as_secret(&mut tx, end).await?;
    }
    tx.publish(events::stakeholder_relation_recorded(&relation)).await?;
    Ok(tx.finish(relation).await?)
}

/// The relation, locked, in the version that the writer saw.
pub(super) async fn opened(tx: &mut Tx, seen: Seen<RelationId>) -> Result<Relation, Error> {
    let relation = store::relations::lock(tx, seen.id).await?.ok_or(Error::Missing("relation"))?;
    if relation.version != seen.version {
        return Err(Error::stale(relation.version, &api::stakeholder_relation(&relation)));
    }
    Ok(relation)
}

/// Both ends, locked in one order for everybody; it is enough that the caller reaches one of them.
pub(super) async fn both_ends(
    tx: &mut Tx,
    caller: &Caller,
    roles: &[cpas_proto::words::Role],
    from: StakeholderId,
    to: StakeholderId,
) -> Result<(Stakeholder, Stakeholder), Error> {
    let missing = || Error::Missing("stakeholder");
    let first = store::stakeholders::lock(tx, from.min(to)).await?.ok_or_else(missing)?;
    let second = store::stakeholders::lock(tx, from.max(to)).await?.ok_or_else(missing)?;
    let (first, second) = (standing(first)?, standing(second)?);
    let tree = store::areas::tree(tx).await?;
    let reach = authority::touches(caller, roles, &first.areas, &tree);
    reach.or_else(|_| authority::touches(caller, roles, &second.areas, &tree))?;
    Ok(if first.id == from { (first, second) } else { (second, first) })
}

async fn refuse_double(tx: &mut Tx, relation: &Relation) -> Result<(), Error> {
    let others = store::relations::between(tx, relation.from, relation.to, RELATIONS_OF_TWO_MAX).await?;
    if others.len() as i64 == RELATIONS_OF_TWO_MAX && others.iter().all(|other| other.id != relation.id) {
        return Err(Error::TooMany(format!(
            "These two have {RELATIONS_OF_TWO_MAX} relations already, and no more are kept. Nothing was changed."
        )));
    }
    match others.iter().find(|other| relation.doubles(other)) {
        Some(other) => Err(Error::Duplicate(format!(
            "This relation is there already for some of these days (from {}{}). Correct that one, or give other days.",
            other.held.from(),
            other.held.until().map(|until| format!(" until {until}")).unwrap_or_default()
        ))),
        None => Ok(()),
    }
}
