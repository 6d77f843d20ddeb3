//! The quality that is kept says what a computation from scratch says.

use std::collections::{BTreeSet, HashMap};

use chassis::Caller;
use chrono::{Datelike as _, Months, NaiveDate};
use cpas_collection::{
    app::keep_quality::keep_quality,
    domain::{definition::Definition, quality::Facts},
    events,
    store::{copies, quality_kept},
};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Frequency, Period, Role},
};
use uuid::Uuid;

use crate::world::*;

/// A mission that was heard of, as the gateway would tell.
async fn heard_of() -> World {
    let world = World::start().await;
    let mission = &world.stage.mission;
    let mut tx = world.db().begin(&service_in(mission)).await.expect("a transaction");
    copies::upsert_mission(&mut tx, mission.id, &mission.code, "active", 7, 1).await.expect("a copy");
    tx.commit().await.expect("a commit");
    world
}

async fn keep(world: &World) {
    let mut tx = world.db().begin(&service_in(&world.stage.mission)).await.expect("a transaction");
    keep_quality(&mut tx, &world.stage.clock).await.expect("it is kept");
    tx.commit().await.expect("a commit");
}

fn from_day(world: &World) -> NaiveDate {
    let first = world.stage.clock.today().checked_sub_months(Months::new(120)).expect("a day");
    NaiveDate::from_ymd_opt(first.year(), 1, 1).expect("a day")
}

/// What is kept and stands, as far as somebody sees.
async fn kept(world: &World, caller: &Caller) -> HashMap<Uuid, Facts> {
    let mut tx = world.db().begin(caller).await.expect("a transaction");
    let ids = [deaths().id, trust().id];
    quality_kept::facts(&mut tx, &ids, from_day(world), from_day(world)).await.expect("what is kept")
}

async fn forget(world: &World) {
    let mut tx = world.db().begin(&service_in(&world.stage.mission)).await.expect("a transaction");
    for statement in ["DELETE FROM quality_head", "DELETE FROM quality_level", "DELETE FROM quality_place"] {
        sqlx::query(statement).execute(&mut *tx).await.expect(statement);
    }
    tx.commit().await.expect("a commit");
}

async fn answers(world: &World, callers: &[Caller]) -> Vec<pb::DataQuality> {
    let mut answers = Vec::new();
    for caller in callers {
        for (months, by) in [(6, ""), (12, "area"), (36, "period"), (60, "area")] {
            let asked = pb::GetDataQualityRequest { section: String::new(), months, by: by.to_owned() };
            answers.push(done(world.of(caller).get_data_quality(asked).await));
        }
    }
    answers
}

/// Numbers that look as if by chance, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % most
    }
}

