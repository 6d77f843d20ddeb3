//! A mission takes a part of the library as its own.

use chassis::{Caller, Tx, new_id};
use cpas_proto::planning::v1 as pb;
use uuid::Uuid;

use super::{
    draft_indicator::check_definition,
    fresh_indicator, fresh_plan,
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
        item::{Content, Nature},
        library::{LibraryLink, Template, taken},
        plan::{Edit, Plan},
        text::Text,
    },
    error::Error,
    events,
    store::{indicators, library, plans},
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

/// Adds a framework of the library at the end of a draft, and drafts the indicators that it names.
///
/// # Errors
/// `Missing`; `Stale` with the stored plan; `OutOfReach`; `Plan` when it is no draft or is full; `Broken` for a
/// code that the library does not have.
pub async fn clone_library_template(
    deps: &Deps,
    caller: &Caller,
    plan: PlanId,
    seen_version: i64,
    code: &str,
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
    let template = library::find::<Template>(&mut tx, code, 0).await?.ok_or_else(unknown)?.what;
    let recorded = recorded(caller, &deps.clock);
    let mut work =
        Work { caller, recorded: recorded.clone(), lead_section, plan: before.clone(), measured: Vec::new() };
    work.add(&template)?;
    let Work { plan: mut after, measured, .. } = work;
    // As one change, whatever it adds.
    after.head.version = before.head.version + 1;
    plans::save(&mut tx, mission, &before, &after).await?;
    tx.publish(events::plan_recorded(&after)?).await?;
    for (code, item) in measured {
        let own = Own { section: Some(lead_section.to_owned()), item: Some(item) };
        draft(&mut tx, caller, mission, &recorded, &code, own).await?;
    }
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
    tx.publish(events::indicator_recorded(&indicator)).await?;
    Ok(tx.finish(pb::Indicator::from(&indicator)).await?)
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
    tx.publish(events::indicator_recorded(&indicator)).await?;
    Ok(Drafted::New(Box::new(indicator)))
}

/// A plan that a framework is added to.
struct Work<'a> {
    caller: &'a Caller,
    recorded: Recorded,
    lead_section: &'a str,
    plan: Plan,
    /// Codes of indicators, with what they measure.
    measured: Vec<(String, LineageId)>,
}

impl Work<'_> {
    fn add(&mut self, template: &Template) -> Result<(), Error> {
        let nature = Nature::Objective { mandate_task: None };
        let objective = self.item(None, &template.objective, nature, &[])?;
        for outcome in &template.outcomes {
            let nature = Nature::Outcome { stakeholder: None, dimension: outcome.dimension };
            let parent = self.item(Some(objective), &outcome.statement, nature, &outcome.indicators)?;
            for output in &outcome.outputs {
                let nature = Nature::Output { component: output.component };
                self.item(Some(parent), &output.statement, nature, &output.indicators)?;
            }
        }
        Ok(())
    }

    fn item(
        &mut self,
        parent: Option<ItemId>,
        statement: &Text,
        nature: Nature,
        indicators: &[String],
    ) -> Result<ItemId, Error> {
        let lead_section = (!self.lead_section.is_empty()).then(|| self.lead_section.to_owned());
        let content = Content {
            statement: statement.clone(),
            lead_section,
            contributing_sections: Vec::new(),
            areas: Vec::new(),
            markers: Vec::new(),
            start: None,
            end: None,
            priority: None,
            nature,
            plan_change: None,
        };
        let content = content.checked()?;
        reach_item(self.caller, &content)?;
        let id = ItemId(new_id(self.recorded.at));
        let edit = Edit::Add { parent, position: u32::MAX, content };
        self.plan = self.plan.edited(edit, self.recorded.clone(), id)?;
        self.measured.extend(indicators.iter().map(|code| (code.clone(), LineageId(id.0))));
        Ok(id)
    }
}
