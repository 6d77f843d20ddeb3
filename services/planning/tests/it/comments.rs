//! Comments on items of a plan in review.

use chassis::{Code, Failure};
use cpas_proto::{
    planning::v1 as pb,
    words::{Classification, Role},
};

use crate::world::{Person, World, answer, objective, outcome, refusal};

impl Person {
    pub async fn comment(&self, plan: &pb::Plan, item: &str, text: &str) -> Result<pb::PlanComment, Failure> {
        let request =
            pb::AddCommentRequest { plan_id: plan.id.clone(), item_id: item.to_owned(), text: text.to_owned() };
        answer(self.client().add_comment(request).await)
    }

    pub async fn resolve(&self, comment: &pb::PlanComment) -> Result<pb::PlanComment, Failure> {
        let (plan_id, comment_id) = (comment.plan_id.clone(), comment.id.clone());
        let request = pb::ResolveCommentRequest { plan_id, version: comment.version, comment_id };
        answer(self.client().resolve_comment(request).await)
    }

    pub async fn comments(&self, plan: &pb::Plan) -> Result<Vec<pb::PlanComment>, Failure> {
        let request = pb::ListCommentsRequest { plan_id: plan.id.clone() };
        answer(self.client().list_comments(request).await).map(|list| list.comments)
    }
}

pub async fn in_review(world: &World) -> pb::Plan {
    let stakeholder = world.known_stakeholder().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("an outcome");
    let early = planner.comment(&plan, &plan.items[1].id, "Too early").await;
    assert_eq!(refusal(early).0, Code::Conflict, "a draft is not in review");
    planner.step("submit", &plan, "").await.expect("submitted")
}

/// Another person with the same role.
fn somebody(world: &World, role: Role) -> Person {
    let mut person = world.person(role);
    person.caller.account = uuid::Uuid::new_v4();
    person.caller.name = format!("another {role}");
    person
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_is_written_in_review_and_resolved_once_the_plan_is_mended() {
    let world = World::start().await;
    let plan = in_review(&world).await;
    let item = plan.items[1].id.clone();
    let adviser = somebody(&world, Role::Adviser);
    let written = adviser.comment(&plan, &item, " Who looks at what differs for women? ").await.expect("a comment");
    assert_eq!((written.text.as_str(), written.own), ("Who looks at what differs for women?", true));
    assert_eq!(refusal(adviser.comment(&plan, &item, " ").await), (Code::Invalid, vec!["text".to_owned()]));
    let elsewhere = adviser.comment(&plan, &uuid::Uuid::new_v4().to_string(), "Nowhere").await;
    assert_eq!(refusal(elsewhere), (Code::Invalid, vec!["item_id".to_owned()]));

    let stranger = somebody(&world, Role::FocalPoint);
    let seen = stranger.comments(&plan).await.expect("the comments");
    assert_eq!((seen.len(), seen[0].own, seen[0].author.as_str()), (1, false, "another adviser"));
    assert_eq!(refusal(stranger.resolve(&written).await).0, Code::Denied, "neither theirs nor a planner");

    let plan = world.person(Role::ComponentHead).step("return", &plan, "See the comment.").await.expect("returned");
    let planner = somebody(&world, Role::Coordinator);
    let done = planner.resolve(&written).await.expect("resolved");
    assert_eq!((done.resolved_by.as_str(), done.version), ("another coordinator", 2));
    assert_eq!(refusal(adviser.resolve(&written).await).0, Code::Stale);
    assert_eq!(refusal(adviser.resolve(&done).await).0, Code::Conflict);
    assert_eq!(adviser.comments(&plan).await.expect("the comments").len(), 1, "it stays readable");
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_told_without_their_text_and_end_with_the_decision() {
    let world = World::start().await;
    let plan = in_review(&world).await;
    let item = plan.items[1].id.clone();
    let head = world.person(Role::ComponentHead);
    let written = head.comment(&plan, &item, "Ask the ministry first").await.expect("a comment");
    let mut tx = world.stage.db.begin_unscoped().await.expect("a transaction");
    let payload: Vec<u8> =
        sqlx::query_scalar("SELECT payload FROM chassis.outbox WHERE kind = 'cpas.planning.v1.CommentRecorded'")
            .fetch_one(&mut *tx)
            .await
            .expect("one event");
    drop(tx);
    let told = <pb::CommentRecorded as prost::Message>::decode(payload.as_slice()).expect("its message");
    assert_eq!((told.item_id, told.comment_id), (item.clone(), written.id.clone()));
    assert!(!String::from_utf8_lossy(&payload).contains("ministry"));

    let plan = head.step("endorse", &plan, "").await.expect("endorsed");
    head.comment(&plan, &item, "Still to be asked").await.expect("also once it is endorsed");
    let plan = world.person(Role::Leadership).step("approve", &plan, "").await.expect("approved");
    assert_eq!(refusal(head.comment(&plan, &item, "Too late").await).0, Code::Conflict);
    assert_eq!(refusal(head.resolve(&written).await).0, Code::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_mission_and_the_uncleared_read_no_comment() {
    let world = World::start().await;
    let plan = in_review(&world).await;
    let written = world.person(Role::Adviser).comment(&plan, &plan.items[1].id, "Note").await.expect("a comment");
    let stranger = world.stranger(Role::Coordinator);
    assert_eq!(refusal(stranger.comments(&plan).await), (Code::NotFound, vec![]));
    assert_eq!(refusal(stranger.resolve(&written).await), (Code::NotFound, vec![]));
    assert_eq!(refusal(stranger.comment(&plan, &plan.items[1].id, "Note").await), (Code::NotFound, vec![]));
    let stakeholder = plan.items[1].stakeholder_id.parse().expect("an id");
    world.stakeholder(stakeholder, 9, Classification::Confidential).await;
    let mut uncleared = world.person(Role::Adviser);
    uncleared.caller.clearance = Classification::Unclassified;
    chassis::testing::eventually("the plan is raised", || async { uncleared.comments(&plan).await.is_err() }).await;
    assert_eq!(refusal(uncleared.comments(&plan).await), (Code::NotFound, vec![]));
}
