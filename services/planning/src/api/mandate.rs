//! Mandates on the wire.

use chassis::Caller;
use cpas_proto::planning::v1 as pb;
use tonic::{Request, Response};

use super::{
    Answer, Api,
    fields::{instant, parse_id, parse_text, text},
};
use crate::{
    app,
    domain::{
        broken::Broken,
        ids::TaskId,
        mandate::{GivenMandate, GivenTask, Mandate, Priority},
        parse_needed_date,
        text::parse_word,
    },
    error::Error,
};

pub(super) async fn record(api: &Api, request: Request<pb::RecordMandateRequest>) -> Answer<pb::Mandate> {
    let (caller, request) = Caller::open(request)?;
    let seen_version = request.version;
    let mandate = request.try_into().map_err(Error::Broken)?;
    Ok(Response::new(app::record_mandate(&api.deps, &caller, mandate, seen_version).await?))
}

impl TryFrom<pb::RecordMandateRequest> for GivenMandate {
    type Error = Broken;

    fn try_from(request: pb::RecordMandateRequest) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        let resolution = broken.keep(parse_word("resolution", &request.resolution)).flatten();
        if resolution.is_none() && broken.violations.is_empty() {
            broken.add("resolution", "Name the resolution, like S/RES/2709 (2023).");
        }
        let adopted = broken.keep(parse_needed_date("adopted", &request.adopted));
        let expires = broken.keep(parse_needed_date("expires", &request.expires));
        let mut tasks = Vec::with_capacity(request.tasks.len());
        for (place, task) in request.tasks.into_iter().enumerate() {
            tasks.extend(broken.keep(parse_task(&format!("tasks[{place}]"), task)));
        }
        match (resolution, adopted, expires) {
            (Some(resolution), Some(adopted), Some(expires)) => {
                broken.into_result(())?;
                Self { resolution, adopted, expires, tasks }.checked()
            }
            _ => Err(broken),
        }
    }
}

fn parse_task(field: &str, task: pb::MandateTask) -> Result<GivenTask, Broken> {
    let mut broken = Broken::nothing();
    let id = broken.keep(parse_id(&format!("{field}.id"), &task.id)).flatten().map(TaskId);
    let paragraph =
        broken.keep(parse_word(&format!("{field}.paragraph"), &task.paragraph)).flatten().unwrap_or_default();
    let text = broken.keep(parse_text(&format!("{field}.text"), task.text)).unwrap_or_default();
    if text.is_blank() && paragraph.is_empty() {
        broken.add(format!("{field}.text"), "A task has a text, in English or French, or at least its paragraph.");
    }
    let priority = broken.keep(Priority::parse(&format!("{field}.priority"), task.priority)).flatten();
    broken.into_result(GivenTask { id, paragraph, text, priority })
}

impl From<&Mandate> for pb::Mandate {
    fn from(mandate: &Mandate) -> Self {
        let task = |task: &crate::domain::mandate::Task| pb::MandateTask {
            id: task.id.to_string(),
            paragraph: task.paragraph.clone(),
            text: text(&task.text),
            priority: task.priority.map_or(0, |priority| priority.get().into()),
        };
        Self {
            id: mandate.id.to_string(),
            resolution: mandate.resolution.clone(),
            adopted: mandate.adopted.to_string(),
            expires: mandate.expires.to_string(),
            tasks: mandate.tasks.iter().map(task).collect(),
            version: mandate.version,
            recorded_at: instant(mandate.recorded.at),
            recorded_by: mandate.recorded.by.name.clone(),
        }
    }
}
