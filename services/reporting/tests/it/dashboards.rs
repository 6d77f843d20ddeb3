//! Dashboards: whose they are, who sees and changes them, and that none is lost.

use chassis::{Caller, Failure, caller::Idempotency, testing};
use cpas_proto::{
    common::v1::Text,
    reporting::v1 as pb,
    words::{Classification, Role},
};
use tonic::{Code, Status};

use crate::world::{Client, FULL, World};

pub fn tile(kind: &str, codes: &[&str]) -> pb::DashboardTile {
    let indicator_codes = codes.iter().map(|code| (*code).to_owned()).collect();
    let query = Some(pb::DashboardQuery { indicator_codes, ..Default::default() });
    pb::DashboardTile { kind: kind.to_owned(), width: 2, query, ..Default::default() }
}

fn of(title: &str, shared: bool) -> pb::DraftDashboardRequest {
    let tiles = vec![tile("number", &["OC-DEATHS"]), tile("tasks", &[])];
    pb::DraftDashboardRequest { title: Some(Text::of(title, "")), tiles, shared, ..Default::default() }
}

fn revised(of: &pb::Dashboard, shared: bool) -> pb::ReviseDashboardRequest {
    let pb::Dashboard { id, version, title, tiles, filters, classification, .. } = of.clone();
    pb::ReviseDashboardRequest { id, version, title, tiles, filters, shared, classification }
}

fn step(of: &pb::Dashboard) -> pb::MoveDashboardRequest {
    pb::MoveDashboardRequest { id: of.id.clone(), version: of.version }
}

async fn draft(client: &mut Client, title: &str, shared: bool) -> pb::Dashboard {
    client.draft_dashboard(of(title, shared)).await.expect("a dashboard").into_inner()
}

async fn titles(client: &mut Client, removed: bool) -> Vec<String> {
    let listed = client.list_dashboards(pb::ListDashboardsRequest { removed }).await.expect("a list").into_inner();
    listed.dashboards.into_iter().map(|one| one.title.unwrap_or_default().en).collect()
}

async fn get(client: &mut Client, id: &str) -> Result<pb::Dashboard, Status> {
    Ok(client.get_dashboard(pb::GetDashboardRequest { id: id.to_owned() }).await?.into_inner())
}

fn code<T: std::fmt::Debug>(answer: Result<T, Status>) -> Code {
    answer.expect_err("refused").code()
}

