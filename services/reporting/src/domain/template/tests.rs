use super::*;
use crate::domain::{
    block::{BlockKind, parse_blocks},
    draft::tests::{analysis, finding},
};

fn measured(code: &str, frequency: &str, sexes: &[&str], classification: Classification) -> Measured {
    Measured {
        code: code.into(),
        frequency: frequency.into(),
        sexes: sexes.iter().map(|&sex| sex.into()).collect(),
        classification,
    }
}

fn item(number: &str, indicators: Vec<Measured>, items: Vec<Item>) -> Item {
    Item {
        id: format!("id-{number}"),
        lineage: format!("of-{number}"),
        number: number.into(),
        statement: Text::of(format!("Change {number}"), format!("Changement {number}")),
        indicators,
        items,
        ..Default::default()
    }
}

/// One objective with two outcomes; the second is measured by nothing.
fn material() -> Material {
    let open = Classification::Unclassified;
    let output = Item {
        component: "police".into(),
        poc: true,
        ..item(
            "1.1.1",
            vec![
                measured("OP-PATROLS", "month", &[], open),
                measured("OP-TRAINED", "year", &["f", "m"], open),
                measured("OP-SOURCES", "month", &[], Classification::Confidential),
            ],
            vec![],
        )
    };
    let outcome =
        Item { gender: true, ..item("1.1", vec![measured("OC-TRUST", "half_year", &[], open)], vec![output]) };
    let objective = item("1", vec![], vec![outcome, item("1.2", vec![], vec![])]);
    let line = |code: &str, items: &[&str]| BudgetLine {
        code: code.into(),
        text: Text::of(format!("Line {code}"), ""),
        items: items.iter().map(|&id| id.into()).collect(),
    };
    Material {
        objectives: vec![objective],
        accomplishments: vec![Accomplishment {
            code: "1.1".into(),
            text: Text::of("Civilians are safer", "Les civils sont plus en sécurité"),
            achievements: vec![line("1.1.1", &["id-1.1"]), line("1.1.2", &["id-1.2"])],
            outputs: vec![line("1.1.3", &[])],
        }],
        quarter: "2026-Q3".into(),
        ..Default::default()
    }
}

/// Kind, the English words, and the indicators of each block.
fn told(blocks: &[WrittenBlock]) -> Vec<(String, String, Vec<String>)> {
    let codes = |query: &WrittenQuery| std::iter::once(&query.indicator_code).chain(&query.also).cloned().collect();
    let one = |block: &WrittenBlock| {
        (block.kind.clone(), block.text.en.clone(), block.query.as_ref().map(codes).unwrap_or_default())
    };
    blocks.iter().map(one).collect()
}

fn is(kind: &str, words: &str, codes: &[&str]) -> (String, String, Vec<String>) {
    (kind.into(), words.into(), codes.iter().map(|&code| code.into()).collect())
}

#[test]
fn the_annex_has_a_table_for_each_outcome_and_says_what_nothing_measures() {
    let blocks = Template::ReportAnnex.blocks(Audience::Public, &material());
    assert_eq!(
        told(&blocks),
        [
            is("heading", "1 Change 1", &[]),
            is("indicators", "1.1 Change 1.1", &["OC-TRUST", "OP-PATROLS", "OP-TRAINED"]),
            is("text", "1.2 Change 1.2: no indicator measures it.", &[]),
        ],
        "a public paper starts without what is classified"
    );
    let internal = Template::ReportAnnex.blocks(Audience::Internal, &material());
    assert_eq!(told(&internal)[1].2, ["OC-TRUST", "OP-PATROLS", "OP-TRAINED", "OP-SOURCES"]);
    assert_eq!(blocks[2].text.fr, "1.2 Changement 1.2\u{a0}: aucun indicateur ne le mesure.");
}

#[test]
fn a_quarter_is_told_by_component_and_what_is_collected_less_often_stands_apart() {
    let blocks = Template::QuarterlyPerformance.blocks(Audience::Internal, &material());
    assert_eq!(
        told(&blocks),
        [
            is("heading", "Police component", &[]),
            is("indicators", "Delivered in the quarter", &["OP-PATROLS", "OP-SOURCES"]),
            is("indicators", "Collected less often: the latest", &["OP-TRAINED"]),
        ]
    );
    let period = |place: usize| blocks[place].query.as_ref().map(|query| query.period.clone());
    assert_eq!((period(1).as_deref(), period(2).as_deref()), (Some("2026-Q3"), Some("")));
}

#[test]
fn the_budget_says_what_serves_each_of_its_lines() {
    assert_eq!(
        told(&Template::RbbPerformance.blocks(Audience::Public, &material())),
        [
            is("heading", "1.1 Civilians are safer", &[]),
            is("indicators", "1.1.1 Line 1.1.1", &["OC-TRUST"]),
            is("text", "1.1.2 Line 1.1.2: no indicator measures what serves this line.", &[]),
            is("text", "1.1.3 Line 1.1.3: nothing in the plan serves this line.", &[]),
        ]
    );
}

