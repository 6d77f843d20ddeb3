//! Shows what the library's frameworks offer to the plans that took parts of them, and keeps the answer.

use std::collections::{BTreeMap, BTreeSet};

use chassis::{Caller, Tx, new_id};
use cpas_proto::planning::v1 as pb;
use uuid::Uuid;

use super::{
    clone_library::draft_measuring, edit_plan::sources, fresh_plan, reach::reach_item, recorded,
    remove_risk::remove_what_hangs_on_nothing,
};
use crate::{
    Deps,
    domain::{
        broken::Broken,
        ids::{ItemId, PlanId},
        library::{Happened, Here, Template, TemplateOffer, Theirs, answered, left, template_offers},
        plan::{Plan, PlanRefused},
    },
    error::Error,
    events,
    store::{
        indicators, library, library_decisions, neighbours,
        plans::{self, Which},
    },
};

/// An offer to a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanOffer {
    pub plan: std::sync::Arc<Plan>,
    /// The framework in the version that is offered.
    pub template: Template,
    pub offer: TemplateOffer,
}

/// An answer, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateAnswer {
    pub code: String,
    pub part: String,
    /// The version that was offered.
    pub version: u32,
    pub take: bool,
    /// Fields that stay as the plan has them.
    pub keep: Vec<String>,
    pub lead_section: Option<String>,
}

/// What changed in the library since plans took parts of its frameworks, or last said no.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn list_template_offers(deps: &Deps, caller: &Caller) -> Result<Vec<PlanOffer>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let here = here(&mut tx, mission).await?;
    let mut offers = Vec::new();
    for id in library_decisions::plans_with_links(&mut tx, mission).await? {
        let Some(plan) = plans::find(&mut tx, mission, Which::Id(id)).await? else { continue };
        let plan = std::sync::Arc::new(plan);
        let links = plan.framework.items().iter().filter_map(|item| item.library.as_ref());
        let codes: BTreeSet<String> = links.map(|link| link.code.clone()).collect();
        for code in codes {
            let theirs = theirs(&mut tx, mission, id, &code).await?;
            let Some(template) = theirs.versions.values().next_back() else { continue };
            let of_code = template_offers(&plan.framework, &theirs, &here);
            offers.extend(of_code.into_iter().map(|offer| PlanOffer {
                plan: plan.clone(),
                template: template.clone(),
                offer,
            }));
        }
    }
    Ok(offers)
}

/// Takes what is offered into a draft, or leaves the plan as it is; either way this version is not offered again.
///
/// # Errors
/// `Missing`; `Stale` with the stored plan; `OutOfReach`; `Plan` when something is to be taken and it is no draft;
/// `Conflict` where a newer version of the plan stands for it; `Broken` where nothing is offered under these names,
/// and what [`answered`] refuses.
pub async fn answer_template_offer(
    deps: &Deps,
    caller: &Caller,
    id: PlanId,
    seen_version: i64,
    answer: &TemplateAnswer,
) -> Result<pb::Plan, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let before = plans::find_to_change(&mut tx, mission, id).await?.ok_or(Error::Missing("plan"))?;
    fresh_plan(&before, seen_version)?;
    if !library_decisions::plans_with_links(&mut tx, mission).await?.contains(&id) {
        let said = "Nothing is offered to this version of the plan. Look at the offers again.";
        return Err(Error::Conflict(said.to_owned()));
    }
    let theirs = theirs(&mut tx, mission, id, &answer.code).await?;
    let here = here(&mut tx, mission).await?;
    let offer = template_offers(&before.framework, &theirs, &here).into_iter().find(|offer| offer.part == answer.part);
    let (Some(offer), Some(now)) = (offer, theirs.versions.values().next_back()) else {
        let said = "Nothing is offered here any more; somebody answered it, or the plan changed. Look at it again.";
        return Err(Broken::one("library_part_id", said).into());
    };
    if offer.version != answer.version {
        let said =
            format!("The library offers version {} by now. Nothing was changed; look at it again.", offer.version);
        return Err(Broken::one("library_version", said).into());
    }
    reach(caller, &before, &offer)?;
    let (after, decided) = if answer.take {
        take(&mut tx, deps, caller, &before, &offer, now, answer).await?
    } else {
        (before.clone(), left(&before.framework, &offer, now))
    };
    library_decisions::keep(&mut tx, mission, id, (&offer.code, offer.version), decided).await?;
    tx.publish(events::library_offer_answered(&after.head, &offer, answer.take)).await?;
    Ok(tx.finish(pb::Plan::from(&after)).await?)
}

/// The plan with what was offered, and the parts that it decided on by that.
async fn take(
    tx: &mut Tx,
    deps: &Deps,
    caller: &Caller,
    before: &Plan,
    offer: &TemplateOffer,
    now: &Template,
    answer: &TemplateAnswer,
) -> Result<(Plan, BTreeSet<String>), Error> {
    let mission = caller.mission()?.id;
    before.check_is_draft()?;
    let recorded = recorded(caller, &deps.clock);
    let lead = answer.lead_section.as_deref();
    let fresh = || ItemId(new_id(recorded.at));
    let graft = answered(&before.framework, offer, now, &answer.keep, lead, fresh).map_err(PlanRefused::from)?;
    for id in &graft.touched {
        graft.framework.item(*id).map_or(Ok(()), |item| reach_item(caller, &item.content))?;
    }
    let section = graft.touched.iter().find_map(|id| graft.framework.item(*id)?.content.lead_section.clone());
    let mut after = before.rewritten(graft.framework, recorded.clone())?;
    after.head.classification =
        neighbours::highest_classification(tx, mission, &after.stakeholders(), &sources(&after)).await?;
    plans::save(tx, mission, before, &after).await?;
    remove_what_hangs_on_nothing(tx, mission, before, &after).await?;
    tx.publish(events::plan_recorded(&after)?).await?;
    draft_measuring(tx, caller, &recorded, graft.measured, section.as_deref()).await?;
    Ok((after, graft.decided))
}

/// What is offered must lie in the caller's part of the mission; of what goes, all that lies in it.
fn reach(caller: &Caller, plan: &Plan, offer: &TemplateOffer) -> Result<(), Error> {
    let touched = match offer.happened {
        Happened::Gone => plan.framework.subtree(offer.item),
        Happened::Added | Happened::Changed => plan.framework.item(offer.item).into_iter().collect(),
    };
    touched.into_iter().try_for_each(|item| reach_item(caller, &item.content))
}

async fn theirs(tx: &mut Tx, mission: Uuid, plan: PlanId, code: &str) -> Result<Theirs, Error> {
    let versions = library::versions::<Template>(tx, code).await?;
    let versions: BTreeMap<u32, Template> = versions.into_iter().map(|entry| (entry.version, entry.what)).collect();
    Ok(Theirs { versions, decided: library_decisions::of_plan(tx, mission, plan, code).await? })
}

async fn here(tx: &mut Tx, mission: Uuid) -> Result<Here, Error> {
    let mut here = Here::default();
    for own in indicators::all(tx, mission).await? {
        if let Some(item) = own.definition.plan_item {
            here.measuring.entry(item).or_default().push(own.definition.code.clone());
        }
        here.codes.insert(own.definition.code);
    }
    Ok(here)
}
