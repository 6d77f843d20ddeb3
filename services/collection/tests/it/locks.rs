//! Locks of periods: put on with a reason, taken off with a reason, and never forgotten.

use std::collections::BTreeSet;

use chassis::{Caller, Code, Inbound, testing};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Role},
};

use crate::world::*;

fn lock(period: &str, reason: &str) -> pb::LockPeriodRequest {
    pb::LockPeriodRequest { period: period.to_owned(), reason: reason.to_owned() }
}

fn unlock(lock: &pb::PeriodLock, reason: &str) -> pb::UnlockPeriodRequest {
    pb::UnlockPeriodRequest { id: lock.id.clone(), reason: reason.to_owned() }
}

async fn locks(world: &World, with_unlocked: bool) -> Vec<pb::PeriodLock> {
    let asked = pb::ListPeriodLocksRequest { with_unlocked };
    done(world.r#as(Role::Verifier).list_period_locks(asked).await).locks
}

#[tokio::test]
async fn an_unlocked_period_takes_values_again_and_its_lock_stays_readable() {
    let mut world = World::start().await;
    let _running = world.stage.start(&mut world.service);
    let focal = world.caller(Role::FocalPoint);
    let year = done(world.coordinator().lock_period(lock("2024", "reported to HQ")).await);
    let march = done(world.coordinator().lock_period(lock("2024-03", "audited")).await);
    let entry = || enter("OC-CIVDEATHS", "A1", "2024-03", 3.0);
    expect_code(world.of(&focal).enter_observation(entry()).await, Code::Conflict);

    let opened = done(world.coordinator().unlock_period(unlock(&year, "  figures of Bria came late ")).await);
    assert_eq!((&opened.period, &*opened.unlock_reason), (&year.period, "figures of Bria came late"));
    assert!(!opened.unlocked_at.is_empty() && !opened.unlocked_by.is_empty(), "who and when");
    assert_eq!((&opened.reason, &opened.recorded_at), (&year.reason, &year.recorded_at), "what it was stays");
    // March has a lock of its own.
    let failure = expect_code(world.of(&focal).enter_observation(entry()).await, Code::Conflict);
    assert!(failure.message.starts_with("2024-03 is locked (audited)"), "{failure}");
    assert_eq!(world.entered(&focal, "A1", "2024-04", 4.0).await.state, "draft");
    done(world.coordinator().unlock_period(unlock(&march, "the audit is over")).await);
    assert_eq!(done(world.of(&focal).enter_observation(entry()).await).state, "draft");

    assert_eq!(locks(&world, false).await, vec![], "none is in force");
    let again = done(world.coordinator().lock_period(lock("2024", "reported again")).await);
    assert_eq!(locks(&world, false).await, vec![again.clone()]);
    let history = locks(&world, true).await;
    let said: Vec<(&str, &str, &str)> =
        history.iter().map(|one| (&*one.period, &*one.reason, &*one.unlock_reason)).collect();
    let expected = [
        ("2024-03", "audited", "the audit is over"),
        ("2024", "reported again", ""),
        ("2024", "reported to HQ", "figures of Bria came late"),
    ];
    assert_eq!(said, expected);
    expect_code(world.of(&focal).enter_observation(enter("OC-CIVDEATHS", "B", "2024-05", 1.0)).await, Code::Conflict);

    let (bus, mission) = (world.stage.bus.clone(), world.stage.mission.id);
    let told = || async {
        let all: Vec<Inbound> = bus.replay(mission).await.unwrap_or_default();
        let own = all.iter().filter(|event| event.noun_and_verb() == ("period", "unlocked"));
        own.filter_map(|event| event.decode::<pb::PeriodUnlocked>().expect("its message").lock).collect::<Vec<_>>()
    };
    testing::eventually("both are told", || async { told().await.len() == 2 }).await;
    // In order for each lock.
    let reasons = told().await.into_iter().map(|one| one.unlock_reason).collect::<BTreeSet<_>>();
    assert_eq!(reasons.into_iter().collect::<Vec<_>>(), ["figures of Bria came late", "the audit is over"]);
}

#[tokio::test]
async fn a_lock_is_taken_off_once_with_a_reason_and_in_its_own_mission() {
    let world = World::start().await;
    let year = done(world.coordinator().lock_period(lock("2024", "reported")).await);
    for (asked, field) in [(unlock(&year, " "), "reason"), (unlock(&year, &"é".repeat(2_001)), "reason")] {
        let failure = expect_code(world.coordinator().unlock_period(asked).await, Code::Invalid);
        assert_eq!(failure.violations[0].field, field);
    }
    let long = expect_code(world.coordinator().lock_period(lock("2025", &"é".repeat(2_001))).await, Code::Invalid);
    assert_eq!(long.violations[0].field, "reason");

    // To another mission's coordinator it is as one that does not exist.
    let mission = testing::mission("UNMID");
    let stranger = Caller { mission: Some(mission), ..world.caller(Role::Coordinator) };
    let hidden = expect_code(world.of(&stranger).unlock_period(unlock(&year, "mischief")).await, Code::NotFound);
    let never = pb::PeriodLock { id: uuid::Uuid::new_v4().to_string(), ..Default::default() };
    let absent = expect_code(world.of(&stranger).unlock_period(unlock(&never, "mischief")).await, Code::NotFound);
    assert_eq!(hidden.message, absent.message);
    let no_id = pb::PeriodLock { id: "2024".to_owned(), ..Default::default() };
    expect_code(world.coordinator().unlock_period(unlock(&no_id, "mischief")).await, Code::NotFound);
    let theirs = pb::ListPeriodLocksRequest { with_unlocked: true };
    assert_eq!(done(world.of(&stranger).list_period_locks(theirs).await).locks, vec![]);
    for role in [Role::FocalPoint, Role::Verifier, Role::ComponentHead, Role::HqAnalyst] {
        expect_code(world.r#as(role).unlock_period(unlock(&year, "mine")).await, Code::Denied);
    }

    // Two at once: one of them takes it off.
    let plain = world.cleared(Role::Coordinator, Classification::Unclassified);
    let (mut first, mut second) = (world.coordinator(), world.of(&plain));
    let both = tokio::join!(
        first.unlock_period(unlock(&year, "the one reason")),
        second.unlock_period(unlock(&year, "the other reason"))
    );
    assert_eq!([both.0.is_ok(), both.1.is_ok()].into_iter().filter(|fine| *fine).count(), 1);
    let failure = expect_code(world.coordinator().unlock_period(unlock(&year, "again")).await, Code::Conflict);
    assert!(failure.message.starts_with("2024 was unlocked already, by "), "{failure}");
    assert_eq!(locks(&world, true).await.len(), 1);

    // The same call that is sent again is answered as it was.
    let next = done(world.coordinator().lock_period(lock("2025", "reported")).await);
    let coordinator = world.caller(Role::Coordinator);
    let once = done(world.of(&coordinator).unlock_period(keyed(unlock(&next, "late"), "k1")).await);
    let again = done(world.of(&coordinator).unlock_period(keyed(unlock(&next, "late"), "k1")).await);
    assert_eq!(once, again);
}

#[tokio::test]
async fn a_late_correction_of_a_locked_period_names_its_reason_for_good() {
    let world = World::start().await;
    let focal = world.caller(Role::FocalPoint);
    let old = world.entered(&focal, "A1", "2024-03", 3.0).await;
    done(world.of(&focal).submit_observations(these(&[&old])).await);
    let old = done(world.coordinator().get_observation(pb::GetObservationRequest { id: old.id.clone() }).await);
    let old = old.observation.expect("it");
    done(world.coordinator().lock_period(lock("2024-Q1", "reported")).await);
    expect_code(world.coordinator().correct_observation(correct(&old, 5.0)).await, Code::Conflict);
    let late = pb::CorrectObservationRequest { reason: "two bodies were found".to_owned(), ..correct(&old, 5.0) };
    expect_code(world.of(&focal).correct_observation(late.clone()).await, Code::Conflict);
    let corrected = done(world.coordinator().correct_observation(late).await);
    assert_eq!((corrected.value, &*corrected.supersedes), (Some(5.0), &*old.id));

    // A value that was missing comes late in the same way.
    let mut missing = enter("OC-CIVDEATHS", "B", "2024-02", 1.0);
    expect_code(world.coordinator().enter_observation(missing.clone()).await, Code::Conflict);
    missing.observation.as_mut().expect("it").reason = "the report lay in Bangui".to_owned();
    expect_code(world.of(&focal).enter_observation(missing.clone()).await, Code::Conflict);
    assert_eq!(done(world.coordinator().enter_observation(missing).await).reason, "the report lay in Bangui");

    let asked = pb::GetObservationRequest { id: corrected.id };
    let history = done(world.r#as(Role::Verifier).get_observation(asked).await).history;
    let said: Vec<(Option<f64>, &str)> = history.iter().map(|one| (one.value, &*one.reason)).collect();
    assert_eq!(said, [(Some(3.0), ""), (Some(5.0), "two bodies were found")]);
}
