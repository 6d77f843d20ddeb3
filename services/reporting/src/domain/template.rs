//! What a paper starts from: its blocks, made from the plan, its indicators and an assessment, so that nobody starts from
//! an empty page. Numbers are bound to their indicators; what is not there is said, not left out.
//!
//! A public paper starts only from what is unclassified.

mod annex;
mod assessed;
mod brief;

use cpas_proto::words::Classification;

use super::{
    block::{INDICATORS_MAX, WrittenBlock, WrittenQuery},
    draft::{AnalysisSeen, FindingSeen, RecommendationSeen, from_assessment, words},
    sheet::Audience,
    text::Text,
};

cpas_proto::vocabulary! {
    /// What kind of paper it is to be.
    pub enum Template as "a template" {
        FactSheet = "fact_sheet",
        /// An assessment, outcome by outcome.
        ImpactAssessment = "impact_assessment",
        /// The table of indicators in the annex to the Secretary-General's report.
        ReportAnnex = "report_annex",
        /// What was delivered in the quarter that ended last, by component.
        QuarterlyPerformance = "quarterly_performance",
        /// The budget's lines, with what the plan does for them.
        RbbPerformance = "rbb_performance",
        GenderPocBrief = "gender_poc_brief",
        /// One page.
        BriefingNote = "briefing_note",
    }
}

/// All that a paper can start from.
#[derive(Debug, Clone, Default)]
pub struct Material {
    /// Of the plan in force, in order.
    pub objectives: Vec<Item>,
    /// The budget's expected accomplishments, in order.
    pub accomplishments: Vec<Accomplishment>,
    pub analyses: Vec<AnalysisSeen>,
    pub findings: Vec<FindingSeen>,
    pub recommendations: Vec<RecommendationSeen>,
    /// The quarter that ended last, "2026-Q2".
    pub quarter: String,
}

/// An objective, outcome or output of the plan in force.
#[derive(Debug, Clone, Default)]
pub struct Item {
    pub id: String,
    pub lineage: String,
    pub number: String,
    pub statement: Text,
    pub component: String,
    /// It is about gender (marker 2 or 3).
    pub gender: bool,
    /// It is about the protection of civilians.
    pub poc: bool,
    pub indicators: Vec<Measured>,
    /// Outcomes of an objective, outputs of an outcome.
    pub items: Vec<Item>,
}

/// An indicator that measures an item.
#[derive(Debug, Clone)]
pub struct Measured {
    pub code: String,
    pub frequency: String,
    /// Its categories of the dimension "sex".
    pub sexes: Vec<String>,
    pub classification: Classification,
}

/// An expected accomplishment of the budget.
#[derive(Debug, Clone, Default)]
pub struct Accomplishment {
    pub code: String,
    pub text: Text,
    /// Its indicators of achievement, each with the plan's items that serve it.
    pub achievements: Vec<BudgetLine>,
    pub outputs: Vec<BudgetLine>,
}

/// A line under an expected accomplishment.
#[derive(Debug, Clone, Default)]
pub struct BudgetLine {
    pub code: String,
    pub text: Text,
    /// Ids of the items that serve it.
    pub items: Vec<String>,
}

impl Template {
    /// The blocks that a paper starts with.
    pub fn blocks(self, audience: Audience, material: &Material) -> Vec<WrittenBlock> {
        let material = &seen_by(audience, material);
        let blocks = match self {
            Self::FactSheet => {
                from_assessment(audience, &material.analyses, &material.findings, &material.recommendations)
            }
            Self::ImpactAssessment => assessed::impact(audience, material),
            Self::ReportAnnex => annex::report(material),
            Self::QuarterlyPerformance => annex::quarterly(material),
            Self::RbbPerformance => annex::budget(material),
            Self::GenderPocBrief => brief::gender_and_poc(material),
            Self::BriefingNote => brief::one_page(audience, material),
        };
        match blocks.is_empty() {
            true => self.nothing().map(paragraph).into_iter().collect(),
            false => blocks,
        }
    }

    /// Why there is nothing to start from; a fact sheet without an assessment starts empty.
    fn nothing(self) -> Option<Text> {
        let (en, fr) = match self {
            Self::FactSheet | Self::GenderPocBrief | Self::BriefingNote => return None,
            Self::ImpactAssessment => {
                ("The assessment has no findings yet.", "L’évaluation n’a pas encore de constats.")
            }
            Self::ReportAnnex => ("No plan is in force.", "Aucun plan n’est en vigueur."),
            Self::QuarterlyPerformance => {
                ("The plan in force has no outputs.", "Le plan en vigueur n’a pas de produits.")
            }
            Self::RbbPerformance => ("No line of the budget is recorded.", "Aucune ligne du budget n’est consignée."),
        };
        Some(Text::of(en, fr))
    }
}

/// What may be in a paper for this audience.
fn seen_by(audience: Audience, material: &Material) -> Material {
    let mut own = material.clone();
    if audience == Audience::Public {
        fn open(items: &mut [Item]) {
            for item in items {
                item.indicators.retain(|one| one.classification == Classification::Unclassified);
                open(&mut item.items);
            }
        }
        open(&mut own.objectives);
        own.analyses.retain(|one| one.classification == Classification::Unclassified);
        own.findings.retain(|one| one.classification == Classification::Unclassified);
        own.recommendations.retain(|one| one.classification == Classification::Unclassified);
    }
    own
}

impl Item {
    /// "1.2 Armed groups leave the mining belt".
    fn named(&self) -> Text {
        let with_number =
            |words: &str| if words.is_empty() { String::new() } else { format!("{} {words}", self.number) };
        Text::of(with_number(&self.statement.en), with_number(&self.statement.fr))
    }

    /// It and all below it.
    fn all(&self) -> Vec<&Item> {
        std::iter::once(self).chain(self.items.iter().flat_map(Item::all)).collect()
    }
}

/// Tables over these indicators, none longer than a table may be.
fn tables<'a>(
    title: &Text,
    measured: impl IntoIterator<Item = &'a Measured>,
    query: &WrittenQuery,
) -> Vec<WrittenBlock> {
    let mut codes: Vec<&String> = Vec::new();
    for one in measured {
        if !codes.contains(&&one.code) {
            codes.push(&one.code);
        }
    }
    let table = |part: &[&String]| {
        let (first, rest) = part.split_first()?;
        let also = rest.iter().map(|code| (*code).clone()).collect();
        let query = WrittenQuery { indicator_code: (*first).clone(), also, ..query.clone() };
        Some(WrittenBlock {
            kind: "indicators".to_owned(),
            text: title.clone(),
            query: Some(query),
            ..Default::default()
        })
    };
    codes.chunks(INDICATORS_MAX).filter_map(table).collect()
}

fn heading(text: Text) -> WrittenBlock {
    words("heading", text)
}

fn paragraph(text: Text) -> WrittenBlock {
    words("text", text)
}

#[cfg(test)]
mod tests;
