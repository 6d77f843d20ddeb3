//! Papers that start from the plan, the budget and an assessment instead of an empty page.

use chassis::{Code, Failure};
use cpas_proto::{
    common::v1::Text,
    planning::v1 as planning,
    reporting::v1 as pb,
    words::{Classification, Role},
};

use crate::world::{ASSESSMENT, FULL, World, fact, observations, render, target};

const TEMPLATES: [&str; 7] = [
    "fact_sheet",
    "impact_assessment",
    "report_annex",
    "quarterly_performance",
    "rbb_performance",
    "gender_poc_brief",
    "briefing_note",
];

async fn draft(world: &World, template: &str, audience: &str, assessment: &str) -> Result<pb::FactSheet, Failure> {
    let request = pb::DraftFactSheetRequest {
        title: Some(Text::of("Indicators", "Indicateurs")),
        audience: audience.to_owned(),
        assessment_id: assessment.to_owned(),
        blocks: vec![],
        template: template.to_owned(),
    };
    let drafted = world.as_role(Role::Coordinator).draft_fact_sheet(request).await;
    drafted.map(tonic::Response::into_inner).map_err(Failure::from)
}

fn table(sheet: &pb::FactSheet) -> &pb::Block {
    sheet.blocks.iter().find(|block| block.kind == "indicators").unwrap_or_else(|| panic!("{:?}", sheet.blocks))
}

