//! Frameworks of the library: a part is cloned and keeps its link, a next version is offered and never forced.

use chassis::{Code, Grant};
use cpas_proto::{planning::v1 as pb, words::Role};
use prost::Message as _;

use crate::world::{Person, World, answer, en, last_under, output, refusal};

const GENDER: &str = "T-GENDER";

impl Person {
    async fn template(&self, code: &str) -> pb::LibraryTemplate {
        let library = answer(self.client().get_library(pb::GetLibraryRequest {}).await).expect("the library");
        library.templates.into_iter().find(|one| one.code == code).expect(code)
    }

    /// Makes the next version of a framework.
    async fn next(
        &self,
        of: &pb::LibraryTemplate,
        change: impl FnOnce(&mut pb::SetLibraryTemplateRequest),
    ) -> Result<pb::LibraryTemplate, chassis::Failure> {
        let mut request = pb::SetLibraryTemplateRequest {
            code: of.code.clone(),
            theme: of.theme.clone(),
            title: of.title.clone(),
            objective: of.objective.clone(),
            outcomes: of.outcomes.clone(),
            seen_version: of.version,
        };
        change(&mut request);
        answer(self.client().set_library_template(request).await)
    }

    async fn takes(&self, plan: &pb::Plan, parts: &[&str]) -> Result<pb::Plan, chassis::Failure> {
        let request = pb::CloneLibraryTemplateRequest {
            plan_id: plan.id.clone(),
            version: plan.version,
            code: GENDER.to_owned(),
            lead_section: "Gender".to_owned(),
            item_ids: parts.iter().map(|&part| part.to_owned()).collect(),
        };
        answer(self.client().clone_library_template(request).await)
    }

    async fn offered(&self) -> Vec<pb::TemplateOffer> {
        answer(self.client().list_template_offers(pb::ListTemplateOffersRequest {}).await).expect("offers").offers
    }

    async fn answers(&self, offer: &pb::TemplateOffer, take: bool) -> Result<pb::Plan, chassis::Failure> {
        answer(self.client().answer_template_offer(as_asked(offer, take)).await)
    }
}

fn as_asked(offer: &pb::TemplateOffer, take: bool) -> pb::AnswerTemplateOfferRequest {
    pb::AnswerTemplateOfferRequest {
        plan_id: offer.plan_id.clone(),
        version: offer.plan_version,
        code: offer.code.clone(),
        library_part_id: offer.library_part_id.clone(),
        library_version: offer.library_version,
        take,
        ..Default::default()
    }
}

fn part<'a>(plan: &'a pb::Plan, part: &str) -> &'a pb::PlanItem {
    plan.items.iter().find(|item| item.library_part_id == part).expect("an item of this part")
}

/// Part and change of each offer.
fn told(offers: &[pb::TemplateOffer]) -> Vec<(&str, &str)> {
    offers.iter().map(|one| (one.library_part_id.as_str(), one.change.as_str())).collect()
}

/// What was told of answers: plan, part, version, and whether it was taken.
async fn facts(world: &World) -> Vec<(String, String, u32, bool)> {
    let mut tx = world.stage.db.begin_unscoped().await.expect("a transaction");
    let payloads: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT payload FROM chassis.outbox WHERE kind = 'cpas.planning.v1.LibraryOfferAnswered' ORDER BY seq",
    )
    .fetch_all(&mut *tx)
    .await
    .expect("the outbox");
    let line = |payload: Vec<u8>| {
        let told = pb::LibraryOfferAnswered::decode(payload.as_slice()).expect("its message");
        (told.plan_id, told.library_part_id, told.library_version, told.taken)
    };
    payloads.into_iter().map(line).collect()
}

/// Says the statement of outcome 1 anew, adds an output to it, and takes outcome 2 away.
fn all_three(next: &mut pb::SetLibraryTemplateRequest) {
    next.outcomes[0].statement = en("Women sit where peace is decided");
    next.outcomes[0].outputs.push(pb::LibraryOutput {
        statement: en("Childcare at every round of talks"),
        component: "support".to_owned(),
        ..Default::default()
    });
    next.outcomes.remove(1);
}

