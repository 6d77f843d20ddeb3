//! Evidence.

use std::pin::Pin;

use chassis::{Caller, Failure};
use cpas_proto::{common::v1::FileChunk, context::v1 as pb, words::Classification};
use futures::{Stream, StreamExt as _};
use prost::Message as _;
use tonic::{Status, Streaming};
use uuid::Uuid;

use super::{classification, instant};
use crate::{
    Deps,
    app::{
        self,
        spool::{Spooled, Spooling},
    },
    domain::{
        Broken,
        evidence::{self, Credibility, Evidence, NewEvidence, Reference, Use},
        evidence_file::EvidenceFile,
        text,
    },
    error::Error,
};

/// A file as it travels.
pub(super) type Chunks = Pin<Box<dyn Stream<Item = Result<FileChunk, Status>> + Send>>;

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
            file: evidence.file.as_ref().map(Into::into),
            observation_id: match evidence.reference {
                Some(Reference::Observation(id)) => id.to_string(),
                _ => String::new(),
            },
            event_id: match evidence.reference {
                Some(Reference::Event(id)) => id.to_string(),
                _ => String::new(),
            },
        }
    }
}

impl From<&EvidenceFile> for pb::EvidenceFile {
    fn from(file: &EvidenceFile) -> Self {
        let EvidenceFile { name, content_type, bytes, sha256 } = file.clone();
        Self { name, content_type, bytes, sha256 }
    }
}

impl From<Use> for pb::EvidenceUse {
    fn from(used: Use) -> Self {
        Self {
            context_map_id: used.map.to_string(),
            context_map_title: Some((&used.map_title).into()),
            context_map_state: used.map_state,
            factor_id: used.factor.to_string(),
            factor_title: Some((&used.factor_title).into()),
        }
    }
}

/// An observation, an event, or neither.
fn reference(observation: &str, event: &str) -> Result<Option<Reference>, Broken> {
    let id = |field: &str, text: &str| {
        let id: Result<Uuid, _> = text.trim().parse();
        id.map_err(|_| Broken::one(field, format!("\"{text}\" is not an id; ids are UUIDs.")))
    };
    match (observation, event) {
        ("", "") => Ok(None),
        (observation, "") => id("observation_id", observation).map(Reference::Observation).map(Some),
        ("", event) => id("event_id", event).map(Reference::Event).map(Some),
        _ => Err(Broken::one("event_id", "Evidence is an observation or an event, not both; record it twice.")),
    }
}

/// Takes the pieces of a file, with what came with the first. Whoever may not record it is told before the file is taken.
pub(super) async fn receive(
    deps: &Deps,
    caller: &Caller,
    mut pieces: Streaming<pb::RecordEvidenceFileRequest>,
) -> Result<(NewEvidence, Spooled, Vec<u8>), Error> {
    let first = pieces.message().await.map_err(Failure::from)?.unwrap_or_default();
    let about = pb::RecordEvidenceFileRequest { data: Vec::new(), ..first.clone() }.encode_to_vec();
    let new: NewEvidence = first.evidence.unwrap_or_default().try_into()?;
    app::may_record(deps, caller, &new)?;
    let mut spooling = Spooling::start().await?;
    spooling.take(&first.data).await?;
    while let Some(piece) = pieces.message().await.map_err(Failure::from)? {
        spooling.take(&piece.data).await?;
    }
    Ok((new, spooling.finish(&first.file_name).await?, about))
}

/// A file on its way out: its name and type come with the first piece.
pub(super) fn chunks(
    file: EvidenceFile,
    content: impl Stream<Item = Result<bytes::Bytes, Failure>> + Send + 'static,
) -> Chunks {
    let head =
        FileChunk { data: Vec::new(), file_name: file.name, content_type: file.content_type, ..FileChunk::default() };
    let rest = content.map(|piece| Ok(FileChunk { data: piece?.to_vec(), ..FileChunk::default() }));
    Box::pin(futures::stream::once(async { Ok(head) }).chain(rest))
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
        let reference = broken.keep(reference(&request.observation_id, &request.event_id));
        let new = (|| {
            Some(Self {
                title: title?,
                source: source?,
                date: date?,
                link: link?,
                reliability: reliability?,
                credibility: credibility?,
                classification,
                reference: reference?,
            })
        })();
        broken.into_result(new)
    }
}
