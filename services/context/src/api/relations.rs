//! Relations between stakeholders.

use chrono::NaiveDate;
use cpas_proto::context::v1 as pb;

use super::{day, instant};
use crate::{
    app::{Seen, SetRelation},
    domain::{
        Broken, Text,
        ids::{RelationId, StakeholderId},
        relation::{Held, NewRelation, Relation, Strength},
        text,
    },
};

/// A relation as the API shows it.
pub(crate) fn stakeholder_relation(relation: &Relation) -> pb::StakeholderRelation {
    relation.into()
}

impl From<&Relation> for pb::StakeholderRelation {
    fn from(relation: &Relation) -> Self {
        Self {
            id: relation.id.to_string(),
            from_id: relation.from.to_string(),
            to_id: relation.to.to_string(),
            kind: relation.kind.to_string(),
            strength: relation.strength.number().into(),
            from: relation.held.from().to_string(),
            until: relation.held.until().map(|until| until.to_string()).unwrap_or_default(),
            note: relation.note.en.clone(),
            version: relation.version,
            recorded_at: instant(relation.recorded_at),
            recorded_by: relation.recorded_by.name.clone(),
            classification: relation.classification.to_string(),
            from_name: relation.from_name.clone(),
            to_name: relation.to_name.clone(),
            note_fr: relation.note.fr.clone(),
        }
    }
}

impl TryFrom<pb::SetStakeholderRelationRequest> for SetRelation {
    type Error = Broken;

    fn try_from(request: pb::SetStakeholderRelationRequest) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let seen = (!request.id.is_empty()).then(|| broken.keep(RelationId::parse("id", &request.id))).flatten();
        let from = broken.keep(StakeholderId::parse("from_id", &request.from_id));
        let to = broken.keep(StakeholderId::parse("to_id", &request.to_id));
        let kind = broken.parse("kind", &request.kind);
        let strength = broken.keep(Strength::parse("strength", request.strength));
        let begins = broken.date("from", &request.from);
        let until = broken.keep(day("until", &request.until));
        let held = begins.zip(until).and_then(|(begins, until)| broken.keep(Held::new(begins, until)));
        let note = broken.keep(Text::beside("note", &request.note, &request.note_fr, text::TEXT_CHARS_MAX));
        let content = (|| {
            Some(NewRelation { from: from?, to: to?, kind: kind?, strength: strength?, held: held?, note: note? })
        })();
        let content = content.and_then(|content| broken.keep(content.check_ends()));
        let seen = seen.map(|id| Seen { id, version: request.version });
        broken.into_result(content.map(|content| Self { seen, content }))
    }
}

/// Which relation ends, and its last day.
pub(super) fn ending(request: pb::EndStakeholderRelationRequest) -> Result<(Seen<RelationId>, NaiveDate), Broken> {
    let mut broken = Broken::default();
    let id = broken.keep(RelationId::parse("id", &request.id));
    let until = broken.date("until", &request.until);
    broken.into_result(id.zip(until).map(|(id, until)| (Seen { id, version: request.version }, until)))
}
