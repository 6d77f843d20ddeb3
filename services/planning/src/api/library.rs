//! The library on the wire.

use chassis::{Caller, Failure};
use cpas_proto::planning::v1 as pb;
use tonic::{Request, Response};

use super::{
    Answer, Api,
    fields::{instant, needed, parse_needed_id, parse_needed_text, plan_id, text},
    indicator::parse_definition,
    plan::field_changes,
};
use crate::{
    app::{self, NewLibraryIndicator, NewLibraryTemplate, Offer},
    domain::{
        Recorded, Who,
        broken::Broken,
        definition::Definition,
        ids::{IndicatorId, ItemId, PlanId},
        indicator::{Indicator, IndicatorState},
        library::{CLONED_MAX, Entry, Template, TemplateOutcome, TemplateOutput},
        text::parse_word,
    },
    error::Error,
};

impl TryFrom<pb::SetLibraryIndicatorRequest> for NewLibraryIndicator {
    type Error = Broken;

    fn try_from(request: pb::SetLibraryIndicatorRequest) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        let theme = broken.word("theme", &request.theme);
        let given = broken.keep(needed("indicator", request.indicator));
        let definition = given.and_then(|given| broken.keep(parse_definition(given)));
        match (theme, definition) {
            (Some(theme), Some(definition)) => Ok(Self { theme, definition, seen_version: request.seen_version }),
            _ => Err(broken),
        }
    }
}

impl TryFrom<pb::KeepLibraryTemplateRequest> for NewLibraryTemplate {
    type Error = Broken;

    fn try_from(request: pb::KeepLibraryTemplateRequest) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        let plan = broken.keep(parse_needed_id("plan_id", &request.plan_id)).map(PlanId);
        let objective = broken.keep(parse_needed_id("item_id", &request.item_id)).map(ItemId);
        let theme = broken.word("theme", &request.theme);
        let title = broken.keep(parse_needed_text("title", request.title));
        match (plan, objective, theme, title) {
            (Some(plan), Some(objective), Some(theme), Some(title)) => {
                let (code, seen_version) = (request.code, request.seen_version);
                Ok(Self { plan, objective, code, theme, title, seen_version })
            }
            _ => Err(broken),
        }
    }
}

impl From<&Entry<Definition>> for pb::LibraryIndicator {
    fn from(entry: &Entry<Definition>) -> Self {
        let (recorded_at, recorded_by) = who(entry.recorded.as_ref());
        // The sheet as an indicator of no mission has it: without id, state and version.
        let nobody = Recorded { by: Who { account: uuid::Uuid::nil(), name: String::new() }, at: Default::default() };
        let sheet = Indicator {
            id: IndicatorId(uuid::Uuid::nil()),
            definition: entry.what.clone(),
            definition_version: entry.version,
            state: IndicatorState::Draft,
            version: 0,
            recorded: nobody,
        };
        let indicator = pb::Indicator {
            id: String::new(),
            state: String::new(),
            recorded_at: recorded_at.clone(),
            recorded_by: recorded_by.clone(),
            ..(&sheet).into()
        };
        Self {
            theme: entry.theme.word().to_owned(),
            indicator: Some(indicator),
            version: entry.version,
            recorded_at,
            recorded_by,
            in_mission: false,
        }
    }
}

impl From<&Entry<Template>> for pb::LibraryTemplate {
    fn from(entry: &Entry<Template>) -> Self {
        let (recorded_at, recorded_by) = who(entry.recorded.as_ref());
        Self {
            code: entry.what.code.clone(),
            theme: entry.theme.word().to_owned(),
            title: text(&entry.what.title),
            objective: text(&entry.what.objective),
            outcomes: entry.what.outcomes.iter().map(outcome).collect(),
            version: entry.version,
            recorded_at,
            recorded_by,
        }
    }
}

fn outcome(of: &TemplateOutcome) -> pb::LibraryOutcome {
    let output = |of: &TemplateOutput| pb::LibraryOutput {
        statement: text(&of.statement),
        component: of.component.word().to_owned(),
        indicator_codes: of.indicators.clone(),
    };
    pb::LibraryOutcome {
        statement: text(&of.statement),
        dimension: of.dimension.word().to_owned(),
        indicator_codes: of.indicators.clone(),
        outputs: of.outputs.iter().map(output).collect(),
    }
}

fn who(recorded: Option<&Recorded>) -> (String, String) {
    recorded.map(|recorded| (instant(recorded.at), recorded.by.name.clone())).unwrap_or_default()
}

impl From<&Offer> for pb::LibraryOffer {
    fn from(offer: &Offer) -> Self {
        Self {
            indicator: Some((&offer.indicator).into()),
            library_version: offer.library_version,
            changes: field_changes(&offer.changes),
        }
    }
}

/// The codes and the section of what is cloned.
pub(super) fn cloned(request: pb::CloneLibraryIndicatorsRequest) -> Result<(Vec<String>, Option<String>), Broken> {
    if request.codes.is_empty() || request.codes.len() > CLONED_MAX {
        return Err(Broken::one("codes", format!("Name 1 to {CLONED_MAX} indicators of the library.")));
    }
    Ok((request.codes, parse_word("owner_section", &request.owner_section)?))
}

pub(super) async fn set_library_indicator(
    api: &Api,
    request: Request<pb::SetLibraryIndicatorRequest>,
) -> Answer<pb::LibraryIndicator> {
    let (caller, request) = Caller::open(request)?;
    let new = request.try_into().map_err(Error::from)?;
    Ok(Response::new(app::set_library_indicator(&api.deps, &caller, new).await?))
}

pub(super) async fn keep_library_template(
    api: &Api,
    request: Request<pb::KeepLibraryTemplateRequest>,
) -> Answer<pb::LibraryTemplate> {
    let (caller, request) = Caller::open(request)?;
    let new = request.try_into().map_err(Error::from)?;
    Ok(Response::new(app::keep_library_template(&api.deps, &caller, new).await?))
}

pub(super) async fn clone_library_indicators(
    api: &Api,
    request: Request<pb::CloneLibraryIndicatorsRequest>,
) -> Answer<pb::CloneLibraryIndicatorsResponse> {
    let (caller, request) = Caller::open(request)?;
    let (codes, section) = cloned(request).map_err(Error::from)?;
    Ok(Response::new(app::clone_library_indicators(&api.deps, &caller, &codes, section).await?))
}

pub(super) async fn clone_library_template(
    api: &Api,
    request: Request<pb::CloneLibraryTemplateRequest>,
) -> Answer<pb::Plan> {
    let (caller, of) = Caller::open(request)?;
    let (plan, version) = (plan_id(&of.plan_id)?, of.version);
    let section = of.lead_section.trim();
    Ok(Response::new(app::clone_library_template(&api.deps, &caller, plan, version, &of.code, section).await?))
}

pub(super) async fn answer_library_offer(
    api: &Api,
    request: Request<pb::AnswerLibraryOfferRequest>,
) -> Answer<pb::Indicator> {
    let (caller, of) = Caller::open(request)?;
    let id = of.id.parse().map(IndicatorId).map_err(|_| Failure::not_found("indicator"))?;
    let (version, offered) = (of.version, of.library_version);
    Ok(Response::new(app::answer_library_offer(&api.deps, &caller, id, version, offered, of.take).await?))
}
