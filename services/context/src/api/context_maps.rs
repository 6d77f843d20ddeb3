//! Context maps and their factors.

use cpas_proto::{common::v1 as common, context::v1 as pb};

use super::{classification, instant, languages};
use crate::{
    app::{ReviseMap, Seen, SetFactor},
    domain::{
        Broken, Text,
        context_map::{ContextMap, NewContextMap},
        factor::{Factor, FactorContent, Severity},
        ids::{ContextMapId, EvidenceId, FactorId},
        lens::{Gender, Lenses},
        text,
    },
};

/// Most pieces of evidence of one factor.
const FACTOR_EVIDENCE_MAX: usize = 100;

/// A map as the API shows it.
pub(crate) fn context_map(map: &ContextMap) -> pb::ContextMap {
    map.into()
}

impl From<&ContextMap> for pb::ContextMap {
    fn from(map: &ContextMap) -> Self {
        Self {
            id: map.id.to_string(),
            title: Some((&map.title).into()),
            period: map.period.to_string(),
            areas: map.areas.clone(),
            themes: map.themes.clone(),
            narrative: Some((&map.narrative).into()),
            state: map.state.to_string(),
            factors: map.factors.iter().map(Into::into).collect(),
            version: map.version,
            recorded_at: instant(map.recorded_at),
            recorded_by: map.recorded_by.name.clone(),
            classification: map.classification.to_string(),
            published_at: map.published_at.map(instant).unwrap_or_default(),
        }
    }
}

impl From<&Factor> for pb::ContextFactor {
    fn from(factor: &Factor) -> Self {
        let Factor { id, content } = factor;
        Self {
            id: id.to_string(),
            kind: content.kind.to_string(),
            title: Some((&content.title).into()),
            narrative: Some((&content.narrative).into()),
            effect: content.effect.to_string(),
            severity: content.severity.number().into(),
            trend: content.trend.to_string(),
            confidence: content.confidence.to_string(),
            areas: content.areas.clone(),
            evidence_ids: content.evidence.iter().map(ToString::to_string).collect(),
            themes: content.themes.clone(),
            gender: content.lenses.gender.map(|gender| gender.number().into()),
            gender_note: Some((&content.lenses.gender_note).into()),
            poc: content.lenses.poc,
            poc_note: Some((&content.lenses.poc_note).into()),
        }
    }
}

impl TryFrom<pb::DraftContextMapRequest> for NewContextMap {
    type Error = Broken;

    fn try_from(request: pb::DraftContextMapRequest) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let (title_en, title_fr) = languages(request.title);
        let (narrative_en, narrative_fr) = languages(request.narrative);
        let title = broken.keep(Text::title("title", &title_en, &title_fr));
        let period = broken.parse("period", &request.period);
        let areas = broken.keep(text::names("areas", &request.areas));
        let themes = broken.keep(text::names("themes", &request.themes));
        let narrative = broken.keep(Text::narrative("narrative", &narrative_en, &narrative_fr));
        let classification = classification(&mut broken, &request.classification)
            .unwrap_or(cpas_proto::words::Classification::Unclassified);
        let new = (|| {
            Some(Self {
                title: title?,
                period: period?,
                areas: areas?,
                themes: themes?,
                narrative: narrative?,
                classification,
            })
        })();
        broken.into_result(new)
    }
}

impl TryFrom<pb::ReviseContextMapRequest> for ReviseMap {
    type Error = Broken;

    fn try_from(request: pb::ReviseContextMapRequest) -> Result<Self, Broken> {
        let pb::ReviseContextMapRequest { id, version, title, period, areas, themes, narrative, classification } =
            request;
        let mut broken = Broken::default();
        let id = broken.keep(ContextMapId::parse("id", &id));
        let own = classification.clone();
        let content = pb::DraftContextMapRequest { title, period, areas, themes, narrative, classification };
        let new = broken.keep(NewContextMap::try_from(content));
        let revise = id.zip(new).map(|(id, new)| Self {
            map: Seen { id, version },
            classification: (!own.is_empty()).then_some(new.classification),
            new,
        });
        broken.into_result(revise)
    }
}

