//! A mission takes a part of the library as its own.

use chassis::{Caller, Tx, new_id};
use cpas_proto::planning::v1 as pb;
use uuid::Uuid;

use super::{
    draft_indicator::check_definition,
    fresh_indicator, fresh_plan, indicator_recorded,
    reach::{PLANNERS, reach_item, reach_section},
    recorded,
};
use crate::{
    Deps,
    domain::{
        Recorded,
        broken::Broken,
        definition::Definition,
        ids::{IndicatorId, ItemId, LineageId, PlanId},
        indicator::Indicator,
        library::{LibraryLink, Template, clone_part, taken},
        plan::PlanRefused,
    },
    error::Error,
    events,
    store::{indicators, library, library_decisions, plans},
};

/// Drafts the mission's own indicators from the library; a code that the mission has is left as it is.
///
/// # Errors
/// `OutOfReach`; `Broken` for a code that the library does not have.
pub async fn clone_library_indicators(
    deps: &Deps,
    caller: &Caller,
    codes: &[String],
    owner_section: Option<String>,
) -> Result<pb::CloneLibraryIndicatorsResponse, Error> {
    let mission = caller.mission()?.id;
    reach_section(caller, PLANNERS, owner_section.as_deref())?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let recorded = recorded(caller, &deps.clock);
    let mut response = pb::CloneLibraryIndicatorsResponse::default();
    for (place, code) in codes.iter().enumerate() {
        let own = Own { section: owner_section.clone(), item: None };
        match draft(&mut tx, caller, mission, &recorded, code, own).await? {
            Drafted::New(indicator) => response.indicators.push(pb::Indicator::from(&*indicator)),
            Drafted::ThereAlready => response.there_already.push(code.clone()),
            Drafted::Unknown => {
                let said = format!("The library has no indicator \"{code}\". Nothing was cloned.");
                return Err(Broken::one(format!("codes[{place}]"), said).into());
            }
        }
    }
    Ok(tx.finish(response).await?)
}

/// Adds a framework of the library, or the chosen part of it, to a draft, and drafts the indicators that it names.
///
/// # Errors
/// `Missing`; `Stale` with the stored plan; `OutOfReach`; `Plan` when it is no draft, has all of this, or is full;
/// `Broken` for a code or item that the library does not have.
pub async fn clone_library_template(
    deps: &Deps,
    caller: &Caller,
    plan: PlanId,
    seen_version: i64,
    (code, chosen): (&str, &[String]),
    lead_section: &str,
) -> Result<pb::Plan, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let before = plans::find_to_change(&mut tx, mission, plan).await?.ok_or(Error::Missing("plan"))?;
    fresh_plan(&before, seen_version)?;
    let unknown = || Broken::one("code", format!("The library has no framework \"{code}\". Nothing was added."));
    let entry = library::find::<Template>(&mut tx, code, 0).await?.ok_or_else(unknown)?;
    let recorded = recorded(caller, &deps.clock);
    let lead = (!lead_section.is_empty()).then_some(lead_section);
    before.check_is_draft()?;
    let of = (&entry.what, entry.version);
    let fresh = || ItemId(new_id(recorded.at));
    let graft = clone_part(&before.framework, of, chosen, lead, fresh).map_err(PlanRefused::from)?;
    for id in &graft.touched {
        graft.framework.item(*id).map_or(Ok(()), |item| reach_item(caller, &item.content))?;
    }
    let after = before.rewritten(graft.framework, recorded.clone())?;
    plans::save(&mut tx, mission, &before, &after).await?;
    library_decisions::keep(&mut tx, mission, plan, (code, entry.version), graft.decided).await?;
    tx.publish(events::plan_recorded(&after)?).await?;
    draft_measuring(&mut tx, caller, &recorded, graft.measured, lead).await?;
    Ok(tx.finish(pb::Plan::from(&after)).await?)
}

/// Takes what the library offers into the mission's indicator, or leaves the indicator as it is.
///
/// # Errors
/// `Missing`; `Stale` with the stored indicator; `OutOfReach`; `Broken` where it has no link, or the version
/// offered is not the newest; `Indicator` where its state forbids what would change.
pub async fn answer_library_offer(
    deps: &Deps,
    caller: &Caller,
    id: IndicatorId,
    seen_version: i64,
    library_version: u32,
    take: bool,
) -> Result<pb::Indicator, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let stored = indicators::find_to_change(&mut tx, mission, id).await?.ok_or(Error::Missing("indicator"))?;
    reach_section(caller, PLANNERS, stored.definition.owner_section.as_deref())?;
    fresh_indicator(&stored, seen_version)?;
    let unlinked = || Broken::one("id", "This indicator was not cloned from the library, so nothing is offered to it.");
    let link = stored.definition.library.clone().ok_or_else(unlinked)?;
    let now = library::find::<Definition>(&mut tx, &link.code, 0).await?.ok_or(Error::Missing("library entry"))?;
    let before = library::find::<Definition>(&mut tx, &link.code, link.version).await?;
    let before = before.ok_or(Error::Missing("library entry"))?;
    if now.version != library_version || now.version == link.version {
        let said = format!("The library offers version {} by now. Nothing was changed; look at it again.", now.version);
        return Err(Broken::one("library_version", said).into());
    }
    let mut definition =
        if take { taken(&stored.definition, &before.what, &now.what) } else { stored.definition.clone() };
    definition.library = Some(LibraryLink { version: now.version, ..link });
    let definition = definition.checked()?;
    check_definition(&mut tx, caller, mission, id, &definition, Some(&stored.definition)).await?;
    let indicator = stored.revised(definition, recorded(caller, &deps.clock))?;
    indicators::save(&mut tx, mission, &indicator).await?;
    let told = indicator_recorded(&mut tx, &indicator).await?;
    tx.publish(told).await?;
    Ok(tx.finish(pb::Indicator::from(&indicator)).await?)
}

/// Drafts the library's indicators that measure items just added; those that the mission has are left as they are.
pub(super) async fn draft_measuring(
    tx: &mut Tx,
    caller: &Caller,
    recorded: &Recorded,
    measured: Vec<(String, LineageId)>,
    section: Option<&str>,
) -> Result<(), Error> {
    let mission = caller.mission()?.id;
    for (code, item) in measured {
        let own = Own { section: section.map(str::to_owned), item: Some(item) };
        draft(tx, caller, mission, recorded, &code, own).await?;
    }
    Ok(())
}

/// What is the mission's own about a cloned indicator.
struct Own {
    section: Option<String>,
    item: Option<LineageId>,
}

enum Drafted {
    New(Box<Indicator>),
    ThereAlready,
    Unknown,
}

async fn draft(
    tx: &mut Tx,
    caller: &Caller,
    mission: Uuid,
    recorded: &Recorded,
    code: &str,
    own: Own,
) -> Result<Drafted, Error> {
    let Some(entry) = library::find::<Definition>(tx, code, 0).await? else { return Ok(Drafted::Unknown) };
    let id = IndicatorId(new_id(recorded.at));
    if indicators::code_is_taken(tx, mission, code, id).await? {
        return Ok(Drafted::ThereAlready);
    }
    let library = Some(LibraryLink { code: entry.what.code.clone(), version: entry.version });
    let definition = Definition { owner_section: own.section, plan_item: own.item, library, ..entry.what };
    check_definition(tx, caller, mission, id, &definition, None).await?;
    let indicator = Indicator::drafted(id, definition, recorded.clone());
    indicators::save(tx, mission, &indicator).await?;
    let told = indicator_recorded(tx, &indicator).await?;
    tx.publish(told).await?;
    Ok(Drafted::New(Box::new(indicator)))
}
