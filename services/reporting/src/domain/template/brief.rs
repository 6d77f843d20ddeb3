//! Short papers: one page for leadership, and the brief on gender and the protection of civilians.

use std::collections::BTreeMap;

use super::{Item, Material, Measured, heading, paragraph, tables};
use crate::domain::{
    block::{WrittenBlock, WrittenQuery},
    draft::{from_assessment, shortened},
    sheet::Audience,
    text::Text,
};

const KEY_NUMBERS_MAX: usize = 3;
const POINTS_MAX: usize = 3;

/// Three numbers, three findings, and in an internal paper three recommendations.
pub(super) fn one_page(audience: Audience, material: &Material) -> Vec<WrittenBlock> {
    let whole = from_assessment(audience, &material.analyses, &material.findings, &[]);
    let mut blocks = vec![heading(Text::of("In short", "En bref"))];
    let findings = material.findings.iter().filter(|one| !one.narrative.is_blank()).take(POINTS_MAX);
    blocks.extend(findings.map(|one| paragraph(shortened(&one.narrative))));
    let numbers: Vec<WrittenBlock> =
        whole.into_iter().filter(|one| one.kind == "number").take(KEY_NUMBERS_MAX).collect();
    if numbers.is_empty() {
        let measured = material.objectives.iter().flat_map(Item::all).flat_map(|item| &item.indicators);
        let few: Vec<&Measured> = measured.take(KEY_NUMBERS_MAX).collect();
        blocks.extend(tables(&Text::of("Where the plan stands", "Où en est le plan"), few, &WrittenQuery::default()));
    } else {
        blocks.push(heading(Text::of("Key numbers", "Chiffres clés")));
        blocks.extend(numbers);
    }
    if audience == Audience::Internal && !material.recommendations.is_empty() {
        blocks.push(heading(Text::of("For decision", "À décider")));
        blocks.extend(material.recommendations.iter().take(POINTS_MAX).map(|one| paragraph(shortened(&one.text))));
    }
    blocks
}

/// What is known of women and men, and what the plan does for the protection of civilians; what is not disaggregated is
/// said.
pub(super) fn gender_and_poc(material: &Material) -> Vec<WrittenBlock> {
    let all: Vec<&Item> = material.objectives.iter().flat_map(Item::all).collect();
    let measured: Vec<&Measured> = all.iter().flat_map(|item| &item.indicators).collect();
    let mut by_sex: BTreeMap<&str, Vec<&Measured>> = BTreeMap::new();
    for one in &measured {
        for sex in &one.sexes {
            by_sex.entry(sex).or_default().push(one);
        }
    }
    let mut blocks = vec![heading(Text::of("Women and men", "Femmes et hommes"))];
    if by_sex.is_empty() {
        let said = Text::of("No indicator is disaggregated by sex.", "Aucun indicateur n’est ventilé par sexe.");
        blocks.push(paragraph(said));
    } else {
        let apart = measured.iter().filter(|one| !one.sexes.is_empty()).count();
        let said = Text::of(
            format!("{apart} of {} indicators are disaggregated by sex.", measured.len()),
            format!("{apart} des {} indicateurs sont ventilés par sexe.", measured.len()),
        );
        blocks.push(paragraph(said));
    }
    for (sex, own) in by_sex {
        let query = WrittenQuery { slice: format!("sex={sex}"), ..Default::default() };
        blocks.extend(tables(&Text::of(format!("sex = {sex}"), format!("sexe = {sex}")), own, &query));
    }
    let about = |title: Text, chosen: fn(&Item) -> bool| {
        let items: Vec<&Item> = all.iter().copied().filter(|item| chosen(item)).collect();
        let table = tables(&title, items.iter().flat_map(|item| &item.indicators), &WrittenQuery::default());
        match (items.is_empty(), table.is_empty()) {
            (true, _) => vec![],
            (false, true) => {
                let en = format!("{}: no indicator measures it.", title.en);
                vec![paragraph(Text::of(en, format!("{}\u{a0}: aucun indicateur ne le mesure.", title.fr)))]
            }
            _ => table,
        }
    };
    let title = Text::of("What the plan does for gender equality", "Ce que le plan fait pour l’égalité des sexes");
    blocks.extend(about(title, |item| item.gender));
    let answers =
        material.findings.iter().filter(|one| one.question == "gender_and_youth" && !one.narrative.is_blank());
    blocks.extend(answers.map(|one| paragraph(shortened(&one.narrative))));
    blocks.push(heading(Text::of("Protection of civilians", "Protection des civils")));
    let title = Text::of("What the plan does to protect civilians", "Ce que le plan fait pour protéger les civils");
    let own = about(title, |item| item.poc);
    if own.is_empty() {
        let said = "Nothing in the plan is marked as protection of civilians.";
        blocks.push(paragraph(Text::of(said, "Rien dans le plan n’est marqué comme protection des civils.")));
    }
    blocks.extend(own);
    blocks
}
