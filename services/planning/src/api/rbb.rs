//! The crosswalk to the results-based budget, on the wire.

use chassis::{Caller, Failure};
use cpas_proto::{
    common::v1::FileChunk,
    planning::v1 as pb,
    words::{Language, Period},
};
use futures::stream;
use tonic::{Request, Response};

use super::{
    Answer, Api, Pieces,
    fields::{self, id, instant, needed, parse_id, parse_needed_text, plan_id, text, which_plan},
};
use crate::{
    app::{self, GivenLine, SeenCrosswalk},
    domain::{
        broken::Broken,
        ids::{ItemId, LineId},
        rbb::{LineContent, RbbLine, parse_year},
        rbb_workbook,
        text::parse_word,
    },
    error::Error,
};

pub(super) async fn set_rbb_line(api: &Api, request: Request<pb::SetRbbLineRequest>) -> Answer<pb::RbbLine> {
    let (caller, request) = Caller::open(request)?;
    let line = request.try_into().map_err(Error::Broken)?;
    Ok(Response::new(app::set_rbb_line(&api.deps, &caller, line).await?))
}

pub(super) async fn remove_rbb_line(
    api: &Api,
    request: Request<pb::RemoveRbbLineRequest>,
) -> Answer<pb::RemoveRbbLineResponse> {
    let (caller, request) = Caller::open(request)?;
    let id = line_id(&request.line_id)?;
    Ok(Response::new(app::remove_rbb_line(&api.deps, &caller, id, request.version).await?))
}

pub(super) async fn get_rbb_crosswalk(
    api: &Api,
    request: Request<pb::GetRbbCrosswalkRequest>,
) -> Answer<pb::RbbCrosswalk> {
    let (caller, request) = Caller::open(request)?;
    let (plan, period) = (which_plan(&request.plan_id)?, period(&request.period).map_err(Error::from)?);
    Ok(Response::new((&app::rbb_crosswalk(&api.deps, &caller, plan, period).await?).into()))
}

pub(super) async fn render_rbb_crosswalk(api: &Api, request: Request<pb::RenderRbbCrosswalkRequest>) -> Answer<Pieces> {
    let (caller, request) = Caller::open(request)?;
    let (plan, period) = (which_plan(&request.plan_id)?, period(&request.period).map_err(Error::from)?);
    let language = fields::language(&request.language).map_err(Error::from)?;
    let file = workbook(&app::rbb_crosswalk(&api.deps, &caller, plan, period).await?, language)?;
    Ok(Response::new(stream::iter(vec![Ok(file)])))
}

pub(super) async fn set_rbb_link(api: &Api, request: Request<pb::SetRbbLinkRequest>) -> Answer<pb::RbbLink> {
    let (caller, of) = Caller::open(request)?;
    let item = fields::parse_needed_id("item_id", &of.item_id).map(ItemId).map_err(Error::from)?;
    let line = fields::parse_needed_id("line_id", &of.line_id).map(LineId).map_err(Error::from)?;
    Ok(Response::new(app::set_rbb_link(&api.deps, &caller, plan_id(&of.plan_id)?, item, line, of.linked).await?))
}

impl TryFrom<pb::SetRbbLineRequest> for GivenLine {
    type Error = Broken;

    fn try_from(request: pb::SetRbbLineRequest) -> Result<Self, Broken> {
        let line = needed("line", request.line)?;
        let mut broken = Broken::nothing();
        let id = broken.keep(parse_id("line.id", &line.id)).flatten().map(LineId);
        let kind = broken.word("line.kind", &line.kind);
        let parent = broken.keep(parse_id("line.parent_id", &line.parent_id)).flatten().map(LineId);
        let code = broken.keep(parse_word("line.code", &line.code)).flatten().unwrap_or_default();
        let text = broken.keep(parse_needed_text("line.text", line.text));
        let period = broken.keep(parse_year("line.period", &line.period));
        let (Some(kind), Some(text), Some(period)) = (kind, text, period) else { return Err(broken) };
        let content = LineContent { kind, parent, code, text, period };
        broken.into_result(Self { id, content, seen_version: line.version })
    }
}

impl From<&RbbLine> for pb::RbbLine {
    fn from(line: &RbbLine) -> Self {
        let content = &line.content;
        Self {
            id: line.id.to_string(),
            kind: content.kind.word().to_owned(),
            parent_id: id(content.parent),
            code: content.code.clone(),
            text: text(&content.text),
            period: content.period.to_string(),
            version: line.version,
            recorded_at: instant(line.recorded.at),
            recorded_by: line.recorded.by.name.clone(),
        }
    }
}

impl From<&SeenCrosswalk> for pb::RbbCrosswalk {
    fn from(seen: &SeenCrosswalk) -> Self {
        let of = &seen.crosswalk;
        let link = |(item, line): &(ItemId, LineId)| pb::RbbLink {
            item_id: item.to_string(),
            line_id: line.to_string(),
            linked: true,
        };
        Self {
            plan_id: seen.plan.head.id.to_string(),
            lines: of.lines.iter().map(pb::RbbLine::from).collect(),
            links: of.links.iter().map(link).collect(),
            unlinked_item_ids: of.unlinked_items.iter().map(ToString::to_string).collect(),
            unlinked_line_ids: of.unlinked_lines.iter().map(ToString::to_string).collect(),
            periods: of.periods.iter().map(ToString::to_string).collect(),
        }
    }
}

fn workbook(seen: &SeenCrosswalk, language: Language) -> Result<FileChunk, Failure> {
    let data = rbb_workbook::write(&seen.plan, &seen.crosswalk, language).map_err(Failure::internal)?;
    let content_type = fields::XLSX.to_owned();
    Ok(FileChunk { data, file_name: "rbb-crosswalk.xlsx".to_owned(), content_type, ..FileChunk::default() })
}

fn line_id(id: &str) -> Result<LineId, Failure> {
    id.parse().map(LineId).map_err(|_| Failure::not_found("budget line"))
}

fn period(period: &str) -> Result<Option<Period>, Broken> {
    if period.is_empty() { Ok(None) } else { parse_year("period", period).map(Some) }
}
