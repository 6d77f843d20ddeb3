//! Entering and correcting by hand; locks.

use chassis::Code;
use cpas_proto::{collection::v1 as pb, words::Role};

use crate::world::*;

#[tokio::test]
async fn a_wrong_field_is_named() {
    let world = World::start().await;
    let mut client = world.r#as(Role::Contributor);
    let with = |change: fn(&mut pb::Observation)| {
        let mut request = enter("OC-CIVDEATHS", "A1", "2024-01", 1.0);
        change(request.observation.as_mut().expect("it"));
        request
    };
    for (request, field) in [
        (with(|o| o.indicator_code = "OC-NONE".to_owned()), "indicator_code"),
        (with(|o| o.area = "Z9".to_owned()), "area"),
        (with(|o| o.period = "2024-13".to_owned()), "period"),
        (with(|o| o.slice = "sex=x".to_owned()), "slice"),
        (with(|o| o.slice = "f".to_owned()), "slice"),
        (with(|o| o.value = None), "value"),
        (with(|o| o.value = Some(-1.0)), "value"),
        (with(|o| o.value = Some(f64::NAN)), "value"),
        (with(|o| o.numerator = Some(1.0)), "denominator"),
        (with(|o| o.kind = "guess".to_owned()), "kind"),
        (with(|o| o.reliability = "G".to_owned()), "reliability"),
        (with(|o| o.credibility = 7), "credibility"),
        (with(|o| o.classification = "secret".to_owned()), "classification"),
        (with(|o| o.note = "x".repeat(2001)), "note"),
    ] {
        let failure = expect_code(client.enter_observation(request).await, Code::Invalid);
        assert_eq!(failure.violations[0].field, field, "{failure}");
    }
    let listed = done(world.coordinator().list_observations(pb::ListObservationsRequest::default()).await);
    assert_eq!(listed.observations, vec![], "nothing was stored");
}

#[tokio::test]
async fn a_value_is_entered_once_and_then_corrected() {
    let world = World::start().await;
    let author = world.caller(Role::Contributor);
    let first =
        done(world.of(&author).enter_observation(keyed(enter("OC-CIVDEATHS", "A1", "2024-01", 5.0), "k")).await);
    let again =
        done(world.of(&author).enter_observation(keyed(enter("OC-CIVDEATHS", "A1", "2024-01", 5.0), "k")).await);
    assert_eq!(first, again, "the same key, the same answer");
    let twice = expect_code(
        world.of(&author).enter_observation(enter("OC-CIVDEATHS", "A1", "2024-01", 6.0)).await,
        Code::Conflict,
    );
    assert!(twice.message.contains(&first.id), "{twice}");

    let other = world.caller(Role::Contributor);
    expect_code(world.of(&other).correct_observation(correct(&first, 6.0)).await, Code::Denied);
    let stale = pb::CorrectObservationRequest { version: 3, ..correct(&first, 6.0) };
    let stale = expect_code(world.of(&author).correct_observation(stale).await, Code::Stale);
    assert_eq!(stale.current.expect("what is stored").0, 1);
    let mut moved = correct(&first, 6.0);
    moved.observation.as_mut().expect("it").area = "B".to_owned();
    assert_eq!(refused(world.of(&author).correct_observation(moved).await).violations[0].field, "area");

    let second = done(world.of(&author).correct_observation(correct(&first, 6.0)).await);
    let conflict = expect_code(world.of(&author).correct_observation(correct(&first, 7.0)).await, Code::Conflict);
    assert!(conflict.message.contains(&second.id), "{conflict}");
    let got = done(world.coordinator().get_observation(pb::GetObservationRequest { id: first.id.clone() }).await);
    assert_eq!(got.observation.expect("it").superseded_by, second.id);
    assert_eq!(got.history.iter().map(|own| own.value).collect::<Vec<_>>(), [Some(5.0), Some(6.0)]);
    let unknown = pb::GetObservationRequest { id: uuid::Uuid::new_v4().to_string() };
    expect_code(world.coordinator().get_observation(unknown).await, Code::NotFound);
}

