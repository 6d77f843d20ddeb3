//! A fact sheet from its draft to its readers.

use chassis::{Caller, caller::Idempotency, testing::eventually};
use cpas_proto::{
    common::v1::Text,
    reporting::v1::{self as pb, GetIndicatorPageRequest},
    words::{Classification, Role},
};
use cpas_reporting::domain::snapshot::sha256;
use tonic::Code;

use crate::world::{FULL, World, indicator, observations, render, step};

fn block(kind: &str, text: &str, code: &str) -> pb::Block {
    let query = pb::NumberQuery { indicator_code: code.to_owned(), ..Default::default() };
    pb::Block {
        kind: kind.to_owned(),
        text: (!text.is_empty()).then(|| Text::of(text, "")),
        query: (!code.is_empty()).then_some(query),
        ..Default::default()
    }
}

fn number<'a>(sheet: &'a pb::FactSheet, id: &str) -> &'a pb::FactSheetNumber {
    sheet.numbers.iter().find(|number| number.id == id).unwrap_or_else(|| panic!("{id} in {:#?}", sheet.numbers))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_made_from_an_assessment_cleared_and_published() {
    let world = World::full().await;
    let draft = world.draft("internal", Vec::new()).await.expect("a draft");
    let kinds: Vec<&str> = draft.blocks.iter().map(|block| block.kind.as_str()).collect();
    for kind in ["heading", "number", "chart", "map", "table", "text"] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
    assert!(draft.numbers.is_empty() && draft.snapshot_sha256.is_empty());

    let cleared = world.clear(&draft).await.expect("cleared");
    let deaths = number(&cleared, "key-1");
    assert_eq!((deaths.value, deaths.period.as_str(), deaths.unit.as_str()), (Some(42.0), "2024-Q2", "persons"));
    assert_eq!(deaths.as_known_at, cleared.snapshot_at);
    assert_eq!(deaths.source.as_ref().expect("a source").en, "Human Rights Division");
    assert_eq!(cleared.snapshot_sha256.len(), 64);

    let published = world.publish(&cleared).await.expect("published");
    assert_eq!((published.state.as_str(), published.cleared_by.as_str()), ("published", "leadership"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_sheet_is_the_same_bytes_each_time() {
    let world = World::full().await;
    let sheet = world.published("public").await;
    let mut reader = world.uncleared(Role::Reader);
    let formats = ["pdf", "html", "docx", "xlsx", "csv"];
    for (format, language) in formats.iter().flat_map(|format| [(*format, "en"), (*format, "fr")]) {
        let first = render(&mut reader, &sheet.id, format, language).await.expect("a document");
        // Later data and another process's memory change nothing.
        world.collection.set("OC-DEATHS", "CA01", "2024-Q2", 1000.0);
        let second = render(&mut reader, &sheet.id, format, language).await.expect("a document");
        assert_eq!(sha256(&first), sha256(&second), "{format} {language}");
        match format {
            "pdf" => assert!(first.starts_with(b"%PDF-")),
            "docx" | "xlsx" => assert!(first.starts_with(b"PK")),
            "csv" => {
                let table = String::from_utf8(first).expect("UTF-8");
                assert!(table.contains("#indicator+value+num") && table.contains("\r\nkey-1,"), "{table}");
            }
            _ => {
                let page = String::from_utf8(first).expect("UTF-8");
                assert!(!page.contains("<Carana>"), "words of others are escaped");
                assert!(page.contains("data-number-id=\"key-1\"") && page.contains("<svg"));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_stays_and_is_withdrawn_with_a_reason() {
    let world = World::full().await;
    let sheet = world.published("public").await;
    let revise = pb::ReviseFactSheetRequest {
        id: sheet.id.clone(),
        version: sheet.version,
        title: sheet.title.clone(),
        audience: "public".into(),
        blocks: vec![],
    };
    let mut coordinator = world.as_role(Role::Coordinator);
    let refused = coordinator.revise_fact_sheet(revise).await.expect_err("published");
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let refused = coordinator.withdraw_fact_sheet(step(&sheet, " ")).await.expect_err("no reason");
    assert_eq!(refused.code(), Code::InvalidArgument);
    let mut tx = world.stage.db.begin(&world.stage.caller(Role::Service)).await.expect("a transaction");
    let forced = sqlx::query("UPDATE fact_sheet SET title = '{}'").execute(&mut *tx).await;
    assert!(forced.is_err(), "not even by SQL");
    drop(tx);
    let withdrawn = coordinator.withdraw_fact_sheet(step(&sheet, "A wrong area.")).await.expect("withdrawn");
    assert_eq!(withdrawn.into_inner().reason, "A wrong area.");
    let page = render(&mut coordinator, &sheet.id, "html", "en").await.expect("a page");
    assert!(String::from_utf8_lossy(&page).contains("This fact sheet was withdrawn. A wrong area."));
    for format in ["html", "pdf", "docx", "xlsx", "csv"] {
        let gone = render(&mut world.as_role(Role::Reader), &sheet.id, format, "en").await.expect_err("withdrawn");
        assert_eq!(gone.code(), Code::NotFound);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_sheet_hides_small_counts_and_what_gives_them_away() {
    let world = World::full().await;
    let blocks = || vec![block("table", "", "OC-DEATHS"), block("table", "", "OC-TRUST")];
    // Q2: 2, 10, 30 and 0 deaths; 42 in all.
    let kinds = |sheet: &pb::FactSheet, id: &str| {
        let one = |suffix: &str| number(sheet, &format!("{id}{suffix}")).kind.clone();
        [one(""), one(":CA01"), one(":CA02"), one(":CA03"), one(":CA04")]
    };
    let public = world.clear(&world.draft("public", blocks()).await.expect("a draft")).await.expect("cleared");
    assert_eq!(kinds(&public, "b1"), ["value", "suppressed", "suppressed", "value", "value"]);
    assert_eq!(kinds(&public, "b2"), ["value"; 5], "percentages count nobody");
    let internal = world.clear(&world.draft("internal", blocks()).await.expect("a draft")).await.expect("cleared");
    assert_eq!(kinds(&internal, "b1"), ["value"; 5]);
    let page = render(&mut world.as_role(Role::Coordinator), &public.id, "html", "fr").await.expect("a page");
    assert!(String::from_utf8_lossy(&page).contains("masqué"));
    let table = render(&mut world.as_role(Role::Coordinator), &public.id, "csv", "en").await.expect("a table");
    let table = String::from_utf8(table).expect("UTF-8");
    let row =
        |id: &str| table.lines().find(|line| line.starts_with(&format!("{id},"))).map(str::to_owned).expect("a row");
    assert!(row("b1:CA01").contains(",,suppressed,") && row("b1:CA03").contains(",30,value,"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_sheet_cites_nothing_that_is_restricted() {
    let world = World::full().await;
    world.tell("planning", indicator("OC-SECRET", "", "count", Classification::Confidential)).await;
    world.heard(FULL + 1).await;
    let blocks = vec![block("number", "", "OC-SECRET"), block("number", "", "OC-DEATHS")];
    let refused = world.draft("public", blocks.clone()).await.expect_err("restricted");
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains("indicator OC-SECRET (confidential)"), "{}", refused.message());
    assert!(!refused.message().contains("OC-DEATHS"));
    let internal = world.draft("internal", blocks.clone()).await.expect("an internal one");
    assert_eq!(internal.classification, "confidential");
    let mut uncleared = world.uncleared(Role::Coordinator);
    let refused = uncleared.draft_fact_sheet(pb::DraftFactSheetRequest {
        title: Some(Text::of("T", "")),
        audience: "internal".into(),
        blocks,
        ..Default::default()
    });
    let refused = refused.await.expect_err("hidden from this caller");
    assert!(refused.message().contains("does not exist"), "{}", refused.message());

    // Data above their indicator count too, also when they come after the draft.
    let draft = world.draft("public", vec![block("number", "", "OC-DEATHS")]).await.expect("a draft");
    world.collection.classify("OC-DEATHS", "confidential");
    let secret =
        chassis::Fact { classification: Classification::Confidential, ..observations(&["OC-DEATHS"], "entered", 1) };
    world.tell("collection", secret).await;
    world.heard(FULL + 4).await;
    // Who may not see them sees an indicator page without any value.
    eventually("the series is hidden", || async {
        let page = GetIndicatorPageRequest { indicator: "OC-DEATHS".into() };
        let page = world.uncleared(Role::Coordinator).get_indicator_page(page).await.expect("a page").into_inner();
        page.areas.is_empty()
    })
    .await;
    let refused = world.clear(&draft).await.expect_err("its data are restricted now");
    assert!(refused.message().contains("data of indicator OC-DEATHS"), "{}", refused.message());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_writer_is_shown_what_is_stored_and_a_key_writes_once() {
    let world = World::full().await;
    let draft = world.draft("public", Vec::new()).await.expect("a draft");
    let cleared = world.clear(&draft).await.expect("cleared");
    let stale = world.publish(&draft).await.expect_err("an old version");
    assert_eq!(stale.code(), Code::Aborted);
    let failure = chassis::Failure::from(stale);
    let (version, json) = failure.current.expect("what is stored");
    assert_eq!(version, cleared.version);
    assert!(json.contains("\"cleared\""));

    let key = Idempotency { key: "k".into(), fingerprint: vec![] };
    let caller = Caller { idempotency: Some(key), ..world.stage.caller(Role::Coordinator) };
    let new = || cpas_reporting::app::NewSheet {
        title: cpas_reporting::domain::text::Text::of("Once", ""),
        audience: "public".parse().expect("an audience"),
        assessment_id: None,
        template: cpas_reporting::domain::template::Template::FactSheet,
        blocks: vec![],
    };
    let first =
        cpas_reporting::app::draft_fact_sheet(&world.deps, &Default::default(), &caller, new()).await.expect("a draft");
    let second = cpas_reporting::app::draft_fact_sheet(&world.deps, &Default::default(), &caller, new())
        .await
        .expect("the same");
    assert_eq!(first.id, second.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_names_its_field() {
    let world = World::full().await;
    for (blocks, field) in [
        (vec![block("poem", "x", "")], "blocks[0].kind"),
        (vec![block("number", "", "OC-NONE")], "blocks"),
        (vec![block("text", "{number:b7}", "")], "blocks[0].text"),
    ] {
        let refused = chassis::Failure::from(world.draft("public", blocks).await.expect_err(field));
        assert_eq!((refused.code, refused.violations[0].field.as_str()), (chassis::Code::Invalid, field));
    }
    let sheet = world.draft("public", vec![block("heading", "H", "")]).await.expect("a draft");
    let refused =
        render(&mut world.as_role(Role::Coordinator), &sheet.id, "pptx", "en").await.expect_err("no such format");
    assert_eq!(refused.code(), Code::InvalidArgument);
    let refused = world.draft("friends", vec![block("heading", "H", "")]).await.expect_err("no such audience");
    assert_eq!(refused.code(), Code::InvalidArgument);
}
