//! Who enters what: asked for within one's reach, of somebody who may, until it is taken back or their role ends.

use chassis::{Caller, Code, Inbound, testing::eventually};
use cpas_collection::domain::definition::Definition;
use cpas_proto::{
    collection::v1 as pb,
    common::v1::{EntryReach, Member},
    gateway::v1::MemberRecorded,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::{copies::Neighbour, world::*};

/// Somebody as the gateway knows them.
fn member(number: u128, name: &str, clearance: Classification, reaches: &[(&str, &[&str])]) -> Member {
    let reach = |(section, areas): &(&str, &[&str])| EntryReach {
        section: (*section).to_owned(),
        areas: areas.iter().map(|&area| area.to_owned()).collect(),
    };
    Member {
        account_id: Uuid::from_u128(number).to_string(),
        name: name.to_owned(),
        clearance: clearance.word().to_owned(),
        reaches: reaches.iter().map(reach).collect(),
    }
}

/// Ada enters for Human Rights everywhere.
fn ada() -> Member {
    member(0xADA, "Ada", Classification::Unclassified, &[("Human Rights", &[])])
}

/// Bob enters whatever there is in B.
fn bob() -> Member {
    member(0xB0B, "Bob", Classification::Unclassified, &[("", &["B"])])
}

fn places(areas: &[&str]) -> Vec<pb::AssignedPlace> {
    let place = |area: &&str| pb::AssignedPlace { indicator: "OC-CIVDEATHS".to_owned(), area: (*area).to_owned() };
    areas.iter().map(place).collect()
}

fn assign(areas: &[&str], to: Member) -> pb::AssignTasksRequest {
    pb::AssignTasksRequest { places: places(areas), assignee: Some(to) }
}

fn whose(assignee: &str) -> pb::ListTasksRequest {
    let section = "Human Rights".to_owned();
    pb::ListTasksRequest { section, months: 6, assignee: assignee.to_owned(), ..Default::default() }
}

/// Deaths in A1 and in B long ago: every month since is a task in both.
async fn world_with_tasks() -> World {
    let world = World::start().await;
    let today = world.stage.clock.today();
    let long_ago = today.checked_sub_months(chrono::Months::new(9)).expect("a day").format("%Y-%m");
    world
        .import(&format!("indicator,area,period,value\nOC-CIVDEATHS,A1,{long_ago},1\nOC-CIVDEATHS,B,{long_ago},1\n"))
        .await;
    world
}

/// Assignees by area of all that is to do.
async fn seen(world: &World, by: &Caller, assignee: &str) -> Vec<(String, String)> {
    let listed = done(world.of(by).list_tasks(whose(assignee)).await);
    let mut seen: Vec<(String, String)> =
        listed.tasks.iter().map(|task| (task.area.clone(), task.assignee_name.clone())).collect();
    assert_eq!(seen.len(), listed.total as usize);
    seen.sort();
    seen.dedup();
    seen
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|&(area, name)| (area.to_owned(), name.to_owned())).collect()
}

#[tokio::test]
async fn an_areas_own_assignment_counts_before_that_of_the_indicator() {
    let world = world_with_tasks().await;
    let coordinator = world.caller(Role::Coordinator);
    let mut client = world.coordinator();
    assert_eq!(seen(&world, &coordinator, "").await, pairs(&[("A1", ""), ("B", "")]));
    assert_eq!(done(client.assign_tasks(assign(&[""], ada())).await).changed, 1);
    assert_eq!(done(client.assign_tasks(assign(&[""], ada())).await).changed, 0, "it is so already");
    assert_eq!(done(client.assign_tasks(assign(&["B"], bob())).await).changed, 1);
    assert_eq!(seen(&world, &coordinator, "").await, pairs(&[("A1", "Ada"), ("B", "Bob")]));
    assert_eq!(seen(&world, &coordinator, &ada().account_id).await, pairs(&[("A1", "Ada")]));
    assert_eq!(seen(&world, &coordinator, "nobody").await, pairs(&[]));
    let bob_himself = Caller { account: Uuid::from_u128(0xB0B), ..world.caller(Role::Contributor) };
    assert_eq!(seen(&world, &bob_himself, "me").await, pairs(&[("B", "Bob")]));
    let sections = |of: pb::ListTasksResponse| of.sections[0].late + of.sections[0].open;
    let (mine, all) = (done(client.list_tasks(whose("me")).await), done(client.list_tasks(whose("")).await));
    assert_eq!((mine.total, sections(mine)), (0, sections(all)), "a section is counted whole");

    // Another takes the place over; taken back, it is whose the indicator is.
    let carol = member(0xCA0, "Carol", Classification::Unclassified, &[("", &[])]);
    assert_eq!(done(client.assign_tasks(assign(&["B", "A1"], carol)).await).changed, 2);
    assert_eq!(seen(&world, &coordinator, "").await, pairs(&[("A1", "Carol"), ("B", "Carol")]));
    let back = pb::TakeBackAssignmentsRequest { places: places(&["B", "A1"]) };
    assert_eq!(done(client.take_back_assignments(back.clone()).await).changed, 2);
    assert_eq!(done(client.take_back_assignments(back).await).changed, 0);
    assert_eq!(seen(&world, &coordinator, "").await, pairs(&[("A1", "Ada"), ("B", "Ada")]));
}

