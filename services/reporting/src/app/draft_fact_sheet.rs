//! A new paper, written or made from a template.

use chassis::{Caller, Tx};
use chrono::NaiveDate;
use cpas_proto::{
    assessment::v1::Assessment,
    reporting::v1 as pb,
    words::{Classification, Frequency, Period},
};
use uuid::Uuid;

use super::{paper_material::paper_material, take_snapshot::cited_classification};
use crate::{
    Config, Deps, Error,
    domain::{
        Invalid,
        block::{BLOCKS_MAX, WrittenBlock, parse_blocks},
        sheet::{Audience, FactSheet, SheetState},
        template::Template,
        text::Text,
    },
    events,
    store::{model, records, sheets},
};

/// A fact sheet as somebody asks for it.
#[derive(Debug, Clone)]
pub struct NewSheet {
    pub title: Text,
    pub audience: Audience,
    pub assessment_id: Option<Uuid>,
    /// What it starts from.
    pub template: Template,
    /// Empty: made from the template.
    pub blocks: Vec<WrittenBlock>,
}

/// Drafts it. What it cites is checked against its audience now, and again when it is cleared.
pub async fn draft_fact_sheet(
    deps: &Deps,
    config: &Config,
    caller: &Caller,
    new: NewSheet,
) -> Result<pb::FactSheet, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let assessment = match new.assessment_id {
        Some(id) => Some(find_assessment(&mut tx, id).await?),
        None => None,
    };
    if new.template == Template::ImpactAssessment && assessment.is_none() {
        return Err(Invalid::new("assessment_id", "is empty; this paper is made from an assessment").into());
    }
    let written = match new.blocks.is_empty() {
        true => {
            let fiscal_start_month = caller.mission()?.fiscal_year_start_month;
            let quarter = last_quarter(deps.clock.today(), fiscal_start_month);
            let material = paper_material(&mut tx, config, assessment.as_ref(), quarter).await?;
            let mut blocks = new.template.blocks(new.audience, &material);
            blocks.truncate(BLOCKS_MAX);
            blocks
        }
        false => new.blocks,
    };
    let blocks = parse_blocks(written)?;
    let now = deps.clock.now();
    let sheet = FactSheet {
        id: chassis::new_id(now),
        version: 1,
        title: new.title,
        audience: new.audience,
        state: SheetState::Draft,
        assessment_id: new.assessment_id,
        blocks,
        classification: Classification::Unclassified,
        recorded_at: now,
        recorded_by: caller.name.clone(),
        snapshot: None,
        cleared_by: String::new(),
        published_by: String::new(),
        published_at: None,
        signed_by_key: String::new(),
        reason: String::new(),
        template: new.template.word().to_owned(),
    };
    let classification = cited_classification(&mut tx, &sheet).await?;
    let sheet = FactSheet { classification, ..sheet };
    let mission = tx.mission();
    sheets::insert(&mut tx, mission, &sheet).await?;
    let told = pb::FactSheet::from(&sheet);
    tx.publish(events::fact_sheet_recorded(told.clone(), classification)).await?;
    Ok(tx.finish(told).await?)
}

async fn find_assessment(tx: &mut Tx, id: Uuid) -> Result<Assessment, Error> {
    let generation = model::read(tx).await?.generation;
    let row = records::find(tx, generation, "assessment", &id.to_string()).await?;
    let missing = || Invalid::new("assessment_id", "is of no assessment that you can see");
    Ok(row.ok_or_else(missing)?.message()?)
}

/// The quarter that ended last.
fn last_quarter(today: NaiveDate, fiscal_start_month: u32) -> String {
    let mut quarter = Period::containing(today, Frequency::Quarter, fiscal_start_month);
    let first = quarter.first_day(fiscal_start_month);
    if let Some(day) = first.pred_opt() {
        quarter = Period::containing(day, Frequency::Quarter, fiscal_start_month);
    }
    quarter.to_string()
}
