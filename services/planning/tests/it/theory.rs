//! The theory of change: laid out for who may see the plan, circles refused with the way.

use chassis::Code;
use cpas_proto::{planning::v1 as pb, words::Role};

use crate::world::{Person, World, answer, last_under, objective, outcome, output, refusal};

async fn theory(person: &Person, plan: &str) -> Result<pb::TheoryOfChange, chassis::Failure> {
    let request = pb::GetTheoryOfChangeRequest { plan_id: plan.to_owned() };
    answer(person.client().get_theory_of_change(request).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_graph_has_a_place_for_each_result_and_says_what_reaches_nothing() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let top = plan.items[0].id.clone();
    let plan = planner.add(&plan, outcome(&top, None)).await.expect("an outcome");
    let first = last_under(&plan, &top).id.clone();
    let plan = planner.add(&plan, outcome(&top, None)).await.expect("an outcome");
    let second = last_under(&plan, &top).id.clone();
    let plan = planner.add(&plan, output(&first)).await.expect("an output");
    let patrols = last_under(&plan, &first).id.clone();
    let plan = planner.add(&plan, output(&second)).await.expect("an output");
    let talks = last_under(&plan, &second).id.clone();
    let plan = planner.link(&plan, &patrols, &second).await.expect("a link");
    let seen = theory(&planner, &plan.id).await.expect("a graph");
    let columns: Vec<(u32, bool)> = seen.nodes.iter().map(|node| (node.column, node.unlinked)).collect();
    assert_eq!(columns, [(2, false), (1, true), (1, false), (0, false), (0, true)]);
    assert_eq!(
        (seen.links.len(), seen.links[0].expected_lag_months, seen.links[0].strength.as_str()),
        (1, 3, "moderate")
    );
    assert_eq!(
        seen.steps.iter().map(|step| step.objective_id.as_str()).collect::<Vec<_>>(),
        [top.as_str(), top.as_str()]
    );
    assert_eq!((seen.rows, seen.crossings), (2, 0));

    let circle = planner.link(&plan, &talks, &first).await.expect_err("each works on where the other lies");
    assert!(circle.violations[0].message.starts_with("The links would go round in a circle: "), "{circle:?}");
    assert!(circle.violations[0].message.contains(" → "), "{circle:?}");
    assert_eq!(theory(&planner, &plan.id).await.expect("the same"), seen, "nothing was changed");

    assert_eq!(refusal(theory(&world.person(Role::Reader), &plan.id).await).0, Code::NotFound, "a draft");
    assert_eq!(refusal(theory(&world.stranger(Role::Coordinator), &plan.id).await).0, Code::NotFound);
    assert_eq!(refusal(theory(&planner, "active").await).0, Code::NotFound, "none is in force");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_link_rests_on_is_said_in_both_languages() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let top = plan.items[0].id.clone();
    let plan = planner.add(&plan, outcome(&top, None)).await.expect("an outcome");
    let change = last_under(&plan, &top).id.clone();
    let plan = planner.add(&plan, output(&change)).await.expect("an output");
    let patrols = last_under(&plan, &change).id.clone();
    let links = async |plan: &pb::Plan, english: &[&str], french: &[&str]| {
        let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        let link = pb::ResultLink {
            output_id: patrols.clone(),
            outcome_id: change.clone(),
            assumptions: owned(english),
            assumptions_fr: owned(french),
            strength: "weak".to_owned(),
            ..Default::default()
        };
        let request = pb::LinkResultsRequest { plan_id: plan.id.clone(), version: plan.version, link: Some(link) };
        answer(planner.client().link_results(request).await)
    };
    let blank = links(&plan, &["Roads are open", " "], &["Les pistes sont ouvertes", ""]).await;
    assert_eq!(blank.expect_err("the second says nothing").violations[0].field, "link.assumptions[1]");
    let plan =
        links(&plan, &["Roads are open"], &["Les pistes sont ouvertes", "Les marchés tiennent"]).await.expect("a link");
    assert_eq!(plan.links[0].assumptions, ["Roads are open", ""]);
    assert_eq!(plan.links[0].assumptions_fr, ["Les pistes sont ouvertes", "Les marchés tiennent"]);
    let request = pb::GetPlanRequest { id: plan.id.clone() };
    let stored = answer(planner.client().get_plan(request).await).expect("the plan");
    assert_eq!(stored.links, plan.links, "as it was said");
}