/// The same text, whatever is asked for: nothing tells what is hidden from what never was.
async fn is_as_if_it_never_was(client: &mut Client, of: &pb::Dashboard) {
    let never = get(client, &uuid::Uuid::new_v4().to_string()).await.expect_err("never was");
    let read = pb::ReadDashboardRequest { id: of.id.clone(), ..Default::default() };
    let copy = pb::CopyDashboardRequest { id: of.id.clone(), title: None };
    for refused in [
        get(client, &of.id).await.map(drop),
        client.read_dashboard(read).await.map(drop),
        client.revise_dashboard(revised(of, of.shared)).await.map(drop),
        client.copy_dashboard(copy).await.map(drop),
        client.remove_dashboard(step(of)).await.map(drop),
        client.restore_dashboard(step(of)).await.map(drop),
    ] {
        let refused = refused.expect_err("hidden");
        assert_eq!((refused.code(), refused.message()), (Code::NotFound, never.message()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_dashboard_is_its_makers_alone() {
    let world = World::full().await;
    let maker = world.stage.caller(Role::Contributor);
    let mut own = world.as_caller(&maker);
    let before = world.state().await;
    let private = draft(&mut own, "My posts", false).await;
    assert!(private.mine && private.may_change && !private.shared);
    assert_eq!(titles(&mut own, false).await, ["Where the mission stands", "My posts"]);

    // Neither another of the same role, nor who may change all that is shared.
    for role in [Role::Contributor, Role::Coordinator, Role::Leadership] {
        let mut other = world.as_role(role);
        assert_eq!(titles(&mut other, false).await, ["Where the mission stands"], "{role}");
        is_as_if_it_never_was(&mut other, &private).await;
    }
    // Removed, it is its maker's to bring back, and still nobody else's.
    let removed = own.remove_dashboard(step(&private)).await.expect("removed").into_inner();
    assert!(!removed.removed_at.is_empty());
    assert_eq!(code(get(&mut own, &private.id).await), Code::NotFound);
    assert_eq!(titles(&mut own, true).await, ["My posts"]);
    assert_eq!(titles(&mut world.as_role(Role::Coordinator), true).await, Vec::<String>::new());
    let back = own.restore_dashboard(step(&removed)).await.expect("back").into_inner();
    assert_eq!((back.version, back.tiles.len()), (3, 2));

    // What the outbox tells of it is that there is a new version, and the read model does not count it.
    let events = world.stage.bus.replay(world.stage.mission.id).await.expect("the stream");
    let told = |event: &chassis::Inbound| event.decode::<pb::DashboardRecorded>().ok();
    let mine = events.iter().filter(|event| event.kind == "cpas.reporting.v1.DashboardRecorded");
    let mine: Vec<pb::DashboardRecorded> = mine.filter_map(told).collect();
    assert!(mine.iter().all(|one| one.maker_id == maker.account.to_string()));
    assert!(
        mine.iter().filter_map(|one| one.dashboard.as_ref()).all(|one| one.title.is_none() && one.tiles.is_empty())
    );
    draft(&mut world.as_role(Role::Coordinator), "Ours", true).await;
    world.heard(FULL + 1).await;
    assert_eq!(world.state().await.events, before.events + 1, "only the shared one counts");
    assert_eq!(world.rebuild().await.events, before.events + 1, "after a rebuild, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_dashboard_is_changed_by_its_maker_or_a_coordinator() {
    let world = World::full().await;
    let adviser = world.stage.caller(Role::Adviser);
    let mut maker = world.as_caller(&adviser);
    let shared = draft(&mut maker, "Gender", true).await;
    let mut contributor = world.as_role(Role::Contributor);
    let seen = get(&mut contributor, &shared.id).await.expect("staff see it");
    assert!(!seen.mine && !seen.may_change && seen.made_by == "adviser");
    for refused in [
        contributor.revise_dashboard(revised(&shared, true)).await.map(drop),
        contributor.remove_dashboard(step(&shared)).await.map(drop),
        contributor.draft_dashboard(of("Loud", true)).await.map(drop),
    ] {
        let refused = refused.expect_err("not theirs");
        assert_eq!(refused.code(), Code::PermissionDenied);
        assert!(refused.message().contains("Nothing was changed"), "{}", refused.message());
    }
    for role in [Role::ComponentHead, Role::Leadership] {
        let refused = world.as_role(role).revise_dashboard(revised(&shared, true)).await;
        assert_eq!(code(refused), Code::PermissionDenied, "{role} shares their own");
        draft(&mut world.as_role(role), &format!("Of {role}"), true).await;
    }
    let mut coordinator = world.as_role(Role::Coordinator);
    let hidden = coordinator.revise_dashboard(revised(&shared, false)).await;
    assert_eq!(code(hidden), Code::PermissionDenied, "it would be out of the coordinator's own sight");
    let kept = coordinator.revise_dashboard(revised(&shared, true)).await.expect("a coordinator").into_inner();
    assert_eq!((kept.version, kept.made_by.as_str(), kept.recorded_by.as_str()), (2, "adviser", "coordinator"));
    // A copy is private, and whose who makes it.
    let copy = pb::CopyDashboardRequest { id: shared.id.clone(), title: None };
    let copy = contributor.copy_dashboard(copy).await.expect("a copy").into_inner();
    let title = copy.title.clone().unwrap_or_default().en;
    assert_eq!((title.as_str(), copy.shared, copy.may_change), ("Gender (copy)", false, true));
    assert_eq!(copy.tiles, kept.tiles);
    // Its maker takes it back: then nobody else has it.
    let private = maker.revise_dashboard(revised(&kept, false)).await.expect("its maker").into_inner();
    is_as_if_it_never_was(&mut coordinator, &private).await;
    // One that a coordinator removes, a coordinator finds again; staff do not.
    let again = maker.revise_dashboard(revised(&private, true)).await.expect("shared again").into_inner();
    let removed = coordinator.remove_dashboard(step(&again)).await.expect("removed").into_inner();
    is_as_if_it_never_was(&mut contributor, &removed).await;
    assert_eq!(titles(&mut coordinator, true).await, ["Gender"]);
    assert_eq!(titles(&mut contributor, true).await, Vec::<String>::new());
    coordinator.restore_dashboard(step(&removed)).await.expect("back");
    assert!(get(&mut contributor, &shared.id).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_classified_dashboard_and_another_missions_are_not_there() {
    let world = World::full().await;
    let mut coordinator = world.as_role(Role::Coordinator);
    let secret = pb::DraftDashboardRequest { classification: "confidential".into(), ..of("Informants", true) };
    let secret = coordinator.draft_dashboard(secret).await.expect("a dashboard").into_inner();
    is_as_if_it_never_was(&mut world.uncleared(Role::Coordinator), &secret).await;
    let own = world.stage.caller(Role::Coordinator);
    let mut uncleared = world.as_caller(&Caller { clearance: Classification::Unclassified, ..own });
    let above = pb::DraftDashboardRequest { classification: "confidential".into(), ..of("Informants", false) };
    let refused = Failure::from(uncleared.draft_dashboard(above).await.expect_err("above the clearance"));
    assert_eq!(refused.violations[0].field, "classification");
    let copy = pb::CopyDashboardRequest { id: secret.id.clone(), title: Some(Text::of("Mine", "")) };
    let copy = coordinator.copy_dashboard(copy).await.expect("a copy").into_inner();
    assert_eq!(copy.classification, "confidential", "its texts are the same");

    let theirs = testing::caller(Role::Coordinator, &testing::mission("OTHER"));
    let mut theirs = world.as_caller(&theirs);
    let shared = draft(&mut coordinator, "Ours", true).await;
    is_as_if_it_never_was(&mut theirs, &shared).await;
    assert_eq!(titles(&mut theirs, false).await, ["Where the mission stands"], "their own, of nothing");
    for role in [Role::Reader, Role::Auditor] {
        let refused = get(&mut world.as_role(role), &shared.id).await;
        assert_eq!(code(refused), Code::PermissionDenied, "{role}");
    }
    let hq = get(&mut world.as_role(Role::HqAnalyst), &shared.id).await.expect("headquarters read");
    assert!(!hq.may_change);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_writer_is_shown_what_is_stored_a_key_writes_once_and_bad_input_names_its_field() {
    let world = World::full().await;
    let mut coordinator = world.as_role(Role::Coordinator);
    let first = draft(&mut coordinator, "Once", true).await;
    coordinator.revise_dashboard(revised(&first, true)).await.expect("a second version");
    for stale in [
        coordinator.revise_dashboard(revised(&first, true)).await.map(drop),
        coordinator.remove_dashboard(step(&first)).await.map(drop),
    ] {
        let failure = Failure::from(stale.expect_err("an old version"));
        let (version, json) = failure.current.expect("what is stored");
        assert_eq!(version, 2);
        assert!(json.contains("\"Once\""), "{json}");
    }
    let key = Idempotency { key: "k".into(), fingerprint: vec![] };
    let caller = Caller { idempotency: Some(key), ..world.stage.caller(Role::Coordinator) };
    let written = || cpas_reporting::app::WrittenDashboard {
        title: cpas_reporting::domain::text::Text::of("Keyed", ""),
        tiles: Vec::new(),
        filters: Default::default(),
        shared: true,
        classification: Classification::Unclassified,
    };
    let mut made = Vec::new();
    for _ in 0..2 {
        made.push(cpas_reporting::app::draft_dashboard(&world.deps, &caller, written()).await.expect("one").id);
    }
    assert_eq!(made[0], made[1]);
    let wide = pb::DashboardTile { width: 5, ..tile("tasks", &[]) };
    let backwards = pb::DashboardFilters { from: "2024".into(), until: "2023".into(), ..Default::default() };
    for (request, field) in [
        (pb::DraftDashboardRequest { tiles: vec![wide], ..of("T", false) }, "tiles[0].width"),
        (pb::DraftDashboardRequest { tiles: vec![tile("tasks", &[]); 25], ..of("T", false) }, "tiles"),
        (pb::DraftDashboardRequest { title: None, ..of("T", false) }, "title"),
        (pb::DraftDashboardRequest { filters: Some(backwards), ..of("T", false) }, "filters.until"),
        (pb::DraftDashboardRequest { classification: "cosmic".into(), ..of("T", false) }, "classification"),
    ] {
        let refused = Failure::from(coordinator.draft_dashboard(request).await.expect_err(field));
        assert_eq!((refused.code, refused.violations[0].field.as_str()), (chassis::Code::Invalid, field));
    }
}
