//! Planning's changes to the plan are linked back to the recommendations that asked for them, once,
//! however often and in whatever order they are heard of.

use chassis::{Db, Fact, testing};
use cpas_proto::{
    assessment::v1 as pb,
    planning::v1::{PlanChange, PlanChangeRecorded},
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
