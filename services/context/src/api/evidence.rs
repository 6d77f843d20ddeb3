//! Evidence.

use cpas_proto::{context::v1 as pb, words::Classification};

use super::{classification, instant};
use crate::domain::{
    Broken,
    evidence::{self, Credibility, Evidence, NewEvidence},
    text,
};

impl From<&Evidence> for pb::Evidence {
    fn from(evidence: &Evidence) -> Self {
        Self {
            id: evidence.id.to_string(),
            title: evidence.title.clone(),
            source: evidence.source.clone(),
            date: evidence.date.to_string(),
            link: evidence.link.clone(),
            reliability: evidence.reliability.to_string(),
            credibility: evidence.credibility.number().into(),
            classification: evidence.classification.to_string(),
            version: evidence.version,
            recorded_at: instant(evidence.recorded_at),
            recorded_by: evidence.recorded_by.name.clone(),
        }
    }
}

impl TryFrom<pb::RecordEvidenceRequest> for NewEvidence {
    type Error = Broken;

    fn try_from(request: pb::RecordEvidenceRequest) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let title = broken.keep(text::name("title", &request.title));
        let source = broken.keep(text::name("source", &request.source));
        let date = broken.date("date", &request.date);
        let link = broken.keep(evidence::link("link", &request.link));
        let reliability = broken.parse("reliability", &request.reliability);
        let credibility = broken.keep(Credibility::parse("credibility", request.credibility));
        let classification =
            classification(&mut broken, &request.classification).unwrap_or(Classification::Unclassified);
        let new = (|| {
            Some(Self {
                title: title?,
                source: source?,
                date: date?,
                link: link?,
                reliability: reliability?,
                credibility: credibility?,
                classification,
            })
        })();
        broken.into_result(new)
    }
}