#[tokio::test(flavor = "multi_thread")]
async fn headquarters_makes_next_versions_whose_changes_can_be_read() {
    let world = World::start().await;
    let keeper = world.person(Role::HqAnalyst);
    let first = keeper.template(GENDER).await;
    let ids: Vec<_> = first.outcomes.iter().map(|one| one.id.as_str()).collect();
    assert_eq!((first.version, ids), (1, vec!["1", "2"]));
    let titled = |next: &mut pb::SetLibraryTemplateRequest| {
        all_three(next);
        next.title =
            Some(cpas_proto::common::v1::Text { en: "Women decide".into(), fr: "Les femmes décident".into() });
    };
    let second = keeper.next(&first, titled).await.expect("a version");
    assert_eq!((second.version, second.outcomes.len(), second.outcomes[0].id.as_str()), (2, 1, "1"));
    assert_eq!(second.title.as_ref().map(|title| title.fr.as_str()), Some("Les femmes décident"));
    let asked = || pb::ListLibraryTemplateVersionsRequest { code: GENDER.to_owned() };
    let versions = answer(world.planner().client().list_library_template_versions(asked()).await).expect("versions");
    let [newest, oldest] = &versions.versions[..] else { panic!("two versions") };
    assert_eq!((oldest.version, oldest.items.len(), oldest.recorded_by.as_str()), (1, 0, ""));
    assert_eq!((newest.version, newest.recorded_by.as_str()), (2, "hq_analyst"));
    let fields: Vec<_> = newest.changes.iter().map(|change| (change.field.as_str(), change.after.as_str())).collect();
    assert_eq!(fields, [("title.en", "Women decide"), ("title.fr", "Les femmes décident")]);
    let kinds: Vec<_> = newest.items.iter().map(|item| (item.change.as_str(), item.kind.as_str())).collect();
    assert_eq!(kinds, [("changed", "outcome"), ("added", "output"), ("gone", "outcome"), ("gone", "output")]);

    let stale = keeper.next(&first, all_three).await.expect_err("somebody kept a version meanwhile");
    assert_eq!((stale.code, stale.current.map(|(version, _)| version)), (Code::Stale, Some(2)));
    let again = pb::LibraryTemplate { version: 0, ..second.clone() };
    let without_ids = |next: &mut pb::SetLibraryTemplateRequest| {
        for outcome in &mut next.outcomes {
            outcome.id.clear();
            outcome.outputs.iter_mut().for_each(|output| output.id.clear());
        }
    };
    let doubled = keeper.next(&again, without_ids).await;
    assert_eq!(
        refusal(doubled),
        (Code::Invalid, vec!["seen_version".to_owned()]),
        "a new one under a code that is there"
    );
    let unknown = |next: &mut pb::SetLibraryTemplateRequest| next.outcomes[0].indicator_codes.push("NO-SUCH".into());
    assert_eq!(refusal(keeper.next(&second, unknown).await), (Code::Invalid, vec!["outcomes".to_owned()]));
    let wordless = |next: &mut pb::SetLibraryTemplateRequest| next.outcomes[0].statement = None;
    assert_eq!(
        refusal(keeper.next(&second, wordless).await),
        (Code::Invalid, vec!["outcomes[0].statement".to_owned()])
    );
    let forged = |next: &mut pb::SetLibraryTemplateRequest| next.outcomes[0].id = "77".to_owned();
    assert_eq!(refusal(keeper.next(&second, forged).await), (Code::Invalid, vec!["outcomes[0].id".to_owned()]));
    assert_eq!(refusal(world.planner().next(&second, |_| {}).await).0, Code::Denied, "headquarters keeps it");
    let new = pb::LibraryTemplate { code: "T-NEW".to_owned(), version: 0, ..second.clone() };
    let afresh = |next: &mut pb::SetLibraryTemplateRequest| {
        next.outcomes[0].id.clear();
        next.outcomes[0].outputs.iter_mut().for_each(|output| output.id.clear());
    };
    assert_eq!(keeper.next(&new, afresh).await.expect("a new one").version, 1);
    let nobodys = pb::ListLibraryTemplateVersionsRequest { code: "T-NONE".to_owned() };
    assert_eq!(refusal(answer(keeper.client().list_library_template_versions(nobodys).await)).0, Code::NotFound);

    let (one, two) = tokio::join!(keeper.next(&second, |_| {}), keeper.next(&second, |_| {}));
    assert_eq!([&one, &two].iter().filter(|made| made.is_ok()).count(), 1, "one of two at a time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_cloned_and_its_link_goes_with_it_from_version_to_version() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let plan = planner.takes(&plan, &["1.1"]).await.expect("a branch");
    let links: Vec<_> = plan.items.iter().map(|item| (item.library_part_id.as_str(), item.library_version)).collect();
    assert_eq!(links, [("objective", 1), ("1", 1), ("1.1", 1)]);
    assert!(plan.items.iter().all(|item| item.library_code == GENDER));
    assert_eq!(refusal(planner.takes(&plan, &["9"]).await), (Code::Invalid, vec!["item_ids[0]".to_owned()]));
    assert_eq!(refusal(planner.takes(&plan, &["1"]).await), (Code::Invalid, vec!["item_ids".to_owned()]));
    let plan = planner.takes(&plan, &["2"]).await.expect("another outcome, without its outputs");
    assert_eq!(
        plan.items.iter().filter(|item| item.kind == "objective").count(),
        1,
        "below the objective that is there"
    );

    let own = pb::PlanItem {
        library_code: "FORGED".to_owned(),
        library_version: 9,
        statement: en("Our own words"),
        ..part(&plan, "1").clone()
    };
    let plan = planner.revise(&plan, own).await.expect("revised");
    let item = part(&plan, "1");
    assert_eq!((item.library_code.as_str(), item.library_version), (GENDER, 1), "the link is not a writer's");

    let remove = pb::RemovePlanItemRequest {
        plan_id: plan.id.clone(),
        version: plan.version,
        item_id: part(&plan, "1.1").id.clone(),
    };
    let gone = answer(planner.client().remove_plan_item(remove).await).expect("removed");
    let back = |item_id: &str, plan: &pb::Plan| pb::RestorePlanItemRequest {
        plan_id: plan.id.clone(),
        version: plan.version,
        item_id: item_id.to_owned(),
    };
    let again = planner.takes(&gone, &["1.1"]).await.expect("cloned again");
    let twice = back(&part(&plan, "1.1").id, &again);
    let twice = answer(planner.client().restore_plan_item(twice).await).expect("and put back");
    assert_eq!(twice.items.iter().filter(|item| item.library_part_id == "1.1").count(), 1, "one of them has the link");

    let plan = in_force(&world, &twice).await;
    let asked = pb::DraftNextVersionRequest { plan_id: plan.id.clone(), ..Default::default() };
    let next = answer(planner.client().draft_next_version(asked).await).expect("the next version");
    let links = |plan: &pb::Plan| -> Vec<_> {
        plan.items.iter().map(|item| (item.lineage_id.clone(), item.library_part_id.clone())).collect()
    };
    assert_eq!(links(&next), links(&plan));
    assert_eq!(planner.get(&next.id).await.expect("the plan"), next, "as it is stored");
}

/// Each outcome gets a stakeholder, and the plan goes into force.
async fn in_force(world: &World, plan: &pb::Plan) -> pb::Plan {
    let (planner, head, chief) = (world.planner(), world.person(Role::ComponentHead), world.person(Role::Leadership));
    let stakeholder = world.known_stakeholder().await.to_string();
    let mut plan = plan.clone();
    let outcomes: Vec<_> = plan.items.iter().filter(|item| item.kind == "outcome").cloned().collect();
    for outcome in outcomes {
        let outcome = pb::PlanItem { stakeholder_id: stakeholder.clone(), ..outcome };
        plan = planner.revise(&plan, outcome).await.expect("a stakeholder");
    }
    let plan = planner.step("submit", &plan, "").await.expect("submitted");
    let plan = head.step("endorse", &plan, "").await.expect("endorsed");
    let plan = chief.step("approve", &plan, "").await.expect("approved");
    planner.step("activate", &plan, "").await.expect("activated")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_next_version_is_offered_field_by_field_and_taken_or_left() {
    let world = World::start().await;
    let (planner, keeper) = (world.planner(), world.person(Role::HqAnalyst));
    let plan = planner.takes(&planner.draft_plan().await, &[]).await.expect("the whole framework");
    assert_eq!(planner.offered().await, []);
    let own = pb::PlanItem { statement: en("Our own words"), ..part(&plan, "1").clone() };
    let plan = planner.revise(&plan, own).await.expect("revised");
    let first = keeper.template(GENDER).await;
    let second = keeper.next(&first, all_three).await.expect("a version");
    assert_eq!(planner.get(&plan.id).await.expect("the plan"), plan, "nothing is forced");

    let offers = planner.offered().await;
    let fresh = second.outcomes[0].outputs[1].id.clone();
    assert_eq!(told(&offers), [("1", "changed"), (fresh.as_str(), "added"), ("2", "gone")]);
    let changed = &offers[0];
    assert_eq!((changed.since_version, changed.library_version, changed.plan_state.as_str()), (1, 2, "draft"));
    let english = changed.fields.iter().find(|one| one.field == "statement.en").expect("a field");
    let before = first.outcomes[0].statement.clone().expect("a statement");
    let sides = [&english.before, &english.after, &english.own];
    assert_eq!(sides, [&before.en, "Women sit where peace is decided", "Our own words"]);
    assert_eq!(offers[2].below.len(), 1, "an output would go with it");

    let keep =
        |field: &str| pb::AnswerTemplateOfferRequest { keep_fields: vec![field.to_owned()], ..as_asked(changed, true) };
    let odd = answer(planner.client().answer_template_offer(keep("component")).await);
    assert_eq!(refusal(odd), (Code::Invalid, vec!["keep_fields[0]".to_owned()]));
    let taken = answer(planner.client().answer_template_offer(keep("statement.en")).await).expect("taken");
    let item = part(&taken, "1");
    assert_eq!(
        (item.library_version, item.statement.as_ref().map(|text| text.en.as_str())),
        (2, Some("Our own words"))
    );
    assert_eq!(refusal(planner.answers(&offers[1], true).await).0, Code::Stale, "the plan is another by now");

    let offers = planner.offered().await;
    assert_eq!(told(&offers), [(fresh.as_str(), "added"), ("2", "gone")]);
    let with_childcare = planner.answers(&offers[0], true).await.expect("taken");
    let added = part(&with_childcare, &fresh);
    assert_eq!((added.component.as_str(), added.lead_section.as_str()), ("support", "Gender"), "led as its outcome is");
    let offers = planner.offered().await;
    let left = planner.answers(&offers[0], false).await.expect("left");
    assert_eq!(left, with_childcare, "nothing changed");
    assert_eq!(planner.offered().await, [], "neither it nor what lies in it is offered again");
    let again = pb::TemplateOffer { plan_version: left.version, ..offers[0].clone() };
    assert_eq!(refusal(planner.answers(&again, true).await), (Code::Invalid, vec!["library_part_id".to_owned()]));

    let of = |part: &str, taken| (plan.id.clone(), part.to_owned(), 2, taken);
    assert_eq!(facts(&world).await, [of("1", true), of(&fresh, true), of("2", false)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_in_force_leaves_but_takes_only_in_its_next_version() {
    let world = World::start().await;
    let (planner, keeper) = (world.planner(), world.person(Role::HqAnalyst));
    let plan = planner.takes(&planner.draft_plan().await, &["1.1", "2.1"]).await.expect("cloned");
    let plan = in_force(&world, &plan).await;
    let second = keeper.next(&keeper.template(GENDER).await, all_three).await.expect("a version");
    let offers = planner.offered().await;
    assert_eq!((offers.len(), offers[0].plan_state.as_str()), (3, "active"));
    assert_eq!(refusal(planner.answers(&offers[0], true).await).0, Code::Conflict, "what was approved stays");
    planner.answers(&offers[2], false).await.expect("left, without a draft");
    assert_eq!(planner.get(&plan.id).await.expect("the plan"), plan);

    let asked = pb::DraftNextVersionRequest { plan_id: plan.id.clone(), ..Default::default() };
    let next = answer(planner.client().draft_next_version(asked).await).expect("the next version");
    assert_eq!(refusal(planner.answers(&offers[0], false).await).0, Code::Conflict, "its next version stands for it");
    let offers = planner.offered().await;
    let fresh = second.outcomes[0].outputs[1].id.as_str();
    assert_eq!(told(&offers), [("1", "changed"), (fresh, "added")], "what was left is not asked of the next version");
    assert!(offers.iter().all(|one| one.plan_id == next.id));

    // A local output below what is gone there goes with it, and can be put back.
    let third = |next: &mut pb::SetLibraryTemplateRequest| drop(next.outcomes[0].outputs.remove(0));
    keeper.next(&second, third).await.expect("a version");
    let offers = planner.offered().await;
    let gone = offers.iter().find(|one| one.change == "gone").expect("an output that is gone");
    assert_eq!((gone.library_version, gone.library_part_id.as_str()), (3, "1.1"));
    let stale = pb::AnswerTemplateOfferRequest { library_version: 2, ..as_asked(gone, true) };
    let stale = answer(planner.client().answer_template_offer(stale).await);
    assert_eq!(refusal(stale), (Code::Invalid, vec!["library_version".to_owned()]));
    let without = planner.answers(gone, true).await.expect("taken");
    assert_eq!(without.items.len(), next.items.len() - 1);
    let list = pb::ListRemovedPlanItemsRequest { plan_id: next.id.clone() };
    let removed = answer(planner.client().list_removed_plan_items(list).await).expect("a list").items;
    assert_eq!(removed.len(), 1, "it can be put back");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_answer_one_offer_at_a_time_and_one_who_answers_twice() {
    let world = World::start().await;
    let (planner, other, keeper) = (world.planner(), world.planner(), world.person(Role::HqAnalyst));
    planner.takes(&planner.draft_plan().await, &[]).await.expect("cloned");
    keeper.next(&keeper.template(GENDER).await, all_three).await.expect("a version");
    for answers in [[true, true], [false, false], [true, false]] {
        let offers = planner.offered().await;
        let Some(offer) = offers.first() else { break };
        let (one, two) = tokio::join!(planner.answers(offer, answers[0]), other.answers(offer, answers[1]));
        let refused: Vec<_> = [one, two].into_iter().filter_map(Result::err).map(|failure| failure.code).collect();
        assert!(matches!(refused[..], [Code::Stale | Code::Invalid]), "one of them: {refused:?}");
        assert_eq!(planner.offered().await.len(), offers.len() - 1);
    }
    assert_eq!(planner.offered().await, []);
    let answered = facts(&world).await.len();
    assert_eq!(answered, 3, "each once");

    let again = |next: &mut pb::SetLibraryTemplateRequest| next.objective = en("Women decide");
    keeper.next(&keeper.template(GENDER).await, again).await.expect("a version");
    let offer = planner.offered().await.remove(0);
    let request = || {
        let mut request = tonic::Request::new(as_asked(&offer, true));
        request.metadata_mut().insert("idempotency-key", "7e11".parse().expect("a key"));
        request
    };
    let once = answer(planner.client().answer_template_offer(request()).await).expect("once");
    let twice = answer(planner.client().answer_template_offer(request()).await).expect("the same answer");
    assert_eq!(once, twice);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_answered_by_who_plans_for_its_item_and_by_no_other_mission() {
    let world = World::start().await;
    let (planner, keeper) = (world.planner(), world.person(Role::HqAnalyst));
    let plan = planner.takes(&planner.draft_plan().await, &[]).await.expect("cloned");
    let outcome = part(&plan, "2").id.clone();
    let local = pb::PlanItem { lead_section: "JMAC".to_owned(), ..output(&outcome) };
    let plan = planner.add(&plan, local).await.expect("an output of ours below");
    assert_eq!(last_under(&plan, &outcome).library_code, "");
    keeper.next(&keeper.template(GENDER).await, all_three).await.expect("a version");
    let offers = planner.offered().await;
    for role in [Role::Contributor, Role::Reader, Role::HqAnalyst, Role::Verifier, Role::Leadership] {
        let refused = world.person(role).answers(&offers[0], true).await;
        assert_eq!(refusal(refused).0, Code::Denied, "{role}");
    }
    let stranger = world.stranger(Role::Coordinator);
    assert_eq!(refusal(stranger.answers(&offers[0], false).await).0, Code::NotFound);
    assert_eq!(stranger.offered().await, [], "nothing was taken there");

    let mut elsewhere = world.planner();
    elsewhere.caller.grants =
        vec![Grant { section: Some("Gender".to_owned()), ..Grant::mission_wide(Role::Coordinator) }];
    let gone = offers.iter().find(|one| one.change == "gone").expect("an outcome that is gone");
    assert_eq!(refusal(elsewhere.answers(gone, true).await).0, Code::Denied, "an output of JMAC lies in it");
    assert_eq!(refusal(elsewhere.answers(gone, false).await).0, Code::Denied);
    assert!(elsewhere.answers(&offers[0], true).await.is_ok(), "outcome 1 is of their section");
    assert_eq!(planner.get(&plan.id).await.expect("the plan").items.len(), plan.items.len());
}
