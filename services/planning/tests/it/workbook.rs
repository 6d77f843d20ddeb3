//! The framework as a workbook: out, edited, previewed, in.

use chassis::{Code, Failure, Grant};
use cpas_proto::{planning::v1 as pb, words::Role};
use uuid::Uuid;

use crate::{
    book::Book,
    world::{Person, World, answer, deaths, en, objective, outcome, output, refusal},
};

impl Person {
    pub async fn workbook(&self, plan: &pb::Plan, language: &str) -> Vec<u8> {
        let request = pb::RenderWorkbookRequest { plan_id: plan.id.clone(), language: language.to_owned() };
        let mut pieces = self.client().render_workbook(request).await.expect("a file").into_inner();
        pieces.message().await.expect("a piece").expect("the first").data
    }

    pub async fn preview(&self, plan: &pb::Plan, workbook: Vec<u8>) -> Result<pb::WorkbookPreview, Failure> {
        self.preview_as(pb::WorkbookRequest { plan_id: plan.id.clone(), workbook, ..Default::default() }).await
    }

    pub async fn preview_as(&self, request: pb::WorkbookRequest) -> Result<pb::WorkbookPreview, Failure> {
        answer(self.client().preview_workbook(request).await)
    }

    pub async fn apply(
        &self,
        request: pb::WorkbookRequest,
        preview: &pb::WorkbookPreview,
    ) -> Result<pb::WorkbookPreview, Failure> {
        let request = pb::WorkbookRequest { version: preview.version, digest: preview.digest.clone(), ..request };
        answer(self.client().apply_workbook(request).await)
    }
}

/// An objective, an outcome and two outputs; an indicator of the outcome with a target; a link across.
async fn stage(world: &World) -> (Person, pb::Plan) {
    let stakeholder = world.known_stakeholder().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("an outcome");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("another outcome");
    let plan = planner.add(&plan, output(&plan.items[1].id)).await.expect("an output");
    let (own, other) = (plan.items[2].id.clone(), plan.items[3].id.clone());
    let plan = planner.link(&plan, &own, &other).await.expect("a link");
    let measured = pb::Indicator {
        level: "outcome".to_owned(),
        plan_item_lineage_id: plan.items[1].lineage_id.clone(),
        owner_section: "JMAC".to_owned(),
        ..deaths("OC-1")
    };
    let indicator = planner.draft_indicator(measured).await.expect("an indicator");
    let target =
        pb::Target { indicator_id: indicator.id, period: "2090".to_owned(), value: Some(10.5), ..Default::default() };
    planner.set_target(target).await.expect("a target");
    (planner, plan)
}

fn told(preview: &pb::WorkbookPreview) -> Vec<String> {
    let one = |change: &pb::WorkbookChange| format!("{} {} {}", change.change, change.what, change.cell);
    preview.changes.iter().map(one).collect()
}

