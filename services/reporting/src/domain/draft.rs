//! A first draft of a fact sheet from what an assessment found: a planner starts from something.

use std::collections::BTreeSet;

use cpas_proto::words::Classification;

use super::{
    block::{WrittenBlock, WrittenQuery},
    sheet::Audience,
    text::{PARAGRAPH_CHARS_MAX, Text},
};

/// Indicators that get a number and a chart.
const KEY_INDICATORS_MAX: usize = 4;
const FINDINGS_MAX: usize = 8;
const RECOMMENDATIONS_MAX: usize = 8;

/// What an assessment computed of one indicator.
#[derive(Debug, Clone)]
pub struct AnalysisSeen {
    pub id: String,
    pub indicator_code: String,
    pub indicator_name: Text,
    pub statement: Text,
    pub has_value: bool,
    /// True when its values count persons: what was computed of them may tell a small count.
    pub counts_persons: bool,
    /// True when the read model holds values by area.
    pub has_areas: bool,
    pub classification: Classification,
}

/// What an assessment found.
#[derive(Debug, Clone)]
pub struct FindingSeen {
    /// Lineage of the outcome.
    pub outcome: String,
    /// Which of the six questions it answers.
    pub question: String,
    /// How it rates the outcome's progress and the mission's performance, and how sure it is; may be empty.
    pub progress: String,
    pub performance: String,
    pub confidence: String,
    pub narrative: Text,
    /// Ids of the analyses that it rests on.
    pub analyses: Vec<String>,
    pub classification: Classification,
}

/// A recommendation that leadership took up.
#[derive(Debug, Clone)]
pub struct RecommendationSeen {
    pub text: Text,
    pub classification: Classification,
}

/// The blocks of a draft: key numbers, a chart for each, one map and table by area, the findings, and in
/// an internal sheet the recommendations that were taken up. A public sheet starts only from what is
/// unclassified, and leaves recommendations to the mission.
pub fn from_assessment(
    audience: Audience,
    analyses: &[AnalysisSeen],
    findings: &[FindingSeen],
    recommendations: &[RecommendationSeen],
) -> Vec<WrittenBlock> {
    let fits = |classification| audience == Audience::Internal || classification == Classification::Unclassified;
    let findings: Vec<&FindingSeen> = findings.iter().filter(|finding| fits(finding.classification)).collect();
    let own = analyses.iter().filter(|analysis| fits(analysis.classification));
    let key = key_indicators(own, &findings, KEY_INDICATORS_MAX);
    let mut blocks = Vec::new();
    if !key.is_empty() {
        blocks.push(words("heading", Text::of("Key numbers", "Chiffres clés")));
        for (place, analysis) in key.iter().enumerate() {
            blocks.push(WrittenBlock { id: format!("key-{}", place + 1), ..bound("number", analysis, "") });
        }
        blocks.push(words("heading", Text::of("How they developed", "Évolution")));
        for analysis in &key {
            blocks.push(bound("chart", analysis, ""));
            let tells_counts = audience == Audience::Public && analysis.counts_persons;
            if !analysis.statement.is_blank() && !tells_counts {
                blocks.push(words("text", shortened(&analysis.statement)));
            }
        }
    }
    if let Some(by_area) = key.iter().find(|analysis| analysis.has_areas) {
        blocks.push(words("heading", Text::of("By area", "Par zone")));
        blocks.push(bound("map", by_area, "*"));
        blocks.push(bound("table", by_area, "*"));
    }
    if !findings.is_empty() {
        blocks.push(words("heading", Text::of("What was found", "Constats")));
        let narratives = findings.iter().filter(|finding| !finding.narrative.is_blank());
        blocks.extend(narratives.take(FINDINGS_MAX).map(|finding| words("text", shortened(&finding.narrative))));
    }
    if audience == Audience::Internal && !recommendations.is_empty() {
        blocks.push(words("heading", Text::of("What follows from it", "Suites")));
        let texts = recommendations.iter().take(RECOMMENDATIONS_MAX);
        blocks.extend(texts.map(|recommendation| words("text", shortened(&recommendation.text))));
    }
    blocks
}

