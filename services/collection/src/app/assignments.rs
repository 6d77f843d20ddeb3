//! Who enters what, in every period from now on.

use std::collections::HashMap;

use chassis::{Caller, Clock, Failure, Tx, new_id};
use cpas_proto::{
    collection::v1 as pb,
    common::v1::Member,
    words::{Classification, Role},
};
use uuid::Uuid;

use super::{App, places::looked_up, reach::Reach};
use crate::{
    domain::definition::Definition,
    error::Error,
    events,
    store::{self, assignments::NewAssignment},
};

/// Who may say who enters what.
const ASSIGNING: &[Role] = &[Role::FocalPoint, Role::ComponentHead, Role::Coordinator];

/// A member as the gateway knows them: what they may see and enter.
struct Assignee {
    id: Uuid,
    name: String,
    clearance: Classification,
    reach: Reach,
}

impl Assignee {
    fn parse(member: Option<Member>) -> Result<Self, Failure> {
        let member = member.filter(|own| !own.account_id.is_empty());
        let member = member.ok_or_else(|| Error::bad("assignee_id", "Say who is to enter it."))?;
        Ok(Self {
            id: member.account_id.parse().map_err(|_| Error::bad("assignee_id", "This is no id of an account."))?,
            clearance: Classification::parse_or_unclassified(&member.clearance)
                .map_err(|error| Error::bad("assignee_id", format!("{error}.")))?,
            name: member.name,
            reach: Reach::to_enter(&member.reaches),
        })
    }

    /// Checks that they could do what they are asked to.
    fn check(&self, indicator: &Definition, area: &str) -> Result<(), Failure> {
        let (name, code) = (&self.name, &indicator.code);
        // What they may not see, they never hear of: they are no better choice than one without a role.
        if indicator.classification > self.clearance || !self.reach.covers(&indicator.owner_section, area) {
            let area = if area.is_empty() { "all areas" } else { area };
            let message = format!("{name} has no role that enters {code} in {area}. Choose somebody else.");
            return Err(Error::bad("assignee_id", message).into());
        }
        Ok(())
    }
}

/// Says who enters indicators from now on, in some areas or in all. All or none.
///
/// # Errors
/// A place that is none, or beyond the caller's reach; somebody who could not enter it.
pub async fn assign_tasks(
    app: &App,
    caller: &Caller,
    asked: pb::AssignTasksRequest,
) -> Result<pb::AssignedTasks, Failure> {
    let assignee = Assignee::parse(asked.assignee)?;
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let places = named(&mut tx, caller, &asked.places).await?;
    for (indicator, area) in &places {
        assignee.check(indicator, area)?;
    }
    let (mission, now) = (tx.mission(), app.clock.now());
    let mut changed = Vec::new();
    for (indicator, area) in places {
        let new = NewAssignment {
            id: new_id(now),
            indicator: indicator.id,
            area: &area,
            assignee: assignee.id,
            assignee_name: &assignee.name,
            at: now,
            by: caller.account,
            by_name: &caller.name,
        };
        if store::assignments::put(&mut tx, mission, &new).await? {
            changed.push(indicator);
        }
    }
    let count = tell(&mut tx, "assigned", changed, assignee.id).await?;
    tx.finish(pb::AssignedTasks { changed: count }).await
}

/// Takes assignments back: nobody is asked to enter these any more. All or none.
///
/// # Errors
/// A place that is none, or beyond the caller's reach.
pub async fn take_back_assignments(
    app: &App,
    caller: &Caller,
    asked: pb::TakeBackAssignmentsRequest,
) -> Result<pb::AssignedTasks, Failure> {
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let places = named(&mut tx, caller, &asked.places).await?;
    let ids: Vec<Uuid> = places.iter().map(|(indicator, _)| indicator.id).collect();
    let before = store::assignments::in_force(&mut tx, &ids).await?;
    let now = app.clock.now();
    let mut changed: HashMap<Uuid, Vec<Definition>> = HashMap::new();
    for (indicator, area) in places {
        let own = before.iter().find(|own| own.indicator_id == indicator.id && own.area == area);
        let Some(own) = own else { continue };
        if store::assignments::end_place(&mut tx, (indicator.id, &area), now, caller.account).await? {
            changed.entry(own.assignee_id).or_default().push(indicator);
        }
    }
    let mut count = 0;
    for (assignee, indicators) in changed {
        count += tell(&mut tx, "taken_back", indicators, assignee).await?;
    }
    tx.finish(pb::AssignedTasks { changed: count }).await
}

/// Ends what a member may not enter any more: their tasks are nobody's.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn release(tx: &mut Tx, clock: &Clock, member: Member) -> Result<(), Failure> {
    let assignee = Assignee::parse(Some(member))?;
    let definitions = store::copies::definitions(tx).await?;
    let held = store::assignments::of_account(tx, assignee.id).await?;
    let (mut ids, mut indicators) = (Vec::new(), Vec::new());
    for own in held {
        let Some(indicator) = definitions.iter().find(|one| one.id == own.indicator_id) else { continue };
        if assignee.check(indicator, &own.area).is_err() {
            ids.push(own.id);
            indicators.push(indicator.clone());
        }
    }
    store::assignments::release(tx, &ids, clock.now()).await?;
    tell(tx, "released", indicators, assignee.id).await.map(drop)
}

/// Looks the places up, and checks that the caller reaches all of them.
async fn named(
    tx: &mut Tx,
    caller: &Caller,
    asked: &[pb::AssignedPlace],
) -> Result<Vec<(Definition, String)>, Failure> {
    let named = asked.iter().map(|place| (place.indicator.as_str(), place.area.as_str()));
    let mut places = looked_up(tx, caller, ASSIGNING, named).await?;
    // In one order, so that two calls about the same indicators wait for each other and not both for ever.
    places.sort_by(|(one, area), (other, other_area)| (one.id, area).cmp(&(other.id, other_area)));
    Ok(places)
}

/// Tells of one assignee, an event a classification: who may see one of the indicators is told of that one.
async fn tell(tx: &mut Tx, change: &str, changed: Vec<Definition>, assignee: Uuid) -> Result<u32, Failure> {
    let count = u32::try_from(changed.len()).unwrap_or(u32::MAX);
    for classification in Classification::ALL {
        let own = changed.iter().filter(|one| one.classification == *classification);
        let codes: Vec<String> = own.map(|one| one.code.clone()).collect();
        if !codes.is_empty() {
            tx.publish(events::tasks_assigned(change, codes, assignee, *classification)).await?;
        }
    }
    Ok(count)
}
