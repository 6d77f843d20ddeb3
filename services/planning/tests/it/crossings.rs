//! Two callers whose ways cross at the worst moment: one has read what the other is about to change.

use chassis::{Tx, testing::eventually};
use cpas_proto::{
    planning::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::{
    checks::{REASON, key},
    plans::in_force,
    races::told,
    work_plan::three_activities,
    world::{World, answer, en, objective, outcome},
};

/// Somebody else's transaction, which holds up whoever writes what it locked, while all go on reading.
async fn held(world: &World, lock: &'static str) -> Tx {
    let mut tx = world.stage.db.begin(&world.stage.caller(Role::Service)).await.expect("a transaction");
    sqlx::query(lock).execute(&mut *tx).await.expect("a lock");
    tx
}

/// How many wait for a lock in this database.
async fn waiting(world: &World) -> i64 {
    let mut tx = world.stage.db.begin_unscoped().await.expect("a transaction");
    sqlx::query_scalar(
        "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid) \
         WHERE NOT granted AND datname = current_database()",
    )
    .fetch_one(&mut *tx)
    .await
    .expect("a count")
}

async fn wait_for(world: &World, many: i64) {
    eventually("they wait", || async { waiting(world).await >= many }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_told_while_the_plan_is_superseded_is_in_it_and_no_version_is_told_twice() {
    let world = World::start().await;
    let planner = world.planner();
    let (draft, [base, ..]) = three_activities(&world).await;
    let old = in_force(&world, &draft).await;
    let follow = pb::DraftNextVersionRequest { plan_id: old.id.clone(), ..Default::default() };
    let next = answer(planner.client().draft_next_version(follow).await).expect("the next version");
    let next = planner.step("submit", &next, "").await.expect("submitted");
    let next = world.person(Role::ComponentHead).step("endorse", &next, "").await.expect("endorsed");
    let next = world.person(Role::Leadership).step("approve", &next, "").await.expect("approved");

    let holder = held(&world, "SELECT FROM plans WHERE state = 'active' FOR UPDATE").await;
    let (reported, activated, ()) = tokio::join!(
        planner.report(&old, &base, "ongoing", 60),
        async {
            wait_for(&world, 1).await;
            planner.step("activate", &next, "").await
        },
        async {
            wait_for(&world, 2).await;
            drop(holder);
        }
    );
    reported.expect("it came first");
    activated.expect("then the next one is in force");
    let over = planner.get(&old.id).await.expect("the plan before");
    let activity = over.items.iter().find(|item| item.id == base).expect("the activity");
    assert_eq!((over.state.as_str(), activity.progress_percent), ("superseded", 60));
    let events = told::<pb::PlanRecorded>(&world, &old.id).await;
    let versions: Vec<i64> = events.iter().filter_map(|event| Some(event.plan.as_ref()?.version)).collect();
    assert!(versions.windows(2).all(|pair| pair[0] < pair[1]), "who hears it takes the newest: {versions:?}");
    assert_eq!(events.last().and_then(|event| event.plan.as_ref()), Some(&over));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_versions_of_a_plan_get_one_waiver_of_one_finding() {
    let world = World::start().await;
    let planner = world.planner();
    let stakeholder = world.known_stakeholder().await;
    let plan = planner.add(&planner.draft_plan().await, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("an outcome");
    let plan = in_force(&world, &plan).await;
    let follow = pb::DraftNextVersionRequest { plan_id: plan.id.clone(), ..Default::default() };
    let next = answer(planner.client().draft_next_version(follow).await).expect("the next version");
    let absent = key(&planner.check(&plan).await, "component-absent-from-objective");
    let holder = held(&world, "LOCK TABLE plan_check_waivers IN SHARE MODE").await;
    let (left, right, ()) =
        tokio::join!(planner.waive(&plan, &absent, REASON), planner.waive(&next, &absent, REASON), async {
            wait_for(&world, 2).await;
            drop(holder);
        });
    let codes = [left, right].map(|done| done.err().map(|failure| failure.code));
    assert!(codes.contains(&None) && codes.contains(&Some(chassis::Code::Conflict)), "{codes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_somebody_is_citing_is_not_left_out_of_its_mandate() {
    let world = World::start().await;
    let planner = world.planner();
    let task = |paragraph: &str| pb::MandateTask {
        paragraph: paragraph.to_owned(),
        text: en("Protect civilians"),
        ..Default::default()
    };
    let request = pb::RecordMandateRequest {
        resolution: "S/RES/2709 (2023)".to_owned(),
        adopted: "2023-11-15".to_owned(),
        expires: "2024-11-15".to_owned(),
        tasks: vec![task("34 (a)"), task("34 (b)")],
        version: 0,
    };
    let mandate = answer(planner.client().record_mandate(request.clone()).await).expect("a mandate");
    let shorter = pb::RecordMandateRequest { tasks: vec![mandate.tasks[1].clone()], version: 1, ..request };
    let plan = planner.draft_plan().await;
    let citing = pb::PlanItem { mandate_task_id: mandate.tasks[0].id.clone(), ..objective() };
    let holder = held(&world, "LOCK TABLE plan_items IN SHARE MODE").await;
    let mut client = planner.client();
    let (cited, recorded, ()) = tokio::join!(
        planner.add(&plan, citing),
        async {
            wait_for(&world, 1).await;
            client.record_mandate(shorter).await
        },
        async {
            // Either it waits for who cites, or it is done already.
            let left = || async {
                let listed = planner.client().list_mandates(pb::ListMandatesRequest {}).await.expect("a list");
                listed.into_inner().mandates[0].tasks.len() == 1
            };
            eventually("both came as far as they could", || async { waiting(&world).await >= 2 || left().await }).await;
            drop(holder);
        }
    );
    let cited = cited.expect("the task was there");
    assert_eq!(cited.items[0].mandate_task_id, mandate.tasks[0].id);
    assert!(recorded.is_err(), "a task that an objective cites stays in its mandate: {recorded:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stakeholder_that_becomes_secret_while_it_is_named_makes_the_plan_secret() {
    let world = World::start().await;
    let planner = world.planner();
    let stakeholder = world.known_stakeholder().await;
    let plan = planner.add(&planner.draft_plan().await, objective()).await.expect("an objective");
    let top = plan.items[0].id.clone();
    let known = async |id: Uuid| {
        let mut tx = world.stage.db.begin(&world.stage.caller(Role::Service)).await.expect("a transaction");
        let rank: i16 = sqlx::query_scalar("SELECT classification FROM known_stakeholders WHERE id = $1")
            .bind(id)
            .fetch_one(&mut *tx)
            .await
            .expect("it is known");
        Classification::of_rank(rank)
    };
    let holder = held(&world, "LOCK TABLE plan_items IN SHARE MODE").await;
    let (named, (), ()) = tokio::join!(
        planner.add(&plan, outcome(&top, Some(stakeholder))),
        async {
            wait_for(&world, 1).await;
            world.stakeholder(stakeholder, 9, Classification::Confidential).await;
        },
        async {
            let heard = || async { known(stakeholder).await == Classification::Confidential };
            eventually("context is heard, or waits", || async { waiting(&world).await >= 2 || heard().await }).await;
            drop(holder);
        }
    );
    named.expect("it was open when it was named");
    eventually("the plan is as secret as whom it names", || async {
        planner.get(&plan.id).await.is_ok_and(|plan| plan.classification == "confidential")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_removed_while_its_stakeholder_becomes_secret_is_kept_as_a_secret() {
    let world = World::start().await;
    let planner = world.planner();
    let mut uncleared = world.planner();
    uncleared.caller.clearance = Classification::Unclassified;
    let stakeholder = world.known_stakeholder().await;
    let plan = planner.add(&planner.draft_plan().await, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("an outcome");
    let item = plan.items[1].id.clone();
    let holder = held(&world, "LOCK TABLE removed_items IN SHARE MODE").await;
    let (removed, (), ()) = tokio::join!(
        planner.remove(&plan, &item),
        async {
            wait_for(&world, 1).await;
            world.stakeholder(stakeholder, 9, Classification::Confidential).await;
        },
        async {
            wait_for(&world, 2).await;
            drop(holder);
        }
    );
    let plan = removed.expect("removed");
    eventually("only who may see it can put it back", || async {
        uncleared.removed(&plan).await.is_ok_and(|items| items.is_empty())
    })
    .await;
    assert_eq!(planner.removed(&plan).await.expect("a list").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_version_is_as_secret_as_a_stakeholder_that_became_so_while_it_was_drafted() {
    let world = World::start().await;
    let planner = world.planner();
    let stakeholder = world.known_stakeholder().await;
    let plan = planner.add(&planner.draft_plan().await, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("an outcome");
    let plan = in_force(&world, &plan).await;
    let follow = pb::DraftNextVersionRequest { plan_id: plan.id.clone(), ..Default::default() };
    let holder = held(&world, "LOCK TABLE plan_items IN SHARE MODE").await;
    let mut client = planner.client();
    let (next, (), ()) = tokio::join!(
        client.draft_next_version(follow),
        async {
            wait_for(&world, 1).await;
            world.stakeholder(stakeholder, 9, Classification::Confidential).await;
        },
        async {
            let raised =
                || async { planner.get(&plan.id).await.is_ok_and(|plan| plan.classification == "confidential") };
            eventually("context is heard, or waits", || async { waiting(&world).await >= 2 || raised().await }).await;
            drop(holder);
        }
    );
    let next = next.expect("a draft").into_inner();
    eventually("the draft is as secret as whom it names", || async {
        planner.get(&next.id).await.is_ok_and(|plan| plan.classification == "confidential")
    })
    .await;
}
