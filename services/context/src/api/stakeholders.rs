//! Stakeholders and their dated assessments.

use cpas_proto::{common::v1::Text as PbText, context::v1 as pb};

use super::{classification, instant, languages};
use crate::{
    app::{Known, Wanted},
    domain::{
        Broken, Text,
        ids::StakeholderId,
        page::PageOf,
        stakeholder::{Profile, Share, Stakeholder},
        standing::{Assessment, NewAssessment, Stance, Weight},
        text,
    },
};

/// A stakeholder as the API shows it.
pub(crate) fn stakeholder(stakeholder: &Stakeholder) -> pb::Stakeholder {
    stakeholder.into()
}

impl From<&Stakeholder> for pb::Stakeholder {
    fn from(stakeholder: &Stakeholder) -> Self {
        Self {
            id: stakeholder.id.to_string(),
            name: stakeholder.name.clone(),
            aliases: stakeholder.aliases.clone(),
            kind: stakeholder.kind.to_string(),
            areas: stakeholder.areas.clone(),
            description: Some((&stakeholder.description).into()),
            women_share: stakeholder.women_share.map(Share::number),
            classification: stakeholder.classification.to_string(),
            version: stakeholder.version,
            recorded_at: instant(stakeholder.recorded_at),
            recorded_by: stakeholder.recorded_by.name.clone(),
            also_known: stakeholder.also.clone(),
            merged_into: stakeholder.merged_into.map(|_| stakeholder.head.to_string()).unwrap_or_default(),
            former_ids: stakeholder.former.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<&Assessment> for pb::StakeholderAssessment {
    fn from(assessment: &Assessment) -> Self {
        Self {
            id: assessment.id.to_string(),
            stakeholder_id: assessment.stakeholder.to_string(),
            as_of: assessment.as_of.to_string(),
            influence: assessment.influence.number().into(),
            interest: assessment.interest.number().into(),
            stance: assessment.stance.number().into(),
            capability: assessment.capability.en.clone(),
            attitude: assessment.attitude.en.clone(),
            behaviour: assessment.behaviour.en.clone(),
            confidence: assessment.confidence.to_string(),
            note: assessment.note.en.clone(),
            recorded_at: instant(assessment.recorded_at),
            recorded_by: assessment.recorded_by.name.clone(),
            capability_fr: assessment.capability.fr.clone(),
            attitude_fr: assessment.attitude.fr.clone(),
            behaviour_fr: assessment.behaviour.fr.clone(),
            note_fr: assessment.note.fr.clone(),
        }
    }
}

impl From<Known> for pb::GetStakeholderResponse {
    fn from(known: Known) -> Self {
        Self {
            stakeholder: Some((&known.stakeholder).into()),
            assessments: known.assessments.iter().map(Into::into).collect(),
            merged: known.merged.iter().map(Into::into).collect(),
        }
    }
}

/// The fields that a registration and a revision have in common.
struct Fields {
    name: String,
    aliases: Vec<String>,
    kind: String,
    areas: Vec<String>,
    description: Option<PbText>,
    women_share: Option<f64>,
    classification: String,
}

impl TryFrom<Fields> for Profile {
    type Error = Broken;

    fn try_from(fields: Fields) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let (en, fr) = languages(fields.description);
        let name = broken.keep(text::name("name", &fields.name));
        let aliases = broken.keep(text::names("aliases", &fields.aliases));
        let kind = broken.parse("kind", &fields.kind);
        let areas = broken.keep(text::names("areas", &fields.areas));
        let description = broken.keep(Text::narrative("description", &en, &fr));
        let women_share = broken.keep(fields.women_share.map(|share| Share::parse("women_share", share)).transpose());
        let classification = classification(&mut broken, &fields.classification);
        let profile = (|| {
            Some(Self {
                name: name?,
                aliases: aliases?,
                kind: kind?,
                areas: areas?,
                description: description?,
                women_share: women_share?,
                classification,
            })
        })();
        broken.into_result(profile)
    }
}

impl TryFrom<pb::RegisterStakeholderRequest> for Profile {
    type Error = Broken;

    fn try_from(request: pb::RegisterStakeholderRequest) -> Result<Self, Broken> {
        let pb::RegisterStakeholderRequest { name, aliases, kind, areas, description, women_share, classification } =
            request;
        Fields { name, aliases, kind, areas, description, women_share, classification }.try_into()
    }
}

impl TryFrom<pb::ReviseStakeholderRequest> for Profile {
    type Error = Broken;

    fn try_from(request: pb::ReviseStakeholderRequest) -> Result<Self, Broken> {
        let pb::ReviseStakeholderRequest {
            id: _,
            version: _,
            name,
            aliases,
            kind,
            areas,
            description,
            women_share,
            classification,
        } = request;
        Fields { name, aliases, kind, areas, description, women_share, classification }.try_into()
    }
}

impl TryFrom<pb::ListStakeholdersRequest> for Wanted {
    type Error = Broken;

    fn try_from(request: pb::ListStakeholdersRequest) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let page = broken.keep(PageOf::parse(request.page_size, &request.cursor));
        let search = broken.keep(text::free("search", &request.search, text::NAME_CHARS_MAX));
        let kind = if request.kind.is_empty() { None } else { broken.parse("kind", &request.kind) };
        broken.into_result(page.zip(search).map(|(page, search)| Self { page, search, kind }))
    }
}

impl TryFrom<pb::AssessStakeholderRequest> for NewAssessment {
    type Error = Broken;

    fn try_from(request: pb::AssessStakeholderRequest) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let stakeholder = broken.keep(StakeholderId::parse("stakeholder_id", &request.stakeholder_id));
        let as_of = broken.date("as_of", &request.as_of);
        let influence = broken.keep(Weight::parse("influence", request.influence));
        let interest = broken.keep(Weight::parse("interest", request.interest));
        let stance = broken.keep(Stance::parse("stance", request.stance));
        let confidence = broken.parse("confidence", &request.confidence);
        let mut free = |field: &str, en: &str, fr: &str| broken.keep(Text::beside(field, en, fr, text::TEXT_CHARS_MAX));
        let capability = free("capability", &request.capability, &request.capability_fr);
        let attitude = free("attitude", &request.attitude, &request.attitude_fr);
        let behaviour = free("behaviour", &request.behaviour, &request.behaviour_fr);
        let note = free("note", &request.note, &request.note_fr);
        let new = (|| {
            Some(Self {
                stakeholder: stakeholder?,
                as_of: as_of?,
                influence: influence?,
                interest: interest?,
                stance: stance?,
                capability: capability?,
                attitude: attitude?,
                behaviour: behaviour?,
                confidence: confidence?,
                note: note?,
            })
        })();
        broken.into_result(new)
    }
}
