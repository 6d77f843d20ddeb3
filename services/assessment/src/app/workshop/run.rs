//! Runs a workshop: opens it, turns to an outcome, orders its agenda, closes and reopens it.

use chassis::{Caller, Tx, new_id};
use cpas_proto::{assessment::v1 as pb, words::Classification};
use uuid::Uuid;

use super::{
    read::{Seen, get_workshop, record},
    written,
};
use crate::{
    Deps,
    app::{Seen as SeenVersion, check_clearance},
    domain::workshop::{Entry, State, Step, StepTaken, Workshop},
    error::Error,
    events, store,
};

/// A workshop to be opened.
#[derive(Debug, Clone)]
pub struct OpenWorkshop {
    pub assessment_id: Uuid,
    pub room: Classification,
}

/// Opens it on the outcomes of the frozen plan, in the plan's order.
pub async fn open_workshop(deps: &Deps, caller: &Caller, open: OpenWorkshop) -> Result<Seen, Error> {
    let mission = caller.mission()?.id;
    check_clearance(caller, open.room)?;
    let id = open.assessment_id;
    let mut tx = deps.db.begin(caller).await?;
    if tx.replay::<()>().await?.is_some() {
        drop(tx);
        return get_workshop(deps, caller, id, false).await;
    }
    let of = store::assessments::for_adding(&mut tx, mission, id).await?.ok_or(Error::NotFound("assessment"))?;
    let plan = store::frozen::plan(&mut tx, mission, id).await?;
    let classification = store::frozen::plan_classification(&mut tx, mission, id).await?;
    let agenda = plan.map(|plan| plan.outcomes.iter().map(|outcome| outcome.lineage_id).collect()).unwrap_or_default();
    let workshop = Workshop::open(&of, agenda, open.room, classification.unwrap_or(Classification::Unclassified))?;
    if classification.is_none() || !store::workshops::insert(&mut tx, mission, &workshop).await? {
        return Err(Error::Conflict("The assessment has a workshop, or one that you may not see.".to_owned()));
    }
    step(deps, &mut tx, caller, &workshop, Step::Opened, "").await?;
    tx.finish(()).await?;
    get_workshop(deps, caller, id, false).await
}

/// The order of the agenda, and what the wall shows.
#[derive(Debug, Clone)]
pub struct Revise {
    pub seen: SeenVersion,
    pub agenda: Option<Vec<Uuid>>,
    pub room: Option<Classification>,
}

/// Another order, or another classification of the room.
pub async fn revise_workshop(deps: &Deps, caller: &Caller, revise: Revise) -> Result<Seen, Error> {
    if let Some(room) = revise.room {
        check_clearance(caller, room)?;
    }
    let Revise { seen, agenda, room } = revise;
    change(deps, caller, seen.id, Some(seen.version), |workshop| Ok(workshop.revise(agenda, room)?)).await
}

/// The room goes to an outcome; who comes last decides, for there is one wall.
pub async fn turn_workshop(deps: &Deps, caller: &Caller, assessment: Uuid, to: Uuid) -> Result<Seen, Error> {
    change(
        deps,
        caller,
        assessment,
        None,
        |workshop| {
            if workshop.at == Some(to) { Ok(workshop) } else { Ok(workshop.turn(to)?) }
        },
    )
    .await
}

async fn change(
    deps: &Deps,
    caller: &Caller,
    id: Uuid,
    version: Option<i64>,
    change: impl FnOnce(Workshop) -> Result<Workshop, Error>,
) -> Result<Seen, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if tx.replay::<()>().await?.is_none() {
        let of = store::assessments::for_adding(&mut tx, mission, id).await?.ok_or(Error::NotFound("assessment"))?;
        let found = store::workshops::for_change(&mut tx, mission, id).await?.ok_or(Error::NotFound("workshop"))?;
        found.held(&of)?;
        check_version(&mut tx, caller, &found, version).await?;
        let before = found.version;
        let workshop = change(found)?;
        if workshop.version != before {
            store::workshops::update(&mut tx, mission, &workshop).await?;
            tx.publish(events::workshop_recorded(&workshop, Classification::Unclassified)).await?;
        }
        tx.finish(()).await?;
    } else {
        drop(tx);
    }
    get_workshop(deps, caller, id, false).await
}

/// open → closed, when no vote is open. From then on the minutes stay as they are.
pub async fn close_workshop(deps: &Deps, caller: &Caller, seen: SeenVersion) -> Result<Seen, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if tx.replay::<()>().await?.is_none() {
        let of = store::assessments::for_adding(&mut tx, mission, seen.id).await?;
        let of = of.ok_or(Error::NotFound("assessment"))?;
        let found =
            store::workshops::for_change(&mut tx, mission, seen.id).await?.ok_or(Error::NotFound("workshop"))?;
        check_version(&mut tx, caller, &found, Some(seen.version)).await?;
        found.held(&of)?;
        let votes = store::workshops::votes(&mut tx, mission, seen.id).await?;
        // One that is above the closer's clearance is not told of: it takes no ballot any more, and was not counted.
        let open = votes.iter().filter(|vote| vote.state() == State::Open).count();
        let workshop = found.close(open)?;
        store::workshops::update(&mut tx, mission, &workshop).await?;
        step(deps, &mut tx, caller, &workshop, Step::Closed, "").await?;
        tx.finish(()).await?;
    } else {
        drop(tx);
    }
    get_workshop(deps, caller, seen.id, false).await
}

/// closed → open, with a reason, as long as the assessment is in workshop.
pub async fn reopen_workshop(deps: &Deps, caller: &Caller, seen: SeenVersion, reason: &str) -> Result<Seen, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if tx.replay::<()>().await?.is_none() {
        let of = store::assessments::for_adding(&mut tx, mission, seen.id).await?;
        let of = of.ok_or(Error::NotFound("assessment"))?;
        let found =
            store::workshops::for_change(&mut tx, mission, seen.id).await?.ok_or(Error::NotFound("workshop"))?;
        check_version(&mut tx, caller, &found, Some(seen.version)).await?;
        let workshop = found.reopen(&of)?;
        store::workshops::update(&mut tx, mission, &workshop).await?;
        step(deps, &mut tx, caller, &workshop, Step::Reopened, reason).await?;
        tx.finish(()).await?;
    } else {
        drop(tx);
    }
    get_workshop(deps, caller, seen.id, false).await
}

/// Refuses a writer who saw another version, and shows what is stored now, as this caller sees it.
async fn check_version(tx: &mut Tx, caller: &Caller, found: &Workshop, version: Option<i64>) -> Result<(), Error> {
    let Some(version) = version.filter(|version| *version != found.version) else { return Ok(()) };
    let record = record(tx, found.clone()).await?;
    let shown = Seen { record, account: caller.account, votes_here: false, wall: false };
    SeenVersion { id: found.assessment_id, version }.check(found.version, || pb::Workshop::from(&shown))
}

/// Keeps a step of the workshop, and tells it.
async fn step(
    deps: &Deps,
    tx: &mut Tx,
    caller: &Caller,
    workshop: &Workshop,
    step: Step,
    reason: &str,
) -> Result<(), Error> {
    let now = deps.clock.now();
    let entry = Entry::Step(StepTaken { step, reason: reason.to_owned(), written: written(caller, now) });
    let (mission, id, classification) = (tx.mission(), workshop.assessment_id, workshop.classification);
    store::workshops::append(tx, mission, id, new_id(now), &entry, classification).await?;
    tx.publish(events::workshop_recorded(workshop, classification)).await?;
    Ok(())
}