fn cells(preview: &pb::WorkbookPreview) -> Vec<&str> {
    preview.problems.iter().map(|problem| problem.cell.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_that_nobody_edited_changes_nothing() {
    let world = World::start().await;
    let (planner, plan) = stage(&world).await;
    for language in ["en", "fr"] {
        let given = planner.workbook(&plan, language).await;
        for workbook in [given.clone(), Book::read(&given).bytes()] {
            let preview = planner.preview(&plan, workbook).await.expect("a preview");
            assert_eq!((told(&preview), cells(&preview)), (vec![], vec![]), "{language}");
            assert_eq!(preview.unchanged, 7);
            assert!(preview.reading.is_none(), "it is ours");
        }
    }
    let reader = world.person(Role::FocalPoint).workbook(&plan, "en").await;
    assert!(reader.starts_with(b"PK"), "whoever works with the plan may take it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_previewed_is_applied_or_nothing_is() {
    let world = World::start().await;
    let (planner, plan) = stage(&world).await;
    let mut book = Book::read(&planner.workbook(&plan, "en").await);
    // Rows: 2 objective, 3 outcome, 4 its output, 5 the other outcome.
    book.set("Tree", 3, "Statement (English)", "Commanders keep away");
    book.set("Tree", 5, "Statement (French)", "Les tribunaux jugent");
    book.insert("Tree", 5);
    for (heading, text) in [
        ("No.", "NEW1"),
        ("Level", "Output"),
        ("Statement (English)", "=cmd|' /C calc'!A0"),
        ("Lead section", "UNPOL"),
        ("Component", "Police"),
        ("Markers", "gender:2; poc"),
        ("Start", "31/12/2026"),
    ] {
        book.set("Tree", 5, heading, text);
    }
    for (heading, text) in
        [("Output (No.)", "NEW1"), ("Outcome (No.)", "1.2"), ("Strength", "Strong"), ("Lag (months)", "4")]
    {
        book.set("Links", 3, heading, text);
    }
    for (heading, text) in [
        ("Code", "OP-1"),
        ("Name (English)", "Patrols"),
        ("Measures (No.)", "NEW1"),
        ("Level", "Output"),
        ("Type", "Count"),
        ("Direction", "Higher is better"),
        ("Frequency", "Month"),
        ("Baseline", "1 200"),
        ("Baseline period", "2025"),
        ("Breakdowns", "sex: f, m"),
    ] {
        book.set("Indicators", 3, heading, text);
    }
    book.set("Targets", 2, "Target", "11,5");
    for (heading, text) in [("Indicator (code)", "OP-1"), ("Period", "2091"), ("Target", "1500")] {
        book.set("Targets", 3, heading, text);
    }
    let request = pb::WorkbookRequest { plan_id: plan.id.clone(), workbook: book.bytes(), ..Default::default() };
    let preview = planner.preview_as(request.clone()).await.expect("a preview");
    assert_eq!(cells(&preview), Vec::<&str>::new(), "{:?}", preview.problems);
    assert_eq!(
        told(&preview),
        [
            "changed item Tree!D3",
            "added item Tree!A5",
            "changed item Tree!E6",
            "added link Links!A3",
            "added indicator Indicators!A3",
            "changed target Targets!E2",
            "added target Targets!A3",
        ]
    );
    assert_eq!((preview.added, preview.changed, preview.unchanged, preview.applied), (4, 3, 4, false));
    let field = &preview.changes[5].fields[0];
    assert_eq!((field.before.as_str(), field.after.as_str(), field.cell.as_str()), ("10.5", "11.5", "Targets!E2"));
    assert_eq!(planner.get(&plan.id).await.expect("the plan").version, plan.version, "a preview changes nothing");
    let indicator = pb::GetIndicatorRequest { id: "OP-1".to_owned(), definition_version: 0 };
    assert_eq!(refusal(answer(planner.client().get_indicator(indicator.clone()).await)).0, Code::NotFound);

    let other = pb::WorkbookPreview { digest: "another".to_owned(), ..preview.clone() };
    assert_eq!(refusal(planner.apply(request.clone(), &other).await).0, Code::Conflict);
    let older = pb::WorkbookPreview { version: plan.version - 1, ..preview.clone() };
    assert_eq!(refusal(planner.apply(request.clone(), &older).await).0, Code::Stale);
    assert_eq!(planner.get(&plan.id).await.expect("the plan").version, plan.version);

    let applied = planner.apply(request.clone(), &preview).await.expect("applied");
    assert!(applied.applied);
    let after = planner.get(&plan.id).await.expect("the plan");
    assert_eq!(after.version, applied.version);
    let statements: Vec<_> =
        after.items.iter().map(|item| item.statement.as_ref().expect("a statement").en.as_str()).collect();
    assert_eq!(statements[1], "Commanders keep away");
    assert_eq!(statements[3], "=cmd|' /C calc'!A0");
    let added = &after.items[3];
    assert_eq!(
        (added.number.as_str(), added.component.as_str(), added.start.as_str()),
        ("1.1.2", "police", "2026-12-31")
    );
    assert_eq!(added.markers, ["gender:2", "poc"]);
    assert_eq!(after.links.len(), 2);
    let indicator = answer(planner.client().get_indicator(indicator).await).expect("an indicator");
    assert_eq!(
        (indicator.plan_item_lineage_id.as_str(), indicator.baseline_value),
        (added.lineage_id.as_str(), Some(1200.0))
    );
    assert_eq!(planner.targets(&indicator.id, false).await.len(), 1);
    assert_eq!(refusal(planner.apply(request, &preview).await).0, Code::Stale, "not twice");

    let again = planner.workbook(&after, "fr").await;
    let preview = planner.preview(&after, again).await.expect("a preview");
    assert_eq!((told(&preview), cells(&preview)), (vec![], vec![]), "it comes back as it went");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_by_its_cell_and_nothing_is_applied() {
    let world = World::start().await;
    let (planner, plan) = stage(&world).await;
    let mut book = Book::read(&planner.workbook(&plan, "en").await);
    book.set("Tree", 3, "Level", "Miracle");
    book.set("Tree", 4, "Lead section", "");
    book.set("Tree", 5, "Markers", "gender:9");
    book.set("Tree", 2, "Areas", "CF99");
    book.set("Indicators", 2, "Type", "ratio");
    book.set("Indicators", 2, "Code", "not a code");
    book.set("Targets", 2, "Target", "many");
    book.set("Links", 2, "Lag (months)", "-3");
    let request = pb::WorkbookRequest { plan_id: plan.id.clone(), workbook: book.bytes(), ..Default::default() };
    let preview = planner.preview_as(request.clone()).await.expect("a preview");
    let found = cells(&preview);
    for cell in ["Tree!C3", "Tree!F4", "Tree!I5", "Tree!H2", "Indicators!B2", "Targets!E2", "Links!F2"] {
        assert!(found.contains(&cell), "{cell} among {:?}", preview.problems);
    }
    let (code, fields) = refusal(planner.apply(request, &preview).await);
    assert_eq!(code, Code::Invalid);
    assert!(fields.contains(&"Tree!C3".to_owned()), "{fields:?}");
    assert_eq!(planner.get(&plan.id).await.expect("the plan").version, plan.version);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_change_the_same_cell_and_both_are_shown() {
    let world = World::start().await;
    let (planner, plan) = stage(&world).await;
    let mut book = Book::read(&planner.workbook(&plan, "en").await);
    let mut theirs = plan.items[1].clone();
    theirs.statement = en("Theirs");
    theirs.lead_section = "JMAC".to_owned();
    let later = planner.revise(&plan, theirs).await.expect("revised by a colleague");
    let later = planner.add(&later, outcome(&plan.items[0].id, None)).await.expect("added by a colleague");
    book.set("Tree", 3, "Statement (English)", "Mine");
    book.set("Tree", 3, "Priority", "1");
    let request = pb::WorkbookRequest {
        plan_id: plan.id.clone(),
        workbook: book.bytes(),
        remove_missing: true,
        ..Default::default()
    };
    let preview = planner.preview_as(request.clone()).await.expect("a preview");
    assert_eq!((preview.conflicts, preview.gone, preview.missing), (1, 0, 0), "{:?}", preview.changes);
    let statement = preview.changes[0].fields.iter().find(|field| field.conflict).expect("a conflict");
    assert_eq!((statement.before.as_str(), statement.after.as_str()), ("Theirs", "Mine"));
    planner.apply(request.clone(), &preview).await.expect("applied");
    let after = planner.get(&plan.id).await.expect("the plan");
    assert_eq!(after.items.len(), later.items.len());
    assert_eq!(after.items[1].statement, en("Theirs"), "what is stored stays");
    assert_eq!((after.items[1].priority, after.items[1].lead_section.as_str()), (1, "JMAC"));
    let mine = pb::WorkbookRequest { take_mine: true, ..request };
    let preview = planner.preview_as(mine.clone()).await.expect("a preview");
    planner.apply(mine, &preview).await.expect("applied");
    assert_eq!(planner.get(&plan.id).await.expect("the plan").items[1].statement, en("Mine"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_move_and_go_with_what_lies_in_them() {
    let world = World::start().await;
    let (planner, plan) = stage(&world).await;
    let mut book = Book::read(&planner.workbook(&plan, "en").await);
    // The output goes below the other outcome; then its old outcome is deleted.
    let output = book.cut("Tree", 4);
    let last = book.rows("Tree");
    book.insert("Tree", last + 1);
    *book.sheet("Tree").last_mut().expect("a row") = output;
    book.cut("Tree", 3);
    let stays = planner.preview(&plan, book.bytes()).await.expect("a preview");
    assert_eq!((stays.moved, stays.missing, stays.gone), (1, 1, 0), "{:?}", stays.changes);
    let request = pb::WorkbookRequest {
        plan_id: plan.id.clone(),
        workbook: book.bytes(),
        remove_missing: true,
        ..Default::default()
    };
    let preview = planner.preview_as(request.clone()).await.expect("a preview");
    assert_eq!((preview.moved, preview.missing, preview.gone), (1, 0, 1), "{:?}", preview.changes);
    planner.apply(request, &preview).await.expect("applied");
    let after = planner.get(&plan.id).await.expect("the plan");
    let kinds: Vec<_> = after.items.iter().map(|item| (item.number.as_str(), item.lineage_id.as_str())).collect();
    let [top, _, output, other] = [0, 1, 2, 3].map(|place| plan.items[place].lineage_id.as_str());
    assert_eq!(kinds, [("1", top), ("1.1", other), ("1.1.1", output)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_reaches_no_further_than_its_sender() {
    let world = World::start().await;
    let (planner, plan) = stage(&world).await;
    let mut book = Book::read(&planner.workbook(&plan, "en").await);
    book.set("Tree", 4, "Statement (English)", "Ours now");
    let mut police = world.planner();
    police.caller.grants = vec![Grant { section: Some("UNPOL".to_owned()), ..Grant::mission_wide(Role::Coordinator) }];
    let preview = police.preview(&plan, book.bytes()).await.expect("a preview");
    assert_eq!(cells(&preview), ["Tree!A4"], "{:?}", preview.problems);
    let stranger = world.stranger(Role::Coordinator);
    assert_eq!(refusal(stranger.preview(&plan, book.bytes()).await), (Code::NotFound, vec![]));
    let another = planner.draft_plan().await;
    let preview = planner.preview(&another, book.bytes()).await.expect("a preview");
    assert!(preview.problems.iter().any(|problem| problem.message.contains("another plan")), "{:?}", preview.problems);
    let submitted = planner.step("submit", &plan, "").await.expect("submitted");
    assert_eq!(refusal(planner.preview(&submitted, book.bytes()).await).0, Code::Conflict, "only a draft is edited");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_indicators_of_a_framework_of_another_make_become_drafts_with_their_targets() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let year = &plan.end[..4];
    let book = Book::of(
        "Logframe",
        &[
            &["Objective", "Outcome", "Output", "Indicator", "Unit", "Baseline (2024)", "Target", "Source"],
            &["Safety", "Chiefs talk", "Patrols", "Number of patrols", "patrols", "100", "1 500", "Logs"],
            &["", "", "", "Share of patrols by night", "", "10 %", "25 %", ""],
        ],
    );
    let request = pb::WorkbookRequest {
        plan_id: plan.id.clone(),
        workbook: book.bytes(),
        default_section: "JMAC".to_owned(),
        default_component: "military".to_owned(),
        default_dimension: "behaviour".to_owned(),
        ..Default::default()
    };
    let preview = planner.preview_as(request.clone()).await.expect("a preview");
    assert_eq!((preview.added, cells(&preview)), (7, vec![]), "{:?}", preview.problems);
    planner.apply(request, &preview).await.expect("applied");
    let item = planner.get(&plan.id).await.expect("the plan").items.into_iter().find(|item| item.kind == "output");
    let listed = planner.client().list_indicators(pb::ListIndicatorsRequest::default()).await.expect("a page");
    let indicators = listed.into_inner().indicators;
    let drafted: Vec<_> = indicators
        .iter()
        .map(|one| {
            (one.code.as_str(), one.state.as_str(), one.kind.as_str(), one.baseline_value, one.baseline_period.as_str())
        })
        .collect();
    assert_eq!(
        drafted,
        [
            ("OP-PATROLS", "draft", "count", Some(100.0), "2024"),
            ("OP-PATROLS-NIGHT", "draft", "ratio", Some(0.1), "2024")
        ]
    );
    let lineage = item.expect("the output").lineage_id;
    assert!(indicators.iter().all(|one| one.plan_item_lineage_id == lineage), "{indicators:?}");
    let targets = planner.targets(&indicators[1].id, false).await;
    assert_eq!((targets.len(), targets[0].value, targets[0].period.as_str()), (1, Some(0.25), year));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_framework_of_another_make_is_added_to_a_draft() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let book = Book::of(
        "Feuil1",
        &[
            &["CADRE DE RÉSULTATS"],
            &["Objectif", "Effet attendu", "Produit", "Responsable", "Composante"],
            &["1. Civils protégés", "1.1 Les chefs changent", "Patrouilles", "Secteur Est", "Militaire"],
            &["", "", "Radios", "", ""],
        ],
    );
    let request = pb::WorkbookRequest { plan_id: plan.id.clone(), workbook: book.bytes(), ..Default::default() };
    let preview = planner.preview_as(request.clone()).await.expect("a preview");
    let reading = preview.reading.clone().expect("a guess");
    let layout = reading.layout.expect("a layout");
    assert_eq!((layout.shape.as_str(), layout.heading_row, layout.language.as_str()), ("columns", 2, "fr"));
    assert_eq!(layout.columns["outcome"], "B");
    assert_eq!(cells(&preview), ["Feuil1!B3", "Feuil1!E4"], "{:?}", preview.problems);
    assert!(preview.problems[0].message.starts_with("This is empty"), "{:?}", preview.problems);
    let request = pb::WorkbookRequest {
        default_section: "Affaires civiles".to_owned(),
        default_component: "civilian".to_owned(),
        default_dimension: "behaviour".to_owned(),
        ..request
    };
    let preview = planner.preview_as(request.clone()).await.expect("a preview");
    assert_eq!((preview.added, cells(&preview)), (4, vec![]), "{:?}", preview.problems);
    planner.apply(request.clone(), &preview).await.expect("applied");
    let after = planner.get(&plan.id).await.expect("the plan");
    let told: Vec<_> = after
        .items
        .iter()
        .map(|item| format!("{} {} {}", item.number, item.statement.as_ref().expect("one").fr, item.component))
        .collect();
    assert_eq!(
        told,
        ["1 Civils protégés ", "1.1 Les chefs changent ", "1.1.1 Patrouilles military", "1.1.2 Radios civilian"]
    );
    let layout = pb::WorkbookLayout { shape: "kind".to_owned(), sheet: "Nowhere".to_owned(), ..Default::default() };
    let wrong = pb::WorkbookRequest { layout: Some(layout), ..request };
    assert_eq!(refusal(planner.preview_as(wrong).await), (Code::Invalid, vec!["layout.sheet".to_owned()]));
    let nobodys = pb::Plan { id: Uuid::new_v4().to_string(), ..Default::default() };
    assert_eq!(refusal(planner.preview(&nobodys, book.bytes()).await), (Code::NotFound, vec![]));
}