fn codes(block: &pb::Block) -> Vec<&str> {
    let query = block.query.as_ref().expect("a query");
    std::iter::once(query.indicator_code.as_str())
        .chain(query.more_indicator_codes.iter().map(String::as_str))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_annex_has_baseline_target_and_value_of_each_indicator_in_every_format() {
    let world = World::full().await;
    world.tell("planning", target("OC-DEATHS", "2024-Q2", 50.0)).await;
    world.heard(FULL + 1).await;
    let draft = draft(&world, "report_annex", "internal", "").await.expect("a draft");
    assert_eq!(codes(table(&draft)), ["OC-DEATHS", "OC-TRUST"]);
    let id = table(&draft).id.clone();
    let cleared = world.clear(&draft).await.expect("cleared");
    let number = |code: &str| {
        let id = format!("{id}:{code}");
        cleared.numbers.iter().find(|number| number.id == id).cloned().unwrap_or_else(|| panic!("{id}"))
    };
    let deaths = number("OC-DEATHS");
    assert_eq!((deaths.value, deaths.target, deaths.period.as_str()), (Some(42.0), Some(50.0), "2024-Q2"));
    assert_eq!((deaths.baseline, deaths.baseline_period.as_str()), (Some(100.0), "2023-Q4"));
    assert_eq!(deaths.query.as_ref().map(|query| query.indicator_code.as_str()), Some("OC-DEATHS"));
    assert_eq!(number("OC-TRUST").target, None);

    let mut staff = world.as_role(Role::Coordinator);
    let page = render(&mut staff, &cleared.id, "html", "fr").await.expect("a page");
    let page = String::from_utf8(page).expect("UTF-8");
    for words in ["Référence", "Cible", "Indicateur OC-DEATHS<sup>", "100 persons", "50 persons", "T2 2024"] {
        assert!(page.replace('\u{a0}', " ").contains(words), "{words} in {page}");
    }
    let list = render(&mut staff, &cleared.id, "csv", "en").await.expect("a list");
    let list = String::from_utf8(list).expect("UTF-8");
    let row = list.lines().find(|line| line.starts_with(&format!("{id}:OC-DEATHS,"))).expect("a row");
    assert!(row.contains(",42,value,persons,50,100,2023-Q4,"), "{row}");
    for format in ["pdf", "docx", "xlsx"] {
        assert!(render(&mut staff, &cleared.id, format, "fr").await.expect("a document").len() > 1_000, "{format}");
    }

    let request = pb::ExplainNumberRequest { fact_sheet_id: cleared.id.clone(), number_id: deaths.id.clone() };
    let explained = staff.explain_number(request).await.expect("an explanation").into_inner();
    assert_eq!(explained.number, Some(deaths), "it opens down to what it rests on");

    world.tell("collection", observations(&["OC-DEATHS"], "corrected", 1)).await;
    let touched = async || {
        let request = pb::GetFactSheetRequest { id: cleared.id.clone() };
        world.as_role(Role::Coordinator).get_fact_sheet(request).await.expect("the sheet").into_inner().touched
    };
    chassis::testing::eventually("a correction touches it", || async { touched().await.is_some() }).await;
    assert_eq!(touched().await.expect("it").number_ids, [format!("{id}:OC-DEATHS")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_table_hides_a_small_count_and_the_baseline_that_is_one() {
    let world = World::full().await;
    let query = pb::NumberQuery {
        indicator_code: "OC-DEATHS".to_owned(),
        area: "CA01".to_owned(),
        more_indicator_codes: vec!["OC-TRUST".to_owned()],
        ..Default::default()
    };
    let block = pb::Block { kind: "indicators".to_owned(), query: Some(query), ..Default::default() };
    let public = world.clear(&world.draft("public", vec![block]).await.expect("a draft")).await.expect("cleared");
    let told: Vec<_> = public.numbers.iter().map(|one| (one.id.as_str(), one.kind.as_str(), one.value)).collect();
    assert_eq!(told, [("b1:OC-DEATHS", "suppressed", None), ("b1:OC-TRUST", "value", Some(1.0))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_template_makes_a_paper_that_can_be_cleared() {
    let world = World::full().await;
    let line = |id: &str, kind: &str, parent: &str, code: &str| planning::RbbLine {
        id: id.to_owned(),
        kind: kind.to_owned(),
        parent_id: parent.to_owned(),
        code: code.to_owned(),
        text: Some(Text::of(format!("Line {code}"), "")),
        period: "FY2024".to_owned(),
        version: 1,
        ..Default::default()
    };
    let lines = [
        line("ea", "expected_accomplishment", "", "1.1"),
        line("ia", "indicator_of_achievement", "ea", "1.1.1"),
        line("po", "planned_output", "ea", "1.1.2"),
        line("out", "planned_output", "ea", "1.1.3"),
    ];
    for one in lines {
        let id = one.id.clone();
        world.tell("planning", fact("rbb_line", "recorded", &id, planning::RbbLineRecorded { line: Some(one) })).await;
    }
    let link = planning::RbbLink { item_id: "oc1".to_owned(), line_id: "ia".to_owned(), linked: true };
    let set = planning::RbbLinkSet { plan_id: "plan-1".to_owned(), link: Some(link) };
    world.tell("planning", fact("rbb_link", "set", "ia", set)).await;
    let removed = planning::RbbLineRemoved { line_id: "out".to_owned() };
    world.tell("planning", fact("rbb_line", "removed", "out", removed)).await;
    world.heard(FULL + 6).await;

    for template in TEMPLATES {
        for audience in ["internal", "public"] {
            let draft = draft(&world, template, audience, &ASSESSMENT.to_string()).await.expect(template);
            assert!(!draft.blocks.is_empty(), "{template}");
            let cleared = world.clear(&draft).await.unwrap_or_else(|status| panic!("{template}: {status}"));
            let pdf = render(&mut world.as_role(Role::Coordinator), &cleared.id, "pdf", "fr").await.expect(template);
            assert!(pdf.starts_with(b"%PDF-"), "{template}");
        }
    }
    let budget = draft(&world, "rbb_performance", "internal", "").await.expect("a draft");
    let told: Vec<(&str, &str)> = budget
        .blocks
        .iter()
        .map(|block| (block.kind.as_str(), block.text.as_ref().map_or("", |text| text.en.as_str())))
        .collect();
    assert_eq!(
        told,
        [
            ("heading", "1.1 Line 1.1"),
            ("indicators", "1.1.1 Line 1.1.1"),
            ("text", "1.1.2 Line 1.1.2: nothing in the plan serves this line."),
        ],
        "a line that was removed is not there"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_names_its_field_and_a_public_paper_starts_without_what_is_classified() {
    let world = World::full().await;
    let field = |failure: Failure| (failure.code, failure.violations.first().map(|one| one.field.clone()));
    let is = |name: &str| (Code::Invalid, Some(name.to_owned()));
    assert_eq!(field(draft(&world, "poem", "internal", "").await.expect_err("no template")), is("template"));
    let unnamed = draft(&world, "impact_assessment", "internal", "").await.expect_err("no assessment");
    assert_eq!(field(unnamed), is("assessment_id"));
    let several = |codes: &[&str], kind: &str| {
        let (first, rest) = codes.split_first().expect("a code");
        let more_indicator_codes = rest.iter().map(|&code| code.to_owned()).collect();
        let query = pb::NumberQuery { indicator_code: (*first).to_owned(), more_indicator_codes, ..Default::default() };
        pb::Block { kind: kind.to_owned(), query: Some(query), ..Default::default() }
    };
    let many: Vec<String> = (0..31).map(|number| format!("OC-{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (block, named) in [
        (several(&["OC-DEATHS", "OC-DEATHS"], "indicators"), "blocks[0].query.more_indicator_codes[0]"),
        (several(&["OC-DEATHS", " "], "indicators"), "blocks[0].query.more_indicator_codes[0]"),
        (several(&many, "indicators"), "blocks[0].query.more_indicator_codes"),
        (several(&["OC-DEATHS", "OC-TRUST"], "number"), "blocks[0].query.more_indicator_codes"),
        (several(&["OC-DEATHS", "OC-NONE"], "indicators"), "blocks"),
    ] {
        let refused = world.draft("internal", vec![block]).await.expect_err(named);
        assert_eq!(field(Failure::from(refused)), is(named));
    }

    let secret = crate::world::indicator("OC-SECRET", "", "count", Classification::Confidential);
    world.tell("planning", secret).await;
    world.heard(FULL + 1).await;
    let codes_of = async |audience: &str| {
        let draft = draft(&world, "report_annex", audience, "").await.expect("a draft");
        codes(table(&draft)).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(codes_of("internal").await, ["OC-DEATHS", "OC-SECRET", "OC-TRUST"]);
    assert_eq!(codes_of("public").await, ["OC-DEATHS", "OC-TRUST"]);
    let request = pb::DraftFactSheetRequest {
        title: Some(Text::of("Indicators", "")),
        audience: "internal".to_owned(),
        template: "report_annex".to_owned(),
        ..Default::default()
    };
    let seen = world.uncleared(Role::Coordinator).draft_fact_sheet(request).await.expect("a draft").into_inner();
    assert_eq!(codes(table(&seen)), ["OC-DEATHS", "OC-TRUST"], "nobody's draft has what they may not see");
}
