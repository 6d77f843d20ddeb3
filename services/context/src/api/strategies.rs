//! Influence strategies.

use cpas_proto::{common::v1::Text as PbText, context::v1 as pb};

use super::{classification, instant, languages};
use crate::{
    app::{Listed, Seen, WantedStrategies},
    domain::{
        Broken, Text,
        ids::{StakeholderId, StrategyId},
        page::PageOf,
        strategy::{KnownOutcome, Strategy, StrategyContent, StrategyState},
        text,
    },
};

/// A strategy as the API shows it.
pub(crate) fn influence_strategy(strategy: &Strategy) -> pb::InfluenceStrategy {
    strategy.into()
}

impl From<&Strategy> for pb::InfluenceStrategy {
    fn from(strategy: &Strategy) -> Self {
        Self {
            id: strategy.id.to_string(),
            stakeholder_id: strategy.stakeholder.to_string(),
            stakeholder_name: strategy.stakeholder_name.clone(),
            dimension: strategy.dimension.to_string(),
            aim: Some((&strategy.aim).into()),
            lever: strategy.lever.to_string(),
            owner_section: strategy.owner_section.clone(),
            risks: Some((&strategy.risks).into()),
            state: strategy.state.to_string(),
            classification: strategy.classification.to_string(),
            version: strategy.version,
            recorded_at: instant(strategy.recorded_at),
            recorded_by: strategy.recorded_by.name.clone(),
        }
    }
}

impl From<&Listed> for pb::ListedStrategy {
    fn from(listed: &Listed) -> Self {
        Self {
            strategy: Some((&listed.strategy).into()),
            take_up: listed.take_up.to_string(),
            outcomes: listed.outcomes.iter().map(outcome).collect(),
        }
    }
}

fn outcome(outcome: &KnownOutcome) -> pb::StrategyOutcome {
    pb::StrategyOutcome {
        plan_id: outcome.plan.to_string(),
        plan_state: outcome.plan_state.to_string(),
        item_id: outcome.item.to_string(),
        number: outcome.number.clone(),
        statement: Some((&outcome.statement).into()),
    }
}

/// The fields that recording and revising have in common.
struct Fields {
    dimension: String,
    aim: Option<PbText>,
    lever: String,
    owner_section: String,
    risks: Option<PbText>,
    classification: String,
    state: String,
}

fn content(broken: &mut Broken, fields: Fields) -> Option<StrategyContent> {
    let (aim_en, aim_fr) = languages(fields.aim);
    let (risks_en, risks_fr) = languages(fields.risks);
    let dimension = broken.parse("dimension", &fields.dimension);
    let aim = broken.keep(Text::title("aim", &aim_en, &aim_fr));
    let lever = broken.parse("lever", &fields.lever);
    let owner_section = broken.keep(text::name("owner_section", &fields.owner_section));
    let risks = broken.keep(Text::narrative("risks", &risks_en, &risks_fr));
    let classification = classification(broken, &fields.classification);
    let state =
        if fields.state.is_empty() { Some(StrategyState::Current) } else { broken.parse("state", &fields.state) };
    Some(StrategyContent {
        dimension: dimension?,
        aim: aim?,
        lever: lever?,
        owner_section: owner_section?,
        risks: risks?,
        classification,
        state: state?,
    })
}

/// Of which stakeholder, and what the strategy says.
pub(super) fn recording(
    request: pb::RecordInfluenceStrategyRequest,
) -> Result<(StakeholderId, StrategyContent), Broken> {
    let mut broken = Broken::default();
    let stakeholder = broken.keep(StakeholderId::parse("stakeholder_id", &request.stakeholder_id));
    let pb::RecordInfluenceStrategyRequest { dimension, aim, lever, owner_section, risks, classification, .. } =
        request;
    let fields = Fields { dimension, aim, lever, owner_section, risks, classification, state: String::new() };
    let content = content(&mut broken, fields);
    broken.into_result(stakeholder.zip(content))
}

/// Which strategy, and what it says from now on.
pub(super) fn revising(
    request: pb::ReviseInfluenceStrategyRequest,
) -> Result<(Seen<StrategyId>, StrategyContent), Broken> {
    let mut broken = Broken::default();
    let id = broken.keep(StrategyId::parse("id", &request.id));
    let pb::ReviseInfluenceStrategyRequest {
        dimension,
        aim,
        lever,
        owner_section,
        risks,
        classification,
        state,
        version,
        ..
    } = request;
    let content = content(&mut broken, Fields { dimension, aim, lever, owner_section, risks, classification, state });
    let seen = id.map(|id| Seen { id, version });
    broken.into_result(seen.zip(content))
}

impl TryFrom<pb::ListInfluenceStrategiesRequest> for WantedStrategies {
    type Error = Broken;

    fn try_from(request: pb::ListInfluenceStrategiesRequest) -> Result<Self, Broken> {
        let pb::ListInfluenceStrategiesRequest { page_size, cursor, stakeholder_id, not_planned } = request;
        let mut broken = Broken::default();
        let page = broken.keep(PageOf::parse(page_size, &cursor));
        let stakeholder = (!stakeholder_id.is_empty())
            .then(|| broken.keep(StakeholderId::parse("stakeholder_id", &stakeholder_id)))
            .flatten();
        broken.into_result(page.map(|page| Self { page, stakeholder, not_planned }))
    }
}
