//! What a paper can start from: the plan in force with what measures it, the budget's lines, and an assessment.

use std::collections::{BTreeMap, BTreeSet};

use chassis::{Failure, Tx};
use cpas_proto::{
    assessment::v1::{Analysis, Assessment, Finding, Recommendation},
    planning::v1::{Indicator, Plan, PlanItem, RbbLine, RbbLink},
    words::Classification,
};

use crate::{
    Config, Error,
    domain::{
        draft::{AnalysisSeen, FindingSeen, RecommendationSeen},
        template::{Accomplishment, BudgetLine, Item, Material, Measured},
    },
    store::{
        model,
        records::{self, Row, WITHDRAWN},
        series,
    },
};

/// Gender markers of what is about gender: much, or entirely.
const ABOUT_GENDER: [&str; 2] = ["gender:2", "gender:3"];
const ABOUT_PROTECTION: &str = "poc";

/// All of it that the caller may see.
pub(super) async fn paper_material(
    tx: &mut Tx,
    config: &Config,
    assessment: Option<&Assessment>,
    quarter: String,
) -> Result<Material, Error> {
    let generation = model::read(tx).await?.generation;
    let home = records::of_home(tx, generation).await?;
    let mut material = Material {
        objectives: objectives(&home)?,
        accomplishments: budget(tx, generation).await?,
        quarter,
        ..Default::default()
    };
    if let Some(assessment) = assessment {
        assessed(tx, config, generation, &assessment.id, &mut material).await?;
    }
    Ok(material)
}

/// The objectives of the plan in force.
fn objectives(home: &[Row]) -> Result<Vec<Item>, Failure> {
    let mut plan = Plan::default();
    let mut measuring: BTreeMap<String, Vec<Measured>> = BTreeMap::new();
    for row in home {
        match row.kind.as_str() {
            // While one plan follows another, both may be in force here for a moment.
            "plan" => {
                let found: Plan = row.message()?;
                if found.number >= plan.number {
                    plan = found;
                }
            }
            "indicator" => {
                let of: Indicator = row.message()?;
                let sexes = of.disaggregations.into_iter().find(|one| one.dimension == "sex");
                measuring.entry(of.plan_item_lineage_id).or_default().push(Measured {
                    code: of.code,
                    frequency: of.frequency,
                    sexes: sexes.map(|one| one.categories).unwrap_or_default(),
                    classification: row.classification(),
                });
            }
            _ => {}
        }
    }
    Ok(below(&plan, "", &measuring))
}

/// The items under one, but activities, in their order.
fn below(plan: &Plan, parent: &str, measuring: &BTreeMap<String, Vec<Measured>>) -> Vec<Item> {
    let mut own: Vec<&PlanItem> =
        plan.items.iter().filter(|item| item.parent_id == parent && item.kind != "activity").collect();
    own.sort_by_key(|item| item.position);
    let item = |item: &PlanItem| {
        let mut indicators = measuring.get(&item.lineage_id).cloned().unwrap_or_default();
        indicators.sort_by(|one, other| one.code.cmp(&other.code));
        Item {
            id: item.id.clone(),
            lineage: item.lineage_id.clone(),
            number: item.number.clone(),
            statement: item.statement.clone().unwrap_or_default().into(),
            component: item.component.clone(),
            gender: item.markers.iter().any(|marker| ABOUT_GENDER.contains(&marker.as_str())),
            poc: item.markers.iter().any(|marker| marker == ABOUT_PROTECTION),
            indicators,
            items: below(plan, &item.id, measuring),
        }
    };
    own.into_iter().map(item).collect()
}

/// The budget's lines of its latest year, with the items that serve each.
async fn budget(tx: &mut Tx, generation: i32) -> Result<Vec<Accomplishment>, Error> {
    let mut lines: Vec<RbbLine> = Vec::new();
    for row in records::of_kind(tx, generation, "rbb_line").await? {
        if row.state != WITHDRAWN {
            lines.push(row.message()?);
        }
    }
    let mut serving: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in records::of_kind(tx, generation, "rbb_link").await? {
        let link: RbbLink = row.message()?;
        if link.linked {
            serving.entry(link.line_id).or_default().push(link.item_id);
        }
    }
    let latest = lines.iter().filter(|line| line.parent_id.is_empty()).map(|line| line.period.clone()).max();
    let of = |line: &RbbLine| BudgetLine {
        code: line.code.clone(),
        text: line.text.clone().unwrap_or_default().into(),
        items: serving.get(&line.id).cloned().unwrap_or_default(),
    };
    let under = |line: &RbbLine, kind: &str| {
        let own = lines.iter().filter(|one| one.parent_id == line.id && one.kind == kind);
        own.map(of).collect::<Vec<_>>()
    };
    let tops = lines.iter().filter(|line| line.parent_id.is_empty() && Some(&line.period) == latest.as_ref());
    let accomplishment = |line: &RbbLine| Accomplishment {
        code: line.code.clone(),
        text: line.text.clone().unwrap_or_default().into(),
        achievements: under(line, "indicator_of_achievement"),
        outputs: under(line, "planned_output"),
    };
    Ok(tops.map(accomplishment).collect())
}

/// What an assessment found, computed and recommended.
async fn assessed(
    tx: &mut Tx,
    config: &Config,
    generation: i32,
    assessment: &str,
    material: &mut Material,
) -> Result<(), Error> {
    let mut analyses: Vec<(Analysis, Classification)> = Vec::new();
    for row in records::of_parent(tx, generation, "analysis", assessment).await? {
        let of: Analysis = row.message()?;
        if of.area.is_empty() {
            analyses.push((of, row.classification()));
        }
    }
    let codes: Vec<String> = analyses.iter().map(|(of, _)| of.indicator_code.clone()).collect();
    let with_areas: BTreeSet<String> = series::codes_with_areas(tx, generation, &codes).await?.into_iter().collect();
    let seen = analyses.into_iter().map(|(of, classification)| AnalysisSeen {
        has_value: of.latest_value.is_some(),
        counts_persons: config.counts_persons(&of.unit),
        has_areas: with_areas.contains(&of.indicator_code),
        id: of.id,
        indicator_code: of.indicator_code,
        indicator_name: of.indicator_name.unwrap_or_default().into(),
        statement: of.statement.unwrap_or_default().into(),
        classification,
    });
    material.analyses.extend(seen);
    for row in records::of_parent(tx, generation, "finding", assessment).await? {
        let of: Finding = row.message()?;
        let analyses = of.evidence.into_iter().filter(|evidence| evidence.kind == "analysis");
        material.findings.push(FindingSeen {
            outcome: of.outcome_lineage_id,
            question: of.question,
            progress: of.progress_rating,
            performance: of.performance_rating,
            confidence: of.confidence,
            narrative: of.narrative.unwrap_or_default().into(),
            analyses: analyses.map(|evidence| evidence.id).collect(),
            classification: row.classification(),
        });
    }
    for row in records::of_parent(tx, generation, "recommendation", assessment).await? {
        let of: Recommendation = row.message()?;
        if matches!(of.state.as_str(), "accepted" | "partly" | "in_progress" | "implemented" | "verified") {
            let text = of.text.unwrap_or_default().into();
            material.recommendations.push(RecommendationSeen { text, classification: row.classification() });
        }
    }
    Ok(())
}
