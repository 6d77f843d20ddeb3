//! What readers and other missions see.

use chassis::testing;
use cpas_proto::{
    reporting::v1 as pb,
    words::{Classification, Role},
};
use tonic::Code;

use crate::world::{FULL, World, render};

fn explain(sheet: &pb::FactSheet, number: &str) -> pb::ExplainNumberRequest {
    pb::ExplainNumberRequest { fact_sheet_id: sheet.id.clone(), number_id: number.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_only_what_is_published() {
    let world = World::full().await;
    let draft = world.draft("public", Vec::new()).await.expect("a draft");
    let internal = world.published("internal").await;
    let public = world.published("public").await;
    world.heard(FULL + 7).await;
    let mut reader = world.as_role(Role::Reader);
    for hidden in [&draft, &internal] {
        let request = pb::GetFactSheetRequest { id: hidden.id.clone() };
        assert_eq!(reader.get_fact_sheet(request).await.expect_err("hidden").code(), Code::NotFound);
        assert_eq!(render(&mut reader, &hidden.id, "html", "en").await.expect_err("hidden").code(), Code::NotFound);
        let refused = reader.explain_number(explain(hidden, "key-1")).await.expect_err("hidden");
        assert_eq!(refused.code(), Code::NotFound);
    }
    let listed = reader.list_fact_sheets(pb::ListFactSheetsRequest {}).await.expect("a list").into_inner();
    assert_eq!(listed.fact_sheets.len(), 1);
    assert_eq!(listed.fact_sheets[0].id, public.id);
    assert!(listed.fact_sheets[0].recorded_by.is_empty(), "no names of persons");
    let home = world.home(Role::Reader).await;
    assert!(home.objectives.is_empty() && home.tasks.is_empty());
    assert_eq!((home.areas, home.stakeholders, home.indicators, home.observations), (4, 0, 0, 0));
    assert_eq!(home.changes.len(), 1, "{:?}", home.changes);
    assert_eq!(home.changes[0].path, format!("fact-sheets/{}", public.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_opens_to_its_observations_and_names_nobody_to_a_reader() {
    let world = World::full().await;
    let sheet = world.published("public").await;
    let staff = world.as_role(Role::Leadership).explain_number(explain(&sheet, "key-1")).await;
    let staff = staff.expect("an explanation").into_inner();
    assert_eq!((staff.sources.len(), staff.total), (5, 5));
    assert_eq!((staff.sources[0].recorded_by.as_str(), staff.sources[0].batch_row), ("Jeanne Ngo", 7));
    assert_eq!(staff.sources[0].file_name, "jeanne-ngo.csv");
    let counted = |of: &pb::NumberExplanation| {
        of.events.iter().map(|event| (event.event_id.clone(), event.amount)).collect::<Vec<_>>()
    };
    assert_eq!(counted(&staff), [("open".to_owned(), Some(3.0)), ("secret".to_owned(), Some(2.0))]);
    assert_eq!((staff.events_total, staff.events[0].place.as_str()), (2, "Bria"));

    let mut reader = world.as_role(Role::Reader);
    // Deaths count persons, and 2 of the 42 were in one area: no value behind the number is shown.
    let deaths = reader.explain_number(explain(&sheet, "key-1")).await.expect("an explanation").into_inner();
    assert_eq!(deaths.number.as_ref().and_then(|number| number.value), Some(42.0));
    assert_eq!((deaths.sources.len(), deaths.total), (4, 4), "the confidential one is neither shown nor counted");
    assert!(deaths.sources.iter().all(|source| source.value.is_none()));
    assert_eq!(
        (counted(&deaths), deaths.events_total),
        (vec![("open".to_owned(), None)], 1),
        "nor what an event counts for"
    );
    // Trust counts nobody.
    let trust = reader.explain_number(explain(&sheet, "key-2")).await.expect("an explanation").into_inner();
    assert_eq!(trust.sources[1].value, Some(5.0));
    assert_eq!(counted(&trust), [("open".to_owned(), Some(3.0))]);
    for source in deaths.sources.iter().chain(&trust.sources) {
        assert!(source.recorded_by.is_empty() && source.file_name.is_empty());
        assert_eq!((source.file_sha256.as_str(), source.batch_row), ("ab", 7));
    }
    let suppressed = sheet.numbers.iter().find(|number| number.kind == "suppressed").expect("a hidden one");
    let nothing = reader.explain_number(explain(&sheet, &suppressed.id)).await.expect("an answer").into_inner();
    assert!(nothing.sources.is_empty() && nothing.total == 0);
    assert!(nothing.events.is_empty() && nothing.events_total == 0);
    let missing = reader.explain_number(explain(&sheet, "key-9")).await.expect_err("no such number");
    assert_eq!(missing.code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_and_its_explanations_are_of_what_it_may_cite() {
    let world = World::full().await;
    let sheet = world.published("public").await;
    assert_eq!(world.collection.asked_with(), Some(Classification::Unclassified), "whoever cleared it");
    for role in [Role::Leadership, Role::Reader] {
        world.as_role(role).explain_number(explain(&sheet, "key-2")).await.expect("an explanation");
        assert_eq!(world.collection.asked_with(), Some(Classification::Unclassified), "{role}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_mission_sees_nothing() {
    let world = World::full().await;
    let sheet = world.published("public").await;
    let theirs = testing::caller(Role::Coordinator, &testing::mission("OTHER"));
    let mut client = world.as_caller(&theirs);
    let request = pb::GetFactSheetRequest { id: sheet.id.clone() };
    let foreign = client.get_fact_sheet(request).await.expect_err("another's");
    let request = pb::GetFactSheetRequest { id: uuid::Uuid::new_v4().to_string() };
    let never = client.get_fact_sheet(request).await.expect_err("nobody's");
    assert_eq!((foreign.code(), foreign.message()), (Code::NotFound, never.message()));
    let home = client.get_mission_home(pb::GetMissionHomeRequest::default()).await.expect("a home").into_inner();
    assert_eq!((home.areas, home.objectives.len(), home.changes.len()), (0, 0, 0));
    let request = pb::GetIndicatorPageRequest { indicator: "OC-DEATHS".into() };
    assert_eq!(client.get_indicator_page(request).await.expect_err("another's").code(), Code::NotFound);
    // Drafted, cleared and published: all of it is heard before the two states are compared.
    world.heard(FULL + 3).await;
    let before = world.state().await;
    client.rebuild_read_model(pb::RebuildReadModelRequest {}).await.expect("their own, of nothing");
    assert_eq!(world.state().await, before, "a rebuild touches its own mission only");
}