#[tokio::test]
async fn two_who_enter_the_same_at_the_same_time_do_not_both_win() {
    let world = World::start().await;
    let mut entering = tokio::task::JoinSet::new();
    for value in 0..6 {
        let mut client = world.r#as(Role::FocalPoint);
        entering.spawn(async move {
            client.enter_observation(enter("OC-CIVDEATHS", "A1", "2024-01", f64::from(value))).await
        });
    }
    let outcomes = entering.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        expect_code(outcome, Code::Conflict);
    }
}

#[tokio::test]
async fn a_list_is_narrowed_and_paged() {
    let world = World::start().await;
    let rows: String = (1..=12).map(|month| format!("OC-CIVDEATHS,A1,2024-{month:02},{month}\n")).collect();
    world.import(&format!("indicator,area,period,value\n{rows}OC-CIVDEATHS,B,2024-01,1\n")).await;
    let (mut cursor, mut seen) = (String::new(), Vec::new());
    loop {
        let request = pb::ListObservationsRequest {
            indicator_code: "OC-CIVDEATHS".to_owned(),
            area: "A1".to_owned(),
            state: "submitted".to_owned(),
            page_size: 5,
            cursor,
            ..Default::default()
        };
        let page = done(world.coordinator().list_observations(request).await);
        seen.extend(page.observations.into_iter().map(|own| own.period));
        cursor = page.next_cursor;
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 12);
    seen.dedup();
    assert_eq!((seen.len(), &*seen[0]), (12, "2024-01"), "each once, in the order of the file");
    let too_many = pb::ListObservationsRequest { page_size: 501, ..Default::default() };
    expect_code(world.coordinator().list_observations(too_many).await, Code::Invalid);
}

#[tokio::test]
async fn a_locked_period_takes_corrections_from_a_coordinator_with_a_reason_only() {
    let world = World::start().await;
    let focal = world.caller(Role::FocalPoint);
    let old = world.entered(&focal, "A1", "2023-08", 5.0).await;
    let submitted = world.entered(&focal, "A2", "2023-08", 5.0).await;
    done(world.of(&focal).submit_observations(these(&[&submitted])).await);
    let preview = world.preview("indicator,area,period,value\nOC-CIVDEATHS,B,2023-09,1\n").await;
    let lock = pb::LockPeriodRequest { period: "FY2024".to_owned(), reason: "reported to HQ".to_owned() };
    done(world.coordinator().lock_period(lock.clone()).await);
    expect_code(world.coordinator().lock_period(lock).await, Code::Conflict);

    let failure = expect_code(
        world.of(&focal).enter_observation(enter("OC-CIVDEATHS", "B", "2023-07", 1.0)).await,
        Code::Conflict,
    );
    assert!(failure.message.starts_with("FY2024 is locked (reported to HQ)"), "{failure}");
    expect_code(world.of(&focal).correct_observation(correct(&old, 6.0)).await, Code::Conflict);
    let stays = done(world.of(&focal).submit_observations(these(&[&old])).await);
    assert_eq!((stays.moved, stays.not_moved.len()), (0, 1));
    let returned = done(world.r#as(Role::Verifier).return_observations(because(these(&[&submitted]), "late")).await);
    assert_eq!(returned.moved, 0);
    assert_eq!(
        done(world.r#as(Role::Verifier).verify_observations(these(&[&submitted])).await).moved,
        1,
        "no change of value"
    );

    let conflict = expect_code(world.coordinator().commit_import(commit(&preview, true)).await, Code::Conflict);
    assert!(conflict.message.contains("was locked since the preview"), "{conflict}");
    let rejected = world.preview("indicator,area,period,value\nOC-CIVDEATHS,B,2023-09,1\n").await;
    assert_eq!((rejected.rows_rejected, &*rejected.rejected[0].column), (1, "period"));

    expect_code(world.coordinator().correct_observation(correct(&old, 6.0)).await, Code::Conflict);
    let with_reason =
        pb::CorrectObservationRequest { reason: "a report from Bria came late".to_owned(), ..correct(&old, 6.0) };
    let corrected = done(world.coordinator().correct_observation(with_reason).await);
    assert_eq!((corrected.value, &*corrected.reason), (Some(6.0), "a report from Bria came late"));
    let outside = world.entered(&focal, "B", "2024-07", 1.0).await;
    assert_eq!(outside.state, "draft", "after the fiscal year");
    assert_eq!(
        done(world.r#as(Role::Verifier).list_period_locks(pb::ListPeriodLocksRequest::default()).await).locks.len(),
        1
    );
}