#[tokio::test]
async fn a_call_that_is_sent_twice_assigns_once() {
    let world = world_with_tasks().await;
    let head = world.caller(Role::ComponentHead);
    let key = "0199a0c2-5d31-7abc-9def-0123456789aa";
    assert_eq!(done(world.of(&head).assign_tasks(keyed(assign(&["A1"], ada()), key)).await).changed, 1);
    assert_eq!(done(world.of(&head).assign_tasks(keyed(assign(&["A1"], ada()), key)).await).changed, 1, "the answer");
    assert_eq!(done(world.of(&head).assign_tasks(assign(&["A1"], ada())).await).changed, 0);
}

#[tokio::test]
async fn nobody_assigns_beyond_their_reach() {
    let world = world_with_tasks().await;
    let elsewhere = world.held_to(Role::FocalPoint, Some("UNPOL"), &[]);
    let failure = expect_code(world.of(&elsewhere).assign_tasks(assign(&["A1"], ada())).await, Code::Denied);
    assert!(failure.message.contains("Human Rights"), "{failure}");
    let in_b = world.held_to(Role::FocalPoint, Some("Human Rights"), &["B"]);
    for areas in [&["A1"][..], &[""], &["B", "A1"]] {
        expect_code(world.of(&in_b).assign_tasks(assign(areas, ada())).await, Code::Denied);
    }
    assert_eq!(seen(&world, &in_b, "nobody").await, pairs(&[("A1", ""), ("B", "")]), "all or none");
    assert_eq!(done(world.of(&in_b).assign_tasks(assign(&["B"], bob())).await).changed, 1);
    let back = pb::TakeBackAssignmentsRequest { places: places(&["B"]) };
    expect_code(world.of(&elsewhere).take_back_assignments(back.clone()).await, Code::Denied);
    for role in [Role::Contributor, Role::Verifier, Role::Adviser, Role::Leadership, Role::HqAnalyst, Role::Reader] {
        expect_code(world.r#as(role).assign_tasks(assign(&["B"], ada())).await, Code::Denied);
        expect_code(world.r#as(role).take_back_assignments(back.clone()).await, Code::Denied);
    }
    assert_eq!(done(world.of(&in_b).take_back_assignments(back).await).changed, 1);
}

#[tokio::test]
async fn nobody_is_asked_to_enter_what_they_may_not() {
    let world = world_with_tasks().await;
    let secret = Definition {
        id: Uuid::from_u128(0xD8),
        code: "CX-INFORMANTS".to_owned(),
        classification: Classification::Confidential,
        ..deaths()
    };
    world.indicator(&secret).await;
    let unpol = member(0xE0E, "Eve", Classification::StrictlyConfidential, &[("UNPOL", &[])]);
    let of_secret = pb::AssignTasksRequest {
        places: vec![pb::AssignedPlace { indicator: "CX-INFORMANTS".to_owned(), area: String::new() }],
        assignee: Some(ada()),
    };
    let none = pb::AssignTasksRequest { places: places(&["B"]), assignee: None };
    let nobody = assign(&["B"], Member { name: "Nobody".to_owned(), ..Member::default() });
    for (asked, sentence) in [
        (assign(&["B"], unpol), "Eve has no role that enters OC-CIVDEATHS in B."),
        (assign(&["A1"], bob()), "Bob has no role that enters OC-CIVDEATHS in A1."),
        (assign(&["B", ""], bob()), "Bob has no role that enters OC-CIVDEATHS in all areas."),
        (of_secret.clone(), "Ada has no role that enters CX-INFORMANTS in all areas."),
        (none, "Say who is to enter it."),
        (nobody, "Say who is to enter it."),
    ] {
        let failure = expect_code(world.coordinator().assign_tasks(asked).await, Code::Invalid);
        assert!(failure.message.starts_with(sentence), "{failure}");
        assert_eq!(failure.violations[0].field, "assignee_id");
    }
    for (places, sentence) in [
        (places(&["Z"]), "The mission has no area \"Z\"."),
        (Vec::new(), "Name one place at least"),
        (places(&["B"; 501]), "Name one place at least"),
    ] {
        let asked = pb::AssignTasksRequest { places, assignee: Some(ada()) };
        let failure = expect_code(world.coordinator().assign_tasks(asked).await, Code::Invalid);
        assert!(failure.message.starts_with(sentence), "{failure}");
    }
    let all = done(world.coordinator().list_tasks(whose("nobody")).await).total;
    assert_eq!(all, done(world.coordinator().list_tasks(whose("")).await).total, "nothing was assigned");
    let wrong = pb::ListTasksRequest { assignee: "Ada".to_owned(), ..Default::default() };
    assert_eq!(expect_code(world.coordinator().list_tasks(wrong).await, Code::Invalid).violations[0].field, "assignee");

    // What one may not see, one neither assigns, nor learns the assignee of.
    let outsider = world.cleared(Role::Coordinator, Classification::Unclassified);
    let refusal = expect_code(world.of(&outsider).assign_tasks(of_secret.clone()).await, Code::Invalid);
    assert_eq!(refusal.message, "The mission has no indicator \"CX-INFORMANTS\".");
    let dan = member(0xDA0, "Dan", Classification::Confidential, &[("", &[])]);
    let asked = pb::AssignTasksRequest { assignee: Some(dan.clone()), ..of_secret };
    assert_eq!(done(world.coordinator().assign_tasks(asked).await).changed, 1);
    assert!(seen(&world, &outsider, &dan.account_id).await.is_empty());
    assert_eq!(seen(&world, &world.caller(Role::Coordinator), &dan.account_id).await, pairs(&[("", "Dan")]));
}

#[tokio::test]
async fn the_tasks_of_a_member_whose_role_ends_are_nobodys() {
    let mut world = world_with_tasks().await;
    let _running = world.stage.start(&mut world.service);
    let gateway = Neighbour::start("gateway", &world).await;
    let coordinator = world.caller(Role::Coordinator);
    let wide = member(0xADA, "Ada", Classification::Unclassified, &[("Human Rights", &[]), ("UNPOL", &[])]);
    done(world.coordinator().assign_tasks(assign(&["A1", "B"], wide)).await);
    assert_eq!(seen(&world, &coordinator, "nobody").await, pairs(&[]));

    // She keeps what she may still enter.
    let less = member(0xADA, "Ada", Classification::Unclassified, &[("Human Rights", &["B"])]);
    gateway.tell(&world, "member", &MemberRecorded { member: Some(less) }).await;
    let expected = pairs(&[("A1", ""), ("B", "Ada")]);
    eventually("A1 is nobody's", || async { seen(&world, &coordinator, "").await == expected }).await;
    let gone = member(0xADA, "Ada", Classification::Unclassified, &[]);
    gateway.tell(&world, "member", &MemberRecorded { member: Some(gone) }).await;
    let expected = pairs(&[("A1", ""), ("B", "")]);
    eventually("all is nobody's", || async { seen(&world, &coordinator, "").await == expected }).await;

    let (bus, mission) = (world.stage.bus.clone(), world.stage.mission.id);
    let told = || async {
        let all: Vec<Inbound> = bus.replay(mission).await.unwrap_or_default();
        let assigned = all.iter().filter(|event| event.noun_and_verb() == ("tasks", "assigned"));
        assigned.map(|event| event.decode::<pb::TasksAssigned>().expect("its message")).collect::<Vec<_>>()
    };
    eventually("all is told", || async { told().await.len() == 3 }).await;
    let changes: Vec<(String, u32)> = told().await.into_iter().map(|one| (one.change, one.places)).collect();
    let expected =
        [("assigned", 2), ("released", 1), ("released", 1)].map(|(change, count)| (change.to_owned(), count));
    assert_eq!(changes, expected);
    assert!(
        told().await.iter().all(|one| one.assignee_id == ada().account_id && one.indicator_codes == ["OC-CIVDEATHS"])
    );
}
