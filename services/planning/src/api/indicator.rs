//! Indicators on the wire.

use chassis::Caller;
use cpas_proto::{
    planning::v1 as pb,
    words::{Classification, Formula},
};
use tonic::{Request, Response};

use super::{
    Answer, Api,
    fields::{id, instant, parse_id, parse_needed_id, parse_needed_text, parse_text, text},
    plan::field_changes,
};
use crate::{
    app::{self, IndicatorPage, IndicatorVersions, Revision},
    domain::{
        broken::Broken,
        computation::EventMeasure,
        definition::{Baseline, Definition, Disaggregation, Kind, parse_code},
        diff_definitions::diff_definitions,
        ids::{IndicatorId, LineageId},
        indicator::{Indicator, IndicatorState},
        text::parse_word,
    },
    error::Error,
};

pub(super) async fn list(api: &Api, request: Request<pb::ListIndicatorsRequest>) -> Answer<pb::ListIndicatorsResponse> {
    let (caller, request) = Caller::open(request)?;
    let mut broken = Broken::nothing();
    let state = match request.state.as_str() {
        "" => None,
        word => broken.word::<IndicatorState>("state", word),
    };
    let search = broken.keep(parse_word("search", &request.search)).flatten().unwrap_or_default();
    broken.into_result(()).map_err(Error::from)?;
    let page = IndicatorPage { size: request.page_size, cursor: request.cursor, search, state };
    Ok(Response::new(app::list_indicators(&api.deps, &api.config, &caller, page).await?))
}

impl TryFrom<pb::DraftIndicatorRequest> for Definition {
    type Error = Broken;

    fn try_from(request: pb::DraftIndicatorRequest) -> Result<Self, Broken> {
        parse_definition(super::fields::needed("indicator", request.indicator)?)
    }
}

impl TryFrom<pb::ReviseIndicatorRequest> for Revision {
    type Error = Broken;

    fn try_from(request: pb::ReviseIndicatorRequest) -> Result<Self, Broken> {
        let indicator = super::fields::needed("indicator", request.indicator)?;
        let id = IndicatorId(parse_needed_id("indicator.id", &indicator.id)?);
        Ok(Self { id, seen_version: indicator.version, definition: parse_definition(indicator)? })
    }
}

pub(super) fn parse_definition(given: pb::Indicator) -> Result<Definition, Broken> {
    let mut broken = Broken::nothing();
    let code = broken.keep(parse_code("indicator.code", &given.code));
    let name = broken.keep(parse_needed_text("indicator.name", given.name)).unwrap_or_default();
    let level = broken.word("indicator.level", &given.level);
    let kind = broken.word::<Kind>("indicator.kind", &given.kind);
    let unit = broken.keep(parse_word("indicator.unit", &given.unit)).flatten().unwrap_or_default();
    let direction = broken.word("indicator.direction", &given.direction);
    let frequency = broken.word("indicator.frequency", &given.frequency);
    // Where no aggregation is named, the one that the type suggests is meant.
    let usual = kind.map(Kind::usual_aggregation);
    let over_time = match (given.over_time.as_str(), usual) {
        ("", Some((over_time, _))) => Some(over_time),
        (word, _) => broken.word("indicator.over_time", word),
    };
    let over_areas = match (given.over_areas.as_str(), usual) {
        ("", Some((_, over_areas))) => Some(over_areas),
        (word, _) => broken.word("indicator.over_areas", word),
    };
    let formula = broken.keep(parse_formula(&given.formula)).flatten();
    let events = broken.keep(given.event_measure.map(parse_events).transpose()).flatten();
    let baseline = broken.keep(parse_baseline(given.baseline_value, &given.baseline_period)).flatten();
    let source = broken.keep(parse_text("indicator.source", given.source)).unwrap_or_default();
    let method = broken.keep(parse_text("indicator.method", given.method)).unwrap_or_default();
    let verification = broken.keep(parse_text("indicator.verification", given.verification)).unwrap_or_default();
    let owner_section = broken.keep(parse_word("indicator.owner_section", &given.owner_section)).flatten();
    let plan_item = broken.keep(parse_id("indicator.plan_item_lineage_id", &given.plan_item_lineage_id)).flatten();
    let classification = match given.classification.as_str() {
        "" => Some(Classification::Unclassified),
        word => broken.word("indicator.classification", word),
    };
    let disaggregations = given
        .disaggregations
        .into_iter()
        .map(|one| Disaggregation { dimension: one.dimension, categories: one.categories })
        .collect();
    match (code, level, kind, direction, frequency, over_time, over_areas, classification) {
        (
            Some(code),
            Some(level),
            Some(kind),
            Some(direction),
            Some(frequency),
            Some(over_time),
            Some(over_areas),
            Some(classification),
        ) => {
            broken.into_result(())?;
            let plan_item = plan_item.map(LineageId);
            Definition {
                code,
                name,
                level,
                kind,
                unit,
                direction,
                over_time,
                over_areas,
                frequency,
                formula,
                events,
                disaggregations,
                baseline,
                source,
                method,
                owner_section,
                verification,
                plan_item,
                classification,
                library: None,
            }
            .checked()
        }
        _ => Err(broken),
    }
}