/// Somebody does something to the data; whether it was taken does not matter.
async fn something(world: &World, dice: &mut Dice, months: &[Period]) -> Option<()> {
    let coordinator = world.caller(Role::Coordinator);
    let listed = pb::ListObservationsRequest { page_size: 200, ..Default::default() };
    let all = done(world.coordinator().list_observations(listed).await).observations;
    let any = all.get(dice.below(all.len().max(1)));
    let period = months[dice.below(months.len())].to_string();
    let area = ["", "A", "A1", "A2", "B"][dice.below(5)];
    match dice.below(10) {
        0..=3 => {
            let mut new = enter("OC-CIVDEATHS", area, &period, [3.0, 40.0, 41.0, 600.0][dice.below(4)]);
            let own = new.observation.as_mut()?;
            own.slice = ["", "sex=f", "sex=m"][dice.below(3)].to_owned();
            own.classification = ["", "", "confidential", "strictly_confidential"][dice.below(4)].to_owned();
            let entered = world.of(&coordinator).enter_observation(new).await.ok()?.into_inner();
            world.of(&coordinator).submit_observations(these(&[&entered])).await.ok().map(drop)
        }
        4 => world.r#as(Role::Verifier).verify_observations(these(&[any?])).await.ok().map(drop),
        5 => world.r#as(Role::Verifier).reject_observations(because(these(&[any?]), "Wrong")).await.ok().map(drop),
        6 => {
            let corrected = world.of(&coordinator).correct_observation(correct(any?, 12.0)).await.ok()?.into_inner();
            world.of(&coordinator).submit_observations(these(&[&corrected])).await.ok().map(drop)
        }
        7 => {
            let text =
                months.iter().map(|month| format!("OC-CIVDEATHS,B,{month},{}\n", dice.below(90))).collect::<String>();
            world.import(&format!("indicator,area,period,value\n{text}")).await;
            Some(())
        }
        8 => {
            let rule = pb::ValidationRule {
                indicator_code: "OC-CIVDEATHS".to_owned(),
                kind: "range".to_owned(),
                severity: "warning".to_owned(),
                most: Some([5.0, 50.0][dice.below(2)]),
                active: true,
                ..Default::default()
            };
            let set = pb::SetValidationRuleRequest { rule: Some(rule), version: 0 };
            world.coordinator().set_validation_rule(set).await.ok().map(drop)
        }
        _ => {
            let place = pb::TaskPlace { indicator: "OC-CIVDEATHS".to_owned(), area: area.to_owned(), period };
            let waive = pb::WaiveTasksRequest { places: vec![place], reason: "Closed".to_owned() };
            world.coordinator().waive_tasks(waive).await.ok().map(drop)
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_any_writes_what_is_kept_is_what_is_found_from_scratch() {
    let world = heard_of().await;
    let months: Vec<Period> = cpas_collection::domain::quality::Window {
        today: world.stage.clock.today(),
        months: 24,
        fiscal_start_month: 7,
    }
    .periods(Frequency::Month);
    let callers = Classification::ALL.iter().map(|&level| world.cleared(Role::Coordinator, level)).collect::<Vec<_>>();
    let (mut dice, mut taken) = (Dice(20_261_127), 0);
    for round in 0..12 {
        for _ in 0..6 {
            taken += usize::from(something(&world, &mut dice, &months).await.is_some());
        }
        // Behind the writes: what is kept stands for nobody, and everybody is told what is so.
        let behind = answers(&world, &callers).await;
        keep(&world).await;
        let mut stood = Vec::new();
        for caller in &callers {
            stood.push(kept(&world, caller).await);
            assert_eq!(stood.last().map(HashMap::len), Some(2), "all of it is kept and stands");
        }
        let from_kept = answers(&world, &callers).await;
        forget(&world).await;
        let from_scratch = answers(&world, &callers).await;
        assert_eq!(from_kept, from_scratch, "round {round}");
        assert_eq!(behind, from_scratch, "round {round}, before it was kept");
        keep(&world).await;
        for (caller, before) in callers.iter().zip(stood) {
            assert_eq!(kept(&world, caller).await, before, "round {round}: row by row");
        }
    }
    assert!(taken > 40, "most of it was taken: {taken}");
}

#[tokio::test]
async fn a_rule_that_changes_has_its_indicator_judged_anew_and_no_other() {
    let world = heard_of().await;
    world.import("indicator,area,period,value\nOC-CIVDEATHS,A1,2026-01,700\n").await;
    keep(&world).await;
    let overdue = async || {
        let mut tx = world.db().begin(&service_in(&world.stage.mission)).await.expect("a transaction");
        quality_kept::overdue(&mut tx, from_day(&world)).await.expect("what is overdue")
    };
    assert_eq!(overdue().await, Vec::<Uuid>::new());
    let rule = pb::ValidationRule {
        indicator_code: "OC-CIVDEATHS".to_owned(),
        kind: "range".to_owned(),
        severity: "error".to_owned(),
        most: Some(500.0),
        active: true,
        ..Default::default()
    };
    done(world.coordinator().set_validation_rule(pb::SetValidationRuleRequest { rule: Some(rule), version: 0 }).await);
    assert_eq!(overdue().await, [deaths().id]);
    keep(&world).await;
    let facts = kept(&world, &world.caller(Role::Coordinator)).await.remove(&deaths().id).expect("kept");
    assert_eq!((facts.places[0].measures.valid.part, facts.places[0].measures.valid.of), (0, 1));
    // Another definition or area may change any of them.
    world.area("A3", "A", &square(40.0)).await;
    assert_eq!(overdue().await.into_iter().collect::<BTreeSet<_>>(), [deaths().id, trust().id].into());
}

#[tokio::test]
async fn what_is_kept_of_secrets_is_kept_for_those_who_see_them() {
    let world = heard_of().await;
    let secret = Definition { classification: Classification::Confidential, ..trust() };
    world.indicator_in(&world.stage.mission, &secret, 2).await;
    let mut entered = enter("OC-CIVDEATHS", "B", "2026-01", 99.0);
    entered.observation.as_mut().expect("it").classification = "strictly_confidential".to_owned();
    let entered = done(world.coordinator().enter_observation(entered).await);
    done(world.coordinator().submit_observations(these(&[&entered])).await);
    keep(&world).await;
    for (level, known, places) in [
        (Classification::Unclassified, 1, 0),
        (Classification::Confidential, 2, 0),
        (Classification::StrictlyConfidential, 2, 1),
    ] {
        let caller = world.cleared(Role::Coordinator, level);
        let found = kept(&world, &caller).await;
        assert_eq!((found.len(), found[&deaths().id].places.len()), (known, places), "{level}");
        let mut tx = world.db().begin(&caller).await.expect("a transaction");
        let seen: Vec<i16> = sqlx::query_scalar(
            "SELECT classification FROM quality_level UNION SELECT classification FROM quality_place",
        )
        .fetch_all(&mut *tx)
        .await
        .expect("what the database shows");
        assert!(seen.iter().all(|own| *own <= level.rank()), "{level}: {seen:?}");
    }
    let stranger = chassis::testing::caller(Role::Coordinator, &chassis::testing::mission("MINUSMA"));
    assert!(kept(&world, &stranger).await.is_empty());
}

#[tokio::test]
async fn the_clock_keeps_it_once_the_mission_is_heard_of() {
    let world = heard_of().await;
    let mission = &world.stage.mission;
    world.import("indicator,area,period,value\nOC-CIVDEATHS,A1,2026-01,5\n").await;
    let mut tx = world.db().begin(&service_in(mission)).await.expect("a transaction");
    tx.set_alarm("quality", world.stage.clock.now()).await.expect("an alarm");
    tx.commit().await.expect("a commit");
    let alarms = events::alarms(world.stage.clock.clone());
    assert_eq!(alarms.ring_due(world.db()).await.expect("it rings"), 1);
    assert_eq!(kept(&world, &world.caller(Role::Coordinator)).await.len(), 2);
    let set: i64 = sqlx::query_scalar("SELECT count(*) FROM chassis.alarm WHERE mission_id = $1 AND name = 'quality'")
        .bind(mission.id)
        .fetch_one(&mut *world.db().connection().await.expect("a connection"))
        .await
        .expect("a count");
    assert_eq!(set, 1, "it rings again");
}
