//! Dashboards as documents: what whoever asks may see, in every format.

use chassis::Caller;
use cpas_proto::{
    common::v1::Text,
    reporting::v1 as pb,
    words::{Classification, Role},
};
use tonic::{Code, Status};

use crate::{
    dashboards::tile,
    world::{Client, FULL, World, indicator},
};

async fn render(client: &mut Client, id: &str, format: &str, language: &str) -> Result<Vec<u8>, Status> {
    let (id, format, language) = (id.to_owned(), format.to_owned(), language.to_owned());
    let mut stream = client.render_dashboard(pb::RenderDashboardRequest { id, format, language }).await?.into_inner();
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.message().await? {
        bytes.extend(chunk.data);
    }
    Ok(bytes)
}

async fn drafted(world: &World, shared: bool, codes: &[&str]) -> pb::Dashboard {
    let words = pb::DashboardTile {
        kind: "text".into(),
        width: 1,
        text: Some(Text::of("=Read <this>\n\nNext", "Lisez ceci")),
        ..Default::default()
    };
    let kinds = ["number", "trend", "ranking", "heat_map", "map"];
    let tiles = kinds.iter().flat_map(|kind| codes.iter().map(|code| tile(kind, &[code]))).chain([
        words,
        tile("tasks", &[]),
        tile("recommendations", &[]),
    ]);
    let request = pb::DraftDashboardRequest {
        title: Some(Text::of("Protection & <more>", "La protection")),
        tiles: tiles.collect(),
        shared,
        ..Default::default()
    };
    world.as_role(Role::Coordinator).draft_dashboard(request).await.expect("a dashboard").into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dashboard_is_a_document_in_every_format_and_language() {
    let world = World::full().await;
    let board = drafted(&world, true, &["OC-DEATHS"]).await;
    let mut staff = world.as_role(Role::Contributor);
    for id in [board.id.as_str(), "ready"] {
        for language in ["en", "fr"] {
            for format in ["pdf", "html", "docx", "xlsx", "csv"] {
                let bytes = render(&mut staff, id, format, language).await.expect("a document");
                match format {
                    "pdf" => assert!(bytes.starts_with(b"%PDF-")),
                    "docx" | "xlsx" => assert!(bytes.starts_with(b"PK")),
                    _ => drop(String::from_utf8(bytes).expect("UTF-8")),
                }
            }
        }
    }
    let page = String::from_utf8(render(&mut staff, &board.id, "html", "fr").await.expect("a page")).expect("UTF-8");
    assert!(page.contains("Indicateur OC-DEATHS (persons)") && page.contains("T2 2024"), "{page}");
    assert!(page.contains("Ce qui vous attend") && page.contains("Lisez ceci"), "{page}");
    let page = String::from_utf8(render(&mut staff, &board.id, "html", "en").await.expect("a page")).expect("UTF-8");
    assert!(page.contains("Protection &amp; &lt;more&gt;") && page.contains("=Read &lt;this&gt;"), "{page}");
    let table = String::from_utf8(render(&mut staff, &board.id, "csv", "en").await.expect("a table")).expect("UTF-8");
    let rows: Vec<&str> = table.lines().collect();
    assert!(rows[1].starts_with("#meta+title,#indicator+code"), "{table}");
    let whole = rows.iter().filter(|row| row.contains(",OC-DEATHS,") && row.contains(",2024-Q2,42,value,persons,"));
    assert_eq!(whole.count(), 2, "the number and the trend: {table}");
    assert!(
        rows.iter().any(|row| row.contains(",CA04,") && row.contains(",2024-Q2,0,value,")),
        "zero is a value: {table}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_shows_what_its_reader_may_see_and_no_more() {
    let world = World::full().await;
    world.tell("planning", indicator("CX-SECRET", "persons", "count", Classification::Confidential)).await;
    world.heard(FULL + 1).await;
    let board = drafted(&world, true, &["CX-SECRET", "OC-NEVER"]).await;
    for format in ["html", "csv"] {
        let bytes = render(&mut world.uncleared(Role::Contributor), &board.id, format, "en").await.expect("a document");
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(!text.contains("Indicator CX-SECRET"), "{text}");
        // What is hidden and what never was are said alike.
        assert_eq!(
            text.replace("CX-SECRET", "X").matches("Not available.").count(),
            if format == "html" { 10 } else { 0 }
        );
    }
    let private = drafted(&world, false, &["OC-DEATHS"]).await;
    let anothers = Caller { account: uuid::Uuid::new_v4(), ..world.stage.caller(Role::Coordinator) };
    let hidden = render(&mut world.as_caller(&anothers), &private.id, "pdf", "en").await.expect_err("another's");
    let never = uuid::Uuid::new_v4().to_string();
    let never = render(&mut world.as_caller(&anothers), &never, "pdf", "en").await.expect_err("never was");
    assert_eq!((hidden.code(), hidden.message()), (never.code(), never.message()));
    let reader = render(&mut world.as_role(Role::Reader), "ready", "pdf", "en").await.expect_err("a reader");
    assert_eq!(reader.code(), Code::PermissionDenied);
}
