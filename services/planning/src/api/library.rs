//! The library on the wire.

use chassis::{Caller, Failure};
use cpas_proto::planning::v1 as pb;
use tonic::{Request, Response};

use super::{
    Answer, Api,
    fields::{instant, needed, parse_needed_id, parse_needed_text, plan_id, text},
    indicator::parse_definition,
    plan::{field_changes, numbered},
};
use crate::{
    app::{self, NewLibraryIndicator, NewLibraryTemplate, Offer, PlanOffer, TemplateAnswer, TemplateVersion},
    domain::{
        Recorded, Who,
        broken::Broken,
        definition::{Definition, parse_code},
        ids::{IndicatorId, ItemId, PlanId},
        indicator::{Indicator, IndicatorState},
        item::{Item, ItemKind},
        library::{CLONED_MAX, Entry, OfferedField, PartChange, Template, TemplateOutcome, TemplateOutput, Theme},
        text::{Text, parse_word},
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

/// A framework, as headquarters writes it.
fn parse_template(request: pb::SetLibraryTemplateRequest) -> Result<((Theme, Template), u32), Broken> {
    let mut broken = Broken::nothing();
    let code = broken.keep(parse_code("code", &request.code)).unwrap_or_default();
    let theme = broken.word("theme", &request.theme);
    let title = broken.keep(parse_needed_text("title", request.title)).unwrap_or_default();
    let objective = broken.keep(parse_needed_text("objective", request.objective)).unwrap_or_default();
    let mut outcomes = Vec::new();
    for (place, outcome) in request.outcomes.into_iter().enumerate() {
        let field = format!("outcomes[{place}]");
        let statement = broken.keep(parse_needed_text(&format!("{field}.statement"), outcome.statement));
        let dimension = broken.word(&format!("{field}.dimension"), &outcome.dimension);
        let mut outputs = Vec::new();
        for (below, output) in outcome.outputs.into_iter().enumerate() {
            let field = format!("{field}.outputs[{below}]");
            let statement = broken.keep(parse_needed_text(&format!("{field}.statement"), output.statement));
            let component = broken.word(&format!("{field}.component"), &output.component);
            if let (Some(statement), Some(component)) = (statement, component) {
                outputs.push(TemplateOutput {
                    id: output.id,
                    statement,
                    component,
                    indicators: output.indicator_codes,
                });
            }
        }
        if let (Some(statement), Some(dimension)) = (statement, dimension) {
            let (id, indicators) = (outcome.id, outcome.indicator_codes);
            outcomes.push(TemplateOutcome { id, statement, dimension, indicators, outputs });
        }
    }
    match theme {
        Some(theme) => {
            broken.into_result(((theme, Template { code, title, objective, outcomes }), request.seen_version))
        }
        None => Err(broken),
    }
}

impl From<&TemplateVersion> for pb::LibraryTemplateVersion {
    fn from(version: &TemplateVersion) -> Self {
        let (recorded_at, recorded_by) = who(version.entry.recorded.as_ref());
        let item = |part: &PartChange| pb::LibraryItemChange {
            id: part.id.clone(),
            change: part.happened.word().to_owned(),
            kind: part.kind.word().to_owned(),
            statement: text(&part.statement),
            fields: field_changes(&part.fields),
        };
        Self {
            version: version.entry.version,
            recorded_at,
            recorded_by,
            changes: field_changes(&version.changes),
            items: version.parts.iter().map(item).collect(),
            title: text(&version.entry.what.title),
        }
    }
}

impl From<&PlanOffer> for pb::TemplateOffer {
    fn from(PlanOffer { plan, template, offer }: &PlanOffer) -> Self {
        let item = plan.framework.item(offer.item);
        let field = |field: &OfferedField| pb::OfferedField {
            field: field.field.to_owned(),
            before: field.before.clone(),
            after: field.after.clone(),
            own: field.own.clone(),
        };
        let below = |(kind, statement): &(ItemKind, Text)| pb::OfferedItem {
            kind: kind.word().to_owned(),
            statement: text(statement),
        };
        // Of a new one the library knows its kind; what is gone from there, the plan still has.
        let kind = template.part(&offer.part).map(|part| part.nature.kind()).or_else(|| item.map(Item::kind));
        Self {
            plan_id: plan.head.id.to_string(),
            plan_number: plan.head.number,
            plan_state: plan.head.state.word().to_owned(),
            plan_version: plan.head.version,
            code: offer.code.clone(),
            title: text(&template.title),
            library_part_id: offer.part.clone(),
            library_version: offer.version,
            since_version: offer.since,
            change: offer.happened.word().to_owned(),
            kind: kind.map(|kind| kind.word().to_owned()).unwrap_or_default(),
            item: item.map(|item| numbered(&plan.framework, item)),
            fields: offer.fields.iter().map(field).collect(),
            below: offer.below.iter().map(below).collect(),
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
        id: of.id.clone(),
        statement: text(&of.statement),
        component: of.component.word().to_owned(),
        indicator_codes: of.indicators.clone(),
    };
    pb::LibraryOutcome {
        id: of.id.clone(),
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
    let (section, part) = (of.lead_section.trim(), (of.code.as_str(), of.item_ids.as_slice()));
    Ok(Response::new(app::clone_library_template(&api.deps, &caller, plan, version, part, section).await?))
}

pub(super) async fn set_library_template(
    api: &Api,
    request: Request<pb::SetLibraryTemplateRequest>,
) -> Answer<pb::LibraryTemplate> {
    let (caller, request) = Caller::open(request)?;
    let (template, seen) = parse_template(request).map_err(Error::from)?;
    Ok(Response::new(app::set_library_template(&api.deps, &caller, template, seen).await?))
}

pub(super) async fn list_library_template_versions(
    api: &Api,
    request: Request<pb::ListLibraryTemplateVersionsRequest>,
) -> Answer<pb::ListLibraryTemplateVersionsResponse> {
    let (caller, request) = Caller::open(request)?;
    let versions = app::list_library_template_versions(&api.deps, &caller, &request.code).await?;
    let versions = versions.iter().map(Into::into).collect();
    Ok(Response::new(pb::ListLibraryTemplateVersionsResponse { versions }))
}

pub(super) async fn list_template_offers(
    api: &Api,
    request: Request<pb::ListTemplateOffersRequest>,
) -> Answer<pb::ListTemplateOffersResponse> {
    let (caller, _) = Caller::open(request)?;
    let offers = app::list_template_offers(&api.deps, &caller).await?;
    Ok(Response::new(pb::ListTemplateOffersResponse { offers: offers.iter().map(Into::into).collect() }))
}

pub(super) async fn answer_template_offer(
    api: &Api,
    request: Request<pb::AnswerTemplateOfferRequest>,
) -> Answer<pb::Plan> {
    let (caller, of) = Caller::open(request)?;
    let (plan, version) = (plan_id(&of.plan_id)?, of.version);
    let lead_section = parse_word("lead_section", &of.lead_section).map_err(Error::from)?;
    let answer = TemplateAnswer {
        code: of.code,
        part: of.library_part_id,
        version: of.library_version,
        take: of.take,
        keep: of.keep_fields,
        lead_section,
    };
    Ok(Response::new(app::answer_template_offer(&api.deps, &caller, plan, version, &answer).await?))
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
