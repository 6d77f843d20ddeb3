//! Papers that are tables of indicators: by objective, by component, by line of the budget.

use super::{Item, Material, Measured, heading, paragraph, tables};
use crate::domain::{
    block::{WrittenBlock, WrittenQuery},
    text::Text,
};

/// What is collected at least every quarter.
const WITHIN_A_QUARTER: [&str; 3] = ["day", "month", "quarter"];
const COMPONENTS: [(&str, &str, &str); 4] = [
    ("civilian", "Civilian component", "Composante civile"),
    ("military", "Military component", "Composante militaire"),
    ("police", "Police component", "Composante police"),
    ("support", "Support component", "Composante appui"),
];

/// By objective a table for each outcome, with the indicators of its outputs.
pub(super) fn report(material: &Material) -> Vec<WrittenBlock> {
    let mut blocks = Vec::new();
    for objective in &material.objectives {
        blocks.push(heading(objective.named()));
        blocks.extend(tables(&objective.named(), &objective.indicators, &WrittenQuery::default()));
        for outcome in &objective.items {
            let all = outcome.all();
            let own = tables(&outcome.named(), all.iter().flat_map(|item| &item.indicators), &WrittenQuery::default());
            if own.is_empty() {
                blocks.push(unmeasured(outcome));
            }
            blocks.extend(own);
        }
    }
    blocks
}

/// By component what its outputs delivered in the quarter; what is collected less often stands apart.
pub(super) fn quarterly(material: &Material) -> Vec<WrittenBlock> {
    let outputs: Vec<&Item> =
        material.objectives.iter().flat_map(|objective| &objective.items).flat_map(|outcome| &outcome.items).collect();
    let mut blocks = Vec::new();
    for (component, en, fr) in COMPONENTS {
        let own: Vec<&Item> = outputs.iter().copied().filter(|output| output.component == component).collect();
        if own.is_empty() {
            continue;
        }
        blocks.push(heading(Text::of(en, fr)));
        let often = |one: &&Measured| WITHIN_A_QUARTER.contains(&one.frequency.as_str());
        let measured: Vec<&Measured> = own.iter().flat_map(|output| &output.indicators).collect();
        let quarter = WrittenQuery { period: material.quarter.clone(), ..Default::default() };
        let title = Text::of("Delivered in the quarter", "Réalisé pendant le trimestre");
        blocks.extend(tables(&title, measured.iter().copied().filter(often), &quarter));
        let title = Text::of("Collected less often: the latest", "Collecté moins souvent : le plus récent");
        blocks.extend(tables(&title, measured.iter().copied().filter(|one| !often(one)), &WrittenQuery::default()));
        blocks.extend(own.into_iter().filter(|output| output.indicators.is_empty()).map(unmeasured));
    }
    blocks
}

/// Each expected accomplishment with the indicators of the plan that serve its lines.
pub(super) fn budget(material: &Material) -> Vec<WrittenBlock> {
    let all: Vec<&Item> = material.objectives.iter().flat_map(Item::all).collect();
    let serving = |ids: &[String]| all.iter().copied().filter(|item| ids.contains(&item.id)).collect::<Vec<_>>();
    let mut blocks = Vec::new();
    for accomplishment in &material.accomplishments {
        blocks.push(heading(numbered(&accomplishment.code, &accomplishment.text)));
        for line in accomplishment.achievements.iter().chain(&accomplishment.outputs) {
            let title = numbered(&line.code, &line.text);
            let items = serving(&line.items);
            let own = tables(&title, items.iter().flat_map(|item| &item.indicators), &WrittenQuery::default());
            if own.is_empty() {
                let (en, fr) = match items.is_empty() {
                    true => ("nothing in the plan serves this line", "rien dans le plan ne sert cette ligne"),
                    false => (
                        "no indicator measures what serves this line",
                        "aucun indicateur ne mesure ce qui sert cette ligne",
                    ),
                };
                blocks.push(paragraph(said(&title, en, fr)));
            }
            blocks.extend(own);
        }
    }
    blocks
}

/// That nothing measures an item.
fn unmeasured(item: &Item) -> WrittenBlock {
    paragraph(said(&item.named(), "no indicator measures it", "aucun indicateur ne le mesure"))
}

fn numbered(code: &str, text: &Text) -> Text {
    let with_code = |words: &str| if words.is_empty() { String::new() } else { format!("{code} {words}") };
    Text::of(with_code(&text.en), with_code(&text.fr))
}

/// "1.2 Trust grows: no indicator measures it."
fn said(of: &Text, en: &str, fr: &str) -> Text {
    use cpas_proto::words::Language;
    Text::of(format!("{}: {en}.", of.within(Language::En)), format!("{}\u{a0}: {fr}.", of.within(Language::Fr)))
}
