//! An assessment as a paper, outcome by outcome.

use std::collections::BTreeSet;

use super::{Item, Material, heading, paragraph};
use crate::domain::{
    block::WrittenBlock,
    draft::{AnalysisSeen, FindingSeen, bound, cited, key_indicators, shortened},
    sheet::Audience,
    text::Text,
    wording::RATINGS,
};

/// Indicators of an outcome that get a number and a chart.
const KEY_INDICATORS_MAX: usize = 2;

/// The six questions, with what they are called in a paper.
const QUESTIONS: [(&str, &str, &str); 6] = [
    ("change", "What changed", "Ce qui a changé"),
    ("delivery", "What was delivered", "Ce qui a été réalisé"),
    ("link", "How the two go together", "Le lien entre les deux"),
    ("alternatives", "What else may explain it", "Autres explications possibles"),
    (
        "gender_and_youth",
        "What differs for women, girls and youth",
        "Ce qui diffère pour les femmes, les filles et les jeunes",
    ),
    ("next", "What to continue, stop or change", "Ce qu’il faut poursuivre, arrêter ou changer"),
];

/// Each outcome of the plan that was assessed: its ratings, its key indicators, and the findings by question; in an
/// internal paper what was recommended.
pub(super) fn impact(audience: Audience, material: &Material) -> Vec<WrittenBlock> {
    let mut blocks = Vec::new();
    let mut named = BTreeSet::new();
    for outcome in material.objectives.iter().flat_map(|objective| &objective.items) {
        let own: Vec<&FindingSeen> = material.findings.iter().filter(|one| one.outcome == outcome.lineage).collect();
        if own.is_empty() {
            continue;
        }
        named.insert(outcome.lineage.as_str());
        blocks.push(heading(outcome.named()));
        blocks.extend(ratings(&own));
        blocks.extend(key_blocks(audience, outcome, &own, &material.analyses));
        blocks.extend(by_question(&own));
    }
    // Of an outcome that the plan in force has no more.
    let others: Vec<&FindingSeen> =
        material.findings.iter().filter(|one| !named.contains(one.outcome.as_str())).collect();
    if !others.is_empty() {
        blocks.push(heading(Text::of("Other findings", "Autres constats")));
        blocks.extend(by_question(&others));
    }
    if audience == Audience::Internal && !material.recommendations.is_empty() {
        blocks.push(heading(Text::of("Recommendations", "Recommandations")));
        blocks.extend(material.recommendations.iter().map(|one| paragraph(shortened(&one.text))));
    }
    blocks
}

/// "Progress: on track. Performance: adequate. Confidence: medium."
fn ratings(findings: &[&FindingSeen]) -> Option<WrittenBlock> {
    let first = |read: fn(&FindingSeen) -> &String| findings.iter().map(|one| read(one)).find(|word| !word.is_empty());
    let rated = [
        ("Progress", "Progrès", first(|one| &one.progress)),
        ("Performance", "Performance", first(|one| &one.performance)),
        ("Confidence", "Confiance", first(|one| &one.confidence)),
    ];
    let said = rated.into_iter().filter_map(|(en, fr, word)| {
        let word = word?;
        let (_, own_en, own_fr) = RATINGS.iter().find(|(code, ..)| code == word)?;
        Some((format!("{en}: {own_en}."), format!("{fr}\u{a0}: {own_fr}.")))
    });
    let (en, fr): (Vec<String>, Vec<String>) = said.unzip();
    (!en.is_empty()).then(|| paragraph(Text::of(en.join(" "), fr.join(" "))))
}

/// Those that the findings rest on first, then the others of the outcome: a number, a chart, and what the analysis says.
fn key_blocks(
    audience: Audience,
    outcome: &Item,
    findings: &[&FindingSeen],
    analyses: &[AnalysisSeen],
) -> Vec<WrittenBlock> {
    let cited = cited(findings);
    let of_outcome = |one: &&AnalysisSeen| {
        cited.contains(one.id.as_str()) || outcome.indicators.iter().any(|own| own.code == one.indicator_code)
    };
    let own = key_indicators(analyses.iter().filter(of_outcome), findings, KEY_INDICATORS_MAX);
    let mut blocks = Vec::new();
    for analysis in own {
        blocks.extend(["number", "chart"].map(|kind| bound(kind, analysis, "")));
        // A sentence may tell a count that a public paper hides.
        let tells_counts = audience == Audience::Public && analysis.counts_persons;
        if !analysis.statement.is_blank() && !tells_counts {
            blocks.push(paragraph(shortened(&analysis.statement)));
        }
    }
    blocks
}

fn by_question(findings: &[&FindingSeen]) -> Vec<WrittenBlock> {
    let mut blocks = Vec::new();
    for (question, en, fr) in QUESTIONS {
        for finding in findings.iter().filter(|one| one.question == question && !one.narrative.is_blank()) {
            let lead =
                |title: &str, words: &str| if words.is_empty() { String::new() } else { format!("{title}. {words}") };
            let text = Text::of(lead(en, &finding.narrative.en), lead(fr, &finding.narrative.fr));
            blocks.push(paragraph(shortened(&text)));
        }
    }
    let unasked = findings.iter().filter(|one| QUESTIONS.iter().all(|(question, ..)| one.question != *question));
    blocks.extend(unasked.filter(|one| !one.narrative.is_blank()).map(|one| paragraph(shortened(&one.narrative))));
    blocks
}
