//! A new fact sheet, written or made from an assessment.

use chassis::{Caller, Tx};
use cpas_proto::{
    assessment::v1::{Analysis, Assessment, Finding, Recommendation},
    reporting::v1 as pb,
    words::Classification,
};
use uuid::Uuid;

use super::take_snapshot::cited_classification;
use crate::{
    Config, Deps, Error,
    domain::{
        Invalid,
        block::{WrittenBlock, parse_blocks},
        draft::{AnalysisSeen, FindingSeen, RecommendationSeen, from_assessment},
        sheet::{Audience, FactSheet, SheetState},
        text::Text,
    },
    events,
    store::{model, records, series, sheets},
};

/// A fact sheet as somebody asks for it.
#[derive(Debug, Clone)]
pub struct NewSheet {
    pub title: Text,
    pub audience: Audience,
    pub assessment_id: Option<Uuid>,
    /// Empty: made from the assessment.
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
    let written = match (new.assessment_id, new.blocks.is_empty()) {
        (Some(assessment), true) => blocks_of(&mut tx, config, assessment, new.audience).await?,
        (Some(assessment), false) => {
            find_assessment(&mut tx, assessment).await?;
            new.blocks
        }
        (None, _) => new.blocks,
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

/// The blocks that an assessment's findings and analyses give.
async fn blocks_of(tx: &mut Tx, config: &Config, id: Uuid, audience: Audience) -> Result<Vec<WrittenBlock>, Error> {
    let assessment = find_assessment(tx, id).await?;
    let generation = model::read(tx).await?.generation;
    let with_areas = series::codes_with_areas(tx, generation).await?;
    let (mut analyses, mut findings, mut recommendations) = (Vec::new(), Vec::new(), Vec::new());
    for row in records::of_parent(tx, generation, "analysis", &assessment.id).await? {
        let of: Analysis = row.message()?;
        if of.area.is_empty() {
            analyses.push(AnalysisSeen {
                has_value: of.latest_value.is_some(),
                counts_persons: config.counts_persons(&of.unit),
                has_areas: with_areas.contains(&of.indicator_code),
                id: of.id,
                indicator_code: of.indicator_code,
                indicator_name: of.indicator_name.unwrap_or_default().into(),
                statement: of.statement.unwrap_or_default().into(),
                classification: row.classification(),
            });
        }
    }
    for row in records::of_parent(tx, generation, "finding", &assessment.id).await? {
        let of: Finding = row.message()?;
        let analyses =
            of.evidence.into_iter().filter(|evidence| evidence.kind == "analysis").map(|evidence| evidence.id);
        findings.push(FindingSeen {
            narrative: of.narrative.unwrap_or_default().into(),
            analyses: analyses.collect(),
            classification: row.classification(),
        });
    }
    for row in records::of_parent(tx, generation, "recommendation", &assessment.id).await? {
        let of: Recommendation = row.message()?;
        if matches!(of.state.as_str(), "accepted" | "partly" | "in_progress" | "implemented" | "verified") {
            let text = of.text.unwrap_or_default().into();
            recommendations.push(RecommendationSeen { text, classification: row.classification() });
        }
    }
    Ok(from_assessment(audience, &analyses, &findings, &recommendations))
}