impl TryFrom<pb::SetContextFactorRequest> for SetFactor {
    type Error = Broken;

    fn try_from(request: pb::SetContextFactorRequest) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let id = broken.keep(ContextMapId::parse("context_map_id", &request.context_map_id));
        let Some(factor) = request.factor else {
            broken.add("factor", "A factor is needed.");
            return broken.into_result(None);
        };
        let own = if factor.id.is_empty() { None } else { broken.keep(FactorId::parse("factor.id", &factor.id)) };
        let content = broken.keep(content(factor));
        let map = id.map(|id| Seen { id, version: request.version });
        broken.into_result(map.zip(content).map(|(map, content)| Self { map, factor: own, content }))
    }
}

fn content(factor: pb::ContextFactor) -> Result<FactorContent, Broken> {
    let mut broken = Broken::default();
    let (title_en, title_fr) = languages(factor.title);
    let (narrative_en, narrative_fr) = languages(factor.narrative);
    let kind = broken.parse("factor.kind", &factor.kind);
    let title = broken.keep(Text::title("factor.title", &title_en, &title_fr));
    let narrative = broken.keep(Text::narrative("factor.narrative", &narrative_en, &narrative_fr));
    let effect = broken.parse("factor.effect", &factor.effect);
    let severity = broken.keep(Severity::parse("factor.severity", factor.severity));
    let trend = broken.parse("factor.trend", &factor.trend);
    let confidence = broken.parse("factor.confidence", &factor.confidence);
    let areas = broken.keep(text::names("factor.areas", &factor.areas));
    let evidence = broken.keep(evidence_ids(&factor.evidence_ids));
    let themes = broken.keep(text::names("factor.themes", &factor.themes));
    let lenses = broken.keep(lenses(factor.gender, factor.gender_note, factor.poc, factor.poc_note));
    let content = (|| {
        Some(FactorContent {
            kind: kind?,
            title: title?,
            narrative: narrative?,
            effect: effect?,
            severity: severity?,
            trend: trend?,
            confidence: confidence?,
            areas: areas?,
            evidence: evidence?,
            themes: themes?,
            lenses: lenses?,
        })
    })();
    broken.into_result(content)
}

fn lenses(
    gender: Option<u32>,
    gender_note: Option<common::Text>,
    poc: Option<bool>,
    poc_note: Option<common::Text>,
) -> Result<Lenses, Broken> {
    let mut broken = Broken::default();
    let mut note = |field: &str, text: Option<common::Text>| {
        let (en, fr) = languages(text);
        broken.keep(Text::narrative(field, &en, &fr))
    };
    let (gender_note, poc_note) = (note("factor.gender_note", gender_note), note("factor.poc_note", poc_note));
    let gender = broken.keep(gender.map(|gender| Gender::parse("factor.gender", gender)).transpose());
    let lenses = (|| Some(Lenses { gender: gender?, gender_note: gender_note?, poc, poc_note: poc_note? }))();
    broken.into_result(lenses)?.checked()
}

fn evidence_ids(ids: &[String]) -> Result<Vec<EvidenceId>, Broken> {
    if ids.len() > FACTOR_EVIDENCE_MAX {
        return Err(Broken::one(
            "factor.evidence_ids",
            format!("There are {} pieces of evidence; at most {FACTOR_EVIDENCE_MAX} are taken.", ids.len()),
        ));
    }
    let mut broken = Broken::default();
    let mut kept = Vec::with_capacity(ids.len());
    for (place, id) in ids.iter().enumerate() {
        let field = format!("factor.evidence_ids[{place}]");
        match EvidenceId::parse(&field, id) {
            Ok(id) if kept.contains(&id) => broken.add(field, "This evidence is in the list twice."),
            Ok(id) => kept.push(id),
            Err(error) => broken.violations.extend(error.violations),
        }
    }
    broken.into_result(Some(kept))
}

impl TryFrom<pb::MoveContextMapRequest> for Seen<ContextMapId> {
    type Error = Broken;

    fn try_from(request: pb::MoveContextMapRequest) -> Result<Self, Broken> {
        Ok(Self { id: ContextMapId::parse("id", &request.id)?, version: request.version })
    }
}