fn parse_formula(text: &str) -> Result<Option<Formula>, Broken> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error| Broken::one("indicator.formula", format!("{error}")))
}

fn parse_events(given: pb::EventMeasure) -> Result<EventMeasure, Broken> {
    let mut broken = Broken::nothing();
    let measure = broken.word("indicator.event_measure.measure", &given.measure).ok_or_else(|| broken.clone())?;
    let words = |words: Vec<String>| words.into_iter().map(|word| word.trim().to_owned()).collect();
    Ok(EventMeasure { measure, kinds: words(given.kinds), sub_kinds: words(given.sub_kinds) })
}

fn parse_baseline(value: Option<f64>, period: &str) -> Result<Option<Baseline>, Broken> {
    match (value, period.trim()) {
        (None, "") => Ok(None),
        (Some(_), "") => {
            Err(Broken::one("indicator.baseline_period", "Say of which period the baseline is, like 2024."))
        }
        (None, _) => {
            Err(Broken::one("indicator.baseline_value", "Give the value of the baseline, or leave its period empty."))
        }
        (Some(value), period) => match period.parse() {
            Ok(period) => Ok(Some(Baseline { value, period })),
            Err(error) => Err(Broken::one("indicator.baseline_period", format!("{error}."))),
        },
    }
}

impl From<&Indicator> for pb::Indicator {
    fn from(indicator: &Indicator) -> Self {
        let definition = &indicator.definition;
        let disaggregation = |one: &Disaggregation| pb::Disaggregation {
            dimension: one.dimension.clone(),
            categories: one.categories.clone(),
        };
        Self {
            id: indicator.id.to_string(),
            code: definition.code.clone(),
            name: text(&definition.name),
            level: definition.level.word().to_owned(),
            kind: definition.kind.word().to_owned(),
            unit: definition.unit.clone(),
            direction: definition.direction.word().to_owned(),
            over_time: definition.over_time.word().to_owned(),
            over_areas: definition.over_areas.word().to_owned(),
            frequency: definition.frequency.word().to_owned(),
            disaggregations: definition.disaggregations.iter().map(disaggregation).collect(),
            baseline_value: definition.baseline.map(|baseline| baseline.value),
            baseline_period: id(definition.baseline.map(|baseline| baseline.period)),
            source: text(&definition.source),
            method: text(&definition.method),
            owner_section: definition.owner_section.clone().unwrap_or_default(),
            verification: text(&definition.verification),
            plan_item_lineage_id: id(definition.plan_item),
            state: indicator.state.word().to_owned(),
            definition_version: indicator.definition_version,
            version: indicator.version,
            recorded_at: instant(indicator.recorded.at),
            recorded_by: indicator.recorded.by.name.clone(),
            classification: definition.classification.word().to_owned(),
            formula: definition.formula.as_ref().map(ToString::to_string).unwrap_or_default(),
            event_measure: definition.events.as_ref().map(|events| pb::EventMeasure {
                measure: events.measure.word().to_owned(),
                kinds: events.kinds.clone(),
                sub_kinds: events.sub_kinds.clone(),
            }),
            library_code: definition.library.as_ref().map(|link| link.code.clone()).unwrap_or_default(),
            library_version: definition.library.as_ref().map(|link| link.version).unwrap_or_default(),
        }
    }
}

impl From<IndicatorVersions> for pb::ListIndicatorVersionsResponse {
    fn from(versions: IndicatorVersions) -> Self {
        let told = versions.0.iter().enumerate().map(|(place, version)| {
            let before = versions.0.get(place + 1);
            let changes = before.map(|before| diff_definitions(&before.definition, &version.definition));
            pb::IndicatorVersion {
                definition_version: version.number,
                recorded_at: instant(version.recorded.at),
                recorded_by: version.recorded.by.name.clone(),
                changes: field_changes(&changes.unwrap_or_default()),
            }
        });
        Self { versions: told.collect() }
    }
}