#[test]
fn the_brief_on_gender_counts_what_is_disaggregated_and_asks_for_women_and_men() {
    let blocks = Template::GenderPocBrief.blocks(Audience::Public, &material());
    assert_eq!(
        told(&blocks),
        [
            is("heading", "Women and men", &[]),
            is("text", "1 of 3 indicators are disaggregated by sex.", &[]),
            is("indicators", "sex = f", &["OP-TRAINED"]),
            is("indicators", "sex = m", &["OP-TRAINED"]),
            is("indicators", "What the plan does for gender equality", &["OC-TRUST"]),
            is("heading", "Protection of civilians", &[]),
            is("indicators", "What the plan does to protect civilians", &["OP-PATROLS", "OP-TRAINED"]),
        ]
    );
    assert_eq!(blocks[2].query.as_ref().map(|query| query.slice.as_str()), Some("sex=f"));
    for (template, says) in [
        (Template::ReportAnnex, "No plan is in force."),
        (Template::QuarterlyPerformance, "The plan in force has no outputs."),
        (Template::RbbPerformance, "No line of the budget is recorded."),
        (Template::ImpactAssessment, "The assessment has no findings yet."),
    ] {
        assert_eq!(told(&template.blocks(Audience::Internal, &Material::default())), [is("text", says, &[])]);
    }
    assert!(Template::FactSheet.blocks(Audience::Public, &Material::default()).is_empty(), "it starts empty");
    let nothing = told(&Template::GenderPocBrief.blocks(Audience::Public, &Material::default()));
    assert_eq!(nothing[1].1, "No indicator is disaggregated by sex.");
    assert_eq!(nothing[3].1, "Nothing in the plan is marked as protection of civilians.");
}

#[test]
fn an_assessment_is_told_outcome_by_outcome_with_ratings_numbers_and_answers() {
    let open = Classification::Unclassified;
    let rated = FindingSeen {
        outcome: "of-1.1".into(),
        progress: "on_track".into(),
        confidence: "medium".into(),
        analyses: vec!["a1".into()],
        ..finding("Trust grew.", open)
    };
    let answered = FindingSeen {
        outcome: "of-1.1".into(),
        question: "gender_and_youth".into(),
        ..finding("Women trust less.", open)
    };
    let of_an_older_plan = FindingSeen { outcome: "gone".into(), ..finding("Roads opened.", open) };
    let secret = FindingSeen { outcome: "of-1.1".into(), ..finding("A source said so.", Classification::Confidential) };
    let material = Material {
        analyses: vec![analysis("a1", "OC-TRUST", open)],
        findings: vec![rated, answered, of_an_older_plan, secret],
        recommendations: vec![RecommendationSeen {
            text: Text::of("Patrol on market days.", ""),
            classification: open,
        }],
        ..material()
    };
    let blocks = Template::ImpactAssessment.blocks(Audience::Public, &material);
    assert_eq!(
        told(&blocks),
        [
            is("heading", "1.1 Change 1.1", &[]),
            is("text", "Progress: on track. Confidence: medium.", &[]),
            is("number", "OC-TRUST", &["OC-TRUST"]),
            is("chart", "OC-TRUST", &["OC-TRUST"]),
            is("text", "It fell.", &[]),
            is("text", "What changed. Trust grew.", &[]),
            is("text", "What differs for women, girls and youth. Women trust less.", &[]),
            is("heading", "Other findings", &[]),
            is("text", "What changed. Roads opened.", &[]),
        ]
    );
    let internal = told(&Template::ImpactAssessment.blocks(Audience::Internal, &material));
    assert!(internal.contains(&is("text", "What changed. A source said so.", &[])));
    assert_eq!(internal.last(), Some(&is("text", "Patrol on market days.", &[])));
    let note = told(&Template::BriefingNote.blocks(Audience::Internal, &material));
    assert_eq!(note.iter().filter(|(kind, ..)| kind == "number").count(), 1);
    assert!(note.len() <= 12, "a page: {note:?}");
}

#[test]
fn every_template_obeys_the_rules_of_blocks() {
    let many: Vec<Measured> = (0..INDICATORS_MAX + 5)
        .map(|number| measured(&format!("OC-{number:03}"), "month", &["f"], Classification::Unclassified))
        .collect();
    let crowded = Material { objectives: vec![item("1", many, vec![])], ..material() };
    for template in Template::ALL {
        for material in [&material(), &crowded, &Material::default()] {
            for audience in [Audience::Public, Audience::Internal] {
                let blocks = template.blocks(audience, material);
                let parsed = parse_blocks(blocks.clone()).unwrap_or_else(|error| panic!("{template}: {error}"));
                let over_several = parsed.iter().filter(|block| block.kind == BlockKind::Indicators);
                assert!(
                    over_several.flat_map(|block| &block.query).all(|query| query.codes().count() <= INDICATORS_MAX)
                );
                let both = |block: &WrittenBlock| block.text.en.is_empty() == block.text.fr.is_empty();
                let written_by_us = blocks.iter().filter(|block| block.kind == "heading");
                assert!(written_by_us.clone().all(both), "{template}: {blocks:?}");
            }
        }
    }
    let annex = Template::ReportAnnex.blocks(Audience::Public, &crowded);
    assert_eq!(
        annex.iter().filter(|block| block.kind == "indicators").count(),
        2,
        "a long table goes on in a second one"
    );
}