/// Those that findings rest on first, then the others that have a value; each indicator once, at most `most`.
pub(super) fn key_indicators<'a>(
    analyses: impl Iterator<Item = &'a AnalysisSeen>,
    findings: &[&FindingSeen],
    most: usize,
) -> Vec<&'a AnalysisSeen> {
    let cited = cited(findings);
    let mut all: Vec<&AnalysisSeen> = analyses.filter(|analysis| analysis.has_value).collect();
    all.sort_by_key(|analysis| (!cited.contains(analysis.id.as_str()), analysis.indicator_code.clone()));
    let mut taken = BTreeSet::new();
    all.retain(|analysis| taken.insert(analysis.indicator_code.clone()));
    all.truncate(most);
    all
}

/// The analyses that findings rest on.
pub(super) fn cited<'a>(findings: &[&'a FindingSeen]) -> BTreeSet<&'a str> {
    findings.iter().flat_map(|finding| finding.analyses.iter().map(String::as_str)).collect()
}

pub(super) fn words(kind: &str, text: Text) -> WrittenBlock {
    WrittenBlock { kind: kind.to_owned(), text, ..Default::default() }
}

pub(super) fn bound(kind: &str, analysis: &AnalysisSeen, area: &str) -> WrittenBlock {
    let query =
        WrittenQuery { indicator_code: analysis.indicator_code.clone(), area: area.to_owned(), ..Default::default() };
    WrittenBlock { query: Some(query), ..words(kind, analysis.indicator_name.clone()) }
}

/// A narrative may be longer than a paragraph of a sheet; what is cut is marked.
pub(super) fn shortened(text: &Text) -> Text {
    let cut = |words: &str| {
        if words.chars().count() <= PARAGRAPH_CHARS_MAX {
            return words.to_owned();
        }
        words.chars().take(PARAGRAPH_CHARS_MAX - 1).chain(['…']).collect()
    };
    // A brace mark in a narrative is words, not a number of this sheet.
    let plain = |words: String| words.replace("{number:", "(number:");
    Text { en: plain(cut(&text.en)), fr: plain(cut(&text.fr)) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::block::parse_blocks;

    pub(crate) fn finding(narrative: &str, classification: Classification) -> FindingSeen {
        FindingSeen {
            outcome: String::new(),
            question: "change".into(),
            progress: String::new(),
            performance: String::new(),
            confidence: String::new(),
            narrative: Text::of(narrative, ""),
            analyses: Vec::new(),
            classification,
        }
    }

    pub(crate) fn analysis(id: &str, code: &str, classification: Classification) -> AnalysisSeen {
        AnalysisSeen {
            id: id.into(),
            indicator_code: code.into(),
            indicator_name: Text::same(code),
            statement: Text::of("It fell.", ""),
            has_value: true,
            counts_persons: false,
            has_areas: code == "B",
            classification,
        }
    }

    #[test]
    fn a_draft_has_numbers_charts_a_map_a_table_and_the_findings() {
        let analyses =
            [analysis("1", "A", Classification::Unclassified), analysis("2", "B", Classification::Unclassified)];
        let finding = FindingSeen {
            analyses: vec!["2".into()],
            ..finding("Trust grew {number:x}.", Classification::Unclassified)
        };
        let blocks = from_assessment(Audience::Public, &analyses, &[finding], &[]);
        let kinds: Vec<&str> = blocks.iter().map(|block| block.kind.as_str()).collect();
        assert_eq!(
            kinds,
            [
                "heading", "number", "number", "heading", "chart", "text", "chart", "text", "heading", "map", "table",
                "heading", "text"
            ]
        );
        let first = blocks[1].query.as_ref().expect("a query");
        assert_eq!(first.indicator_code, "B", "what a finding rests on comes first");
        parse_blocks(blocks).expect("a draft obeys the rules of blocks");
    }

    #[test]
    fn a_public_draft_starts_only_from_what_is_unclassified() {
        let secret = analysis("1", "A", Classification::Confidential);
        let finding = finding("Secret.", Classification::Confidential);
        let recommendation =
            RecommendationSeen { text: Text::of("Do it.", ""), classification: Classification::Unclassified };
        let all = ([secret], [finding], [recommendation]);
        assert!(from_assessment(Audience::Public, &all.0, &all.1, &all.2).is_empty());
        assert_eq!(from_assessment(Audience::Internal, &all.0, &all.1, &all.2).len(), 9);
    }
}
