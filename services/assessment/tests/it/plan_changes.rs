//! Planning's changes to the plan are linked back to the recommendations that asked for them, once,
//! however often and in whatever order they are heard of.

use chassis::{Db, Fact, testing};
use cpas_proto::{
    assessment::v1 as pb,
    planning::v1::{Plan, PlanChange, PlanChangeRecorded, PlanRecorded},
    words::{Classification, Role},
};
use sqlx::migrate::Migrator;
use uuid::Uuid;

use crate::world::*;

static NO_MIGRATIONS: Migrator = Migrator::DEFAULT;

/// Planning, as far as it tells: an outbox of its own and its relay to the same stream.
struct Planning {
    db: Db,
}

impl Planning {
    async fn start(world: &World) -> Self {
        let database = testing::Database::create("planning_that_tells", &NO_MIGRATIONS).await;
        let db = Db::open("planning", &database.config(), world.stage.clock.clone()).expect("its own address");
        let bus = testing::connect("planning", &world.stage.nats).await;
        tokio::spawn(chassis::outbox::relay(db.clone(), bus, world.stage.stop.clone()));
        Self { db }
    }

    async fn tell(&self, world: &World, changes: &[PlanChange]) {
        let mut tx = self.db.begin(&world.who(Role::Service)).await.expect("a transaction");
        for change in changes {
            let message = PlanChangeRecorded { plan_change: Some(change.clone()) };
            let fact = Fact::new("plan_change", "recorded", &change.id, Classification::Unclassified, &message);
            tx.publish(fact).await.expect("the outbox");
        }
        tx.commit().await.expect("a commit");
    }

    async fn tell_of_plan(&self, world: &World, plan: &Plan, classification: Classification) {
        let plan = Plan { classification: classification.word().to_owned(), ..plan.clone() };
        let mut tx = self.db.begin(&world.who(Role::Service)).await.expect("a transaction");
        let message = PlanRecorded { plan: Some(plan.clone()) };
        tx.publish(Fact::new("plan", "recorded", &plan.id, classification, &message)).await.expect("the outbox");
        tx.commit().await.expect("a commit");
    }
}

fn change(of: &pb::Recommendation, id: Uuid, state: &str, version: i64) -> PlanChange {
    PlanChange {
        id: id.to_string(),
        recommendation_id: of.id.clone(),
        state: state.to_owned(),
        version,
        ..Default::default()
    }
}

async fn stored(world: &World, id: &str) -> pb::Recommendation {
    let all = world.coordinator().list_recommendations(pb::ListRecommendationsRequest::default()).await;
    done(all).recommendations.into_iter().find(|one| one.id == id).expect("it is there")
}

#[tokio::test]
async fn a_change_heard_twice_is_linked_once() {
    let mut world = World::start().await;
    let _running = world.stage.start(&mut world.service);
    let planning = Planning::start(&world).await;
    let frozen = world.frozen().await;
    let (first, last) = (world.proposed(&frozen).await, world.proposed(&frozen).await);
    for proposed in [&first, &last] {
        done(world.leadership().decide_recommendation(decide(proposed, "accepted", "")).await);
    }

    let (opened, another) = (Uuid::new_v4(), Uuid::new_v4());
    let stranger = pb::Recommendation { id: Uuid::new_v4().to_string(), ..Default::default() };
    planning
        .tell(
            &world,
            &[
                change(&first, opened, "open", 1),
                change(&first, opened, "open", 1),
                change(&first, opened, "in_draft", 2),
                // Late, and older than what was heard of: it changes nothing.
                change(&first, another, "open", 1),
                // Of a recommendation that is not here: it stops nobody.
                change(&stranger, another, "open", 1),
                change(&last, another, "open", 1),
            ],
        )
        .await;
    testing::eventually("the last change is linked", || async {
        !stored(&world, &last.id).await.plan_change_id.is_empty()
    })
    .await;

    let linked = stored(&world, &first.id).await;
    assert_eq!((linked.plan_change_id, linked.version), (opened.to_string(), 3), "proposed, accepted, linked");
    assert_eq!(linked.state, "accepted");
    let told = world.told().await;
    let recorded = told.iter().filter(|kind| kind.ends_with("RecommendationRecorded")).count();
    assert_eq!(recorded, 6, "twice proposed, twice decided, twice linked");
}

#[tokio::test]
async fn a_change_is_followed_until_its_plan_is_active() {
    let mut world = World::start().await;
    let _running = world.stage.start(&mut world.service);
    let planning = Planning::start(&world).await;
    let frozen = world.frozen().await;
    let proposed = world.proposed(&frozen).await;
    done(world.leadership().decide_recommendation(decide(&proposed, "accepted", "")).await);
    let (opened, draft) = (Uuid::new_v4(), Uuid::new_v4());
    planning.tell(&world, &[change(&proposed, opened, "open", 1)]).await;
    testing::eventually("the change is open", || async {
        stored(&world, &proposed.id).await.plan_change_state == "open"
    })
    .await;
    assert_eq!(stored(&world, &proposed.id).await.changed_plan_id, "", "no plan takes it up yet");

    let taken = PlanChange { plan_id: draft.to_string(), ..change(&proposed, opened, "in_draft", 2) };
    planning.tell(&world, &[taken]).await;
    let plan = Plan { id: draft.to_string(), number: 4, ..Plan::default() };
    for (version, state) in (1..).zip(["draft", "in_review", "endorsed", "approved", "active"]) {
        let now = Plan { version, state: state.to_owned(), ..plan.clone() };
        planning.tell_of_plan(&world, &now, Classification::Unclassified).await;
        testing::eventually("the plan is where planning has it", || async {
            stored(&world, &proposed.id).await.changed_plan_state == state
        })
        .await;
    }
    let followed = stored(&world, &proposed.id).await;
    assert_eq!((followed.plan_change_state.as_str(), followed.changed_plan_number), ("in_draft", 4));
    assert_eq!(
        (followed.changed_plan_id, followed.version),
        (draft.to_string(), 3),
        "following it is no change of its own"
    );

    // Late, and older than what was heard of: it changes nothing; and above a clearance the plan is not there.
    planning
        .tell_of_plan(
            &world,
            &Plan { version: 2, state: "in_review".to_owned(), ..plan.clone() },
            Classification::Unclassified,
        )
        .await;
    let secret = Plan { version: 6, state: "superseded".to_owned(), ..plan };
    planning.tell_of_plan(&world, &secret, Classification::StrictlyConfidential).await;
    testing::eventually("the newer one is heard", || async {
        stored(&world, &proposed.id).await.changed_plan_state == "superseded"
    })
    .await;
    let open = cleared(world.who(Role::Coordinator), Classification::Unclassified);
    let all = done(world.client(&open).list_recommendations(pb::ListRecommendationsRequest::default()).await);
    let seen = &all.recommendations[0];
    assert_eq!(
        (seen.plan_change_state.as_str(), seen.changed_plan_id.as_str(), seen.changed_plan_number),
        ("in_draft", "", 0)
    );
}
