//! Fact sheets and their blocks, from and to the protocol.

use chassis::Failure;
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::{common::v1 as common, reporting::v1 as pb};

use crate::{
    Error,
    app::{NewSheet, as_number},
    domain::{
        block::{Block, NumberQuery, Reach, WrittenBlock, WrittenQuery},
        sheet::{Audience, FactSheet, Taken},
        snapshot::Snapshot,
        template::Template,
        text::{TITLE_CHARS_MAX, Text},
    },
};

impl From<common::Text> for Text {
    fn from(text: common::Text) -> Self {
        Self { en: text.en, fr: text.fr }
    }
}

impl From<&Text> for common::Text {
    fn from(text: &Text) -> Self {
        Self { en: text.en.clone(), fr: text.fr.clone() }
    }
}

/// A request for a new sheet.
pub(super) fn new_sheet(request: pb::DraftFactSheetRequest) -> Result<NewSheet, Failure> {
    let (title, audience) = title_and_audience(request.title, &request.audience)?;
    let assessment_id = match request.assessment_id.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Failure::bad_field("assessment_id", format!("\"{id}\" is no id")))?),
    };
    let template = match request.template.as_str() {
        "" => Template::FactSheet,
        word => word.parse().map_err(|error| Failure::bad_field("template", error))?,
    };
    Ok(NewSheet { title, audience, assessment_id, template, blocks: written(request.blocks) })
}

pub(super) fn title_and_audience(title: Option<common::Text>, audience: &str) -> Result<(Text, Audience), Failure> {
    let common::Text { en, fr } = title.unwrap_or_default();
    let title = Text::parse("title", &en, &fr, TITLE_CHARS_MAX).map_err(Error::from)?;
    let audience = audience.parse().map_err(|error| Failure::bad_field("audience", error))?;
    Ok((title, audience))
}

pub(super) fn written(blocks: Vec<pb::Block>) -> Vec<WrittenBlock> {
    let query = |query: pb::NumberQuery| WrittenQuery {
        indicator_code: query.indicator_code,
        area: query.area,
        period: query.period,
        slice: query.slice,
        first_period: query.first_period,
        also: query.more_indicator_codes,
    };
    let block = |block: pb::Block| WrittenBlock {
        id: block.id,
        kind: block.kind,
        text: block.text.unwrap_or_default().into(),
        // A form sends an empty query with a heading.
        query: block.query.filter(|query| *query != pb::NumberQuery::default()).map(query),
    };
    blocks.into_iter().map(block).collect()
}

impl From<&Block> for pb::Block {
    fn from(block: &Block) -> Self {
        let text = (!block.text.is_blank()).then(|| (&block.text).into());
        Self {
            id: block.id.clone(),
            kind: block.kind.word().to_owned(),
            text,
            query: block.query.as_ref().map(Into::into),
        }
    }
}

impl From<&NumberQuery> for pb::NumberQuery {
    fn from(query: &NumberQuery) -> Self {
        let area = match &query.reach {
            Reach::Mission => "",
            Reach::Area(code) => code,
            Reach::EachArea => "*",
        };
        Self {
            indicator_code: query.indicator_code.clone(),
            area: area.to_owned(),
            period: query.period.map(|period| period.to_string()).unwrap_or_default(),
            slice: query.slice.clone(),
            first_period: query.first_period.map(|period| period.to_string()).unwrap_or_default(),
            more_indicator_codes: query.also.clone(),
        }
    }
}

impl From<&FactSheet> for pb::FactSheet {
    fn from(sheet: &FactSheet) -> Self {
        let taken = sheet.snapshot.as_ref();
        Self {
            id: sheet.id.to_string(),
            title: Some((&sheet.title).into()),
            audience: sheet.audience.word().to_owned(),
            state: sheet.state.word().to_owned(),
            assessment_id: sheet.assessment_id.map(|id| id.to_string()).unwrap_or_default(),
            blocks: sheet.blocks.iter().map(Into::into).collect(),
            numbers: taken.map(numbers).unwrap_or_default(),
            snapshot_at: taken.map(|taken| instant(taken.at)).unwrap_or_default(),
            snapshot_sha256: taken.map(|taken| taken.sha256.clone()).unwrap_or_default(),
            version: sheet.version,
            recorded_at: instant(sheet.recorded_at),
            recorded_by: sheet.recorded_by.clone(),
            cleared_by: sheet.cleared_by.clone(),
            published_by: sheet.published_by.clone(),
            published_at: sheet.published_at.map(instant).unwrap_or_default(),
            reason: sheet.reason.clone(),
            signed_by_key: sheet.signed_by_key.clone(),
            template: sheet.template.clone(),
            // What changed since is told by those who ask for the sheet.
            touched: None,
            classification: sheet.classification.word().to_owned(),
        }
    }
}

/// The numbers of a snapshot; none where it is not read along.
fn numbers(taken: &Taken) -> Vec<pb::FactSheetNumber> {
    let Ok(snapshot) = serde_json::from_slice::<Snapshot>(&taken.bytes) else { return Vec::new() };
    snapshot.figures().map(|(part, measure, figure)| as_number(&snapshot, part, measure, figure)).collect()
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
