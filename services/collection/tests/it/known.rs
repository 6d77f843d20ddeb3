//! What was known at a moment reads the same for ever.

use chassis::Code;
use cpas_proto::{collection::v1 as pb, words::Role};

use crate::world::*;

/// An instant between what was done and what will be.
async fn now(world: &World) -> String {
    tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    let now = world.stage.clock.now().to_rfc3339();
    tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    now
}

#[tokio::test]
async fn every_moment_of_a_value_that_is_corrected_can_be_asked() {
    let world = World::start().await;
    let (author, focal) = (world.caller(Role::Contributor), world.caller(Role::FocalPoint));
    let before = now(&world).await;
    let first = world.entered(&author, "A1", "2024-01", 5.0).await;
    let drafted = now(&world).await;
    done(world.of(&focal).submit_observations(these(&[&first])).await);
    let submitted = now(&world).await;
    let stored = done(world.coordinator().get_observation(pb::GetObservationRequest { id: first.id.clone() }).await);
    let second = done(world.of(&author).correct_observation(correct(&stored.observation.expect("it"), 7.0)).await);
    assert_eq!((&*second.supersedes, &*second.state), (&*first.id, "draft"));
    let corrected = now(&world).await;
    done(world.of(&focal).submit_observations(these(&[&second])).await);
    let resubmitted = now(&world).await;
    done(world.r#as(Role::Verifier).reject_observations(because(these(&[&second]), "no such report")).await);

    for (moment, value) in [
        (&before, None),
        (&drafted, None),
        (&submitted, Some(5.0)),
        (&corrected, Some(5.0)),
        (&resubmitted, Some(7.0)),
        (&String::new(), Some(5.0)),
    ] {
        let known = world.values("OC-CIVDEATHS", "A1", moment).await;
        assert_eq!(known.first().and_then(|(_, value)| *value), value, "as known at {moment}");
    }
    let explained = done(
        world
            .coordinator()
            .explain_point(pb::ExplainPointRequest {
                indicator: "OC-CIVDEATHS".to_owned(),
                area: "A".to_owned(),
                period: "2024".to_owned(),
                as_known_at: resubmitted,
                ..Default::default()
            })
            .await,
    );
    assert_eq!((explained.total, explained.contributions.len()), (1, 1));
    let contribution = explained.contributions[0].observation.clone().expect("an observation");
    assert_eq!((contribution.value, &*contribution.state), (Some(7.0), "submitted"), "as it stood then");
    assert_eq!(explained.formula.expect("a formula").en, "sum over months of sum over areas of the values as given");
}

#[tokio::test]
async fn an_import_and_its_reversal_leave_the_moments_between_as_they_were() {
    let world = World::start().await;
    let import = |value: u32| format!("indicator,area,period,value\nOC-CIVDEATHS,B,2024-01,{value}\n");
    world.import(&import(10)).await;
    let first = now(&world).await;
    let second = world.import(&import(20)).await;
    let imported = now(&world).await;
    done(world.coordinator().reverse_import(reverse(&second, "wrong file")).await);
    let reversed = now(&world).await;
    for (moment, value) in [(&first, 10.0), (&imported, 20.0), (&reversed, 10.0), (&imported, 20.0)] {
        assert_eq!(world.values("OC-CIVDEATHS", "B", moment).await[0].1, Some(value), "as known at {moment}");
    }
    let failure = refused(world.coordinator().get_series(series_of("OC-CIVDEATHS", &[], "yesterday")).await);
    assert_eq!((failure.code, &*failure.violations[0].field), (Code::Invalid, "as_known_at"));
}

#[tokio::test]
async fn a_read_of_this_moment_waits_for_a_write_under_way() {
    let world = World::start().await;
    let caller = world.caller(Role::Coordinator);
    let mut writing = world.db().begin(&caller).await.expect("a transaction");
    let mission = writing.mission();
    cpas_collection::store::known::writes(&mut writing, mission).await.expect("the lock");
    let moment = now(&world).await;
    let mut reader = world.of(&caller);
    let reading = tokio::spawn(async move { reader.get_series(series_of("OC-CIVDEATHS", &[], &moment)).await });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!reading.is_finished(), "it waits");
    // And what names no moment does not.
    assert_eq!(world.values("OC-CIVDEATHS", "", "").await, []);
    drop(writing);
    done(reading.await.expect("a task"));
}

#[tokio::test]
async fn the_difference_between_two_moments_is_listed() {
    let world = World::start().await;
    let csv = |rows: &str| format!("indicator,area,period,value\n{rows}");
    world.import(&csv("OC-CIVDEATHS,A1,2024-01,1\nOC-CIVDEATHS,B,2024-01,10\nOC-CIVDEATHS,B,2024-02,11\n")).await;
    let first = now(&world).await;
    world.import(&csv("OC-CIVDEATHS,B,2024-02,12\nOC-CIVDEATHS,A1,2024-03,3\nOC-CIVDEATHS,B,2024-01,10\n")).await;
    let second = now(&world).await;
    let third = world.import(&csv("OC-CIVDEATHS,B,2024-02,13\n")).await;
    let list = async |from: &str, to: &str| {
        let asked = pb::ListSeriesChangesRequest {
            indicator: "OC-CIVDEATHS".to_owned(),
            known_at: from.to_owned(),
            later_known_at: to.to_owned(),
        };
        done(world.r#as(Role::Adviser).list_series_changes(asked).await)
    };
    let told = |list: &pb::ListSeriesChangesResponse| {
        let value = |one: &Option<pb::Observation>| one.as_ref().and_then(|one| one.value);
        let row = |one: &pb::SeriesChange| {
            format!("{} {} {:?} {:?}", one.period, one.area, value(&one.before), value(&one.after))
        };
        list.changes.iter().map(row).collect::<Vec<_>>()
    };
    let between = list(&first, &second).await;
    // What says the same as before is no change.
    assert_eq!(told(&between), ["2024-03 A1 None Some(3.0)", "2024-02 B Some(11.0) Some(12.0)"]);
    assert_eq!(told(&list(&first, "").await), ["2024-03 A1 None Some(3.0)", "2024-02 B Some(11.0) Some(13.0)"]);
    done(world.coordinator().reverse_import(reverse(&third, "wrong file")).await);
    assert_eq!(told(&list(&second, "").await), Vec::<String>::new(), "taken back");
    assert_eq!(list(&first, &second).await, between, "and what was between two moments stays");

    let mut adviser = world.r#as(Role::Adviser);
    let bad = |indicator: &str, from: &str, to: &str| pb::ListSeriesChangesRequest {
        indicator: indicator.to_owned(),
        known_at: from.to_owned(),
        later_known_at: to.to_owned(),
    };
    for (asked, field) in [
        (bad("OC-CIVDEATHS", "", ""), "known_at"),
        (bad("OC-CIVDEATHS", "yesterday", ""), "known_at"),
        (bad("OC-CIVDEATHS", &second, &first), "known_at"),
    ] {
        let failure = refused(adviser.list_series_changes(asked).await);
        assert_eq!((failure.code, failure.violations[0].field.as_str()), (Code::Invalid, field), "{failure}");
    }
    assert_eq!(refused(adviser.list_series_changes(bad("OC-NOWHERE", &first, "")).await).code, Code::NotFound);
}
