//! No sequence of steps reaches a state that the domain forbids, also when two people step at once: the states
//! are compared with a table written here from the domain's own page.

use cpas_proto::{planning::v1 as pb, words::Role};

use crate::world::{Person, World, answer, deaths, en, objective, outcome};

/// Steps of a plan: from, step, to.
const PLAN: &[(&str, &str, &str)] = &[
    ("draft", "submit", "in_review"),
    ("in_review", "return", "draft"),
    ("endorsed", "return", "draft"),
    ("in_review", "endorse", "endorsed"),
    ("endorsed", "approve", "approved"),
    ("approved", "activate", "active"),
    ("superseded", "archive", "archived"),
];
const PLAN_STEPS: &[(&str, Role)] = &[
    ("submit", Role::Coordinator),
    ("return", Role::ComponentHead),
    ("endorse", Role::ComponentHead),
    ("approve", Role::Leadership),
    ("activate", Role::Leadership),
    ("archive", Role::Coordinator),
];
/// Steps of an indicator; a revision of what was approved has to be approved again.
const INDICATOR: &[(&str, &str, &str)] = &[
    ("draft", "approve", "approved"),
    ("approved", "activate", "active"),
    ("active", "retire", "retired"),
    ("draft", "revise", "draft"),
    ("approved", "revise", "draft"),
    ("active", "revise", "active"),
];
const INDICATOR_STEPS: &[&str] = &["approve", "activate", "retire", "revise"];

/// Chance that says the same each time (SplitMix64).
struct Chance(u64);

impl Chance {
    fn of<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        &among[((mixed ^ (mixed >> 27)) % among.len() as u64) as usize]
    }
}

fn leads_to(table: &[(&'static str, &str, &'static str)], from: &str, step: &str) -> Option<&'static str> {
    table.iter().find(|way| way.0 == from && way.1 == step).map(|way| way.2)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_goes_no_other_way_when_two_step_at_once() {
    let world = World::start().await;
    let stakeholder = world.known_stakeholder().await;
    let planner = world.planner();
    let (mut chance, mut seen, mut raced) = (Chance(7), std::collections::BTreeSet::new(), 0);
    for _ in 0..6 {
        let plan = planner.draft_plan().await;
        let plan = planner.add(&plan, objective()).await.expect("an objective");
        let mut plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("an outcome");
        for turn in 0..14 {
            let allowed: Vec<(&str, Role)> =
                PLAN_STEPS.iter().copied().filter(|step| leads_to(PLAN, &plan.state, step.0).is_some()).collect();
            // Every second turn two race for what each of them may do.
            let among = if turn % 2 == 0 && !allowed.is_empty() { &allowed[..] } else { PLAN_STEPS };
            let (one, other) = (*chance.of(among), *chance.of(among));
            let (first, second) = (world.person(one.1), world.person(other.1));
            let (left, right) =
                tokio::join!(first.step(one.0, &plan, "A word on it."), second.step(other.0, &plan, "A word on it."));
            let done: Vec<&str> = [(one.0, left.is_ok()), (other.0, right.is_ok())]
                .into_iter()
                .filter(|way| way.1)
                .map(|way| way.0)
                .collect();
            let wanted =
                [one.0, other.0].into_iter().filter(|step| leads_to(PLAN, &plan.state, step).is_some()).count();
            let after = planner.get(&plan.id).await.expect("the plan");
            match done.as_slice() {
                [] => {
                    assert_eq!((after.state.as_str(), after.version), (plan.state.as_str(), plan.version));
                    assert_eq!(wanted, 0, "{} in {}: {left:?} {right:?}", one.0, plan.state);
                }
                [step] => {
                    assert_eq!(
                        Some(after.state.as_str()),
                        leads_to(PLAN, &plan.state, step),
                        "{step} from {}",
                        plan.state
                    );
                    assert_eq!(after.version, plan.version + 1);
                }
                both => panic!("both saw version {} and both were done: {both:?}", plan.version),
            }
            raced += usize::from(wanted == 2);
            seen.insert(after.state.clone());
            plan = after;
        }
    }
    assert!(raced > 3, "only {raced} races between two that each were allowed");
    assert!(seen.contains("active") && seen.contains("endorsed"), "{seen:?}");
}

async fn step(person: &Person, step: &str, of: &pb::Indicator, turn: usize) -> Result<pb::Indicator, chassis::Failure> {
    let seen = pb::MoveIndicatorRequest { id: of.id.clone(), version: of.version };
    let mut client = person.client();
    answer(match step {
        "approve" => client.approve_indicator(seen).await,
        "activate" => client.activate_indicator(seen).await,
        "retire" => client.retire_indicator(seen).await,
        _ => {
            let indicator = Some(pb::Indicator { name: en(&format!("Deaths, {turn}")), ..of.clone() });
            client.revise_indicator(pb::ReviseIndicatorRequest { indicator }).await
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_goes_no_other_way_when_two_step_at_once() {
    let world = World::start().await;
    let planner = world.planner();
    let (mut chance, mut seen) = (Chance(11), std::collections::BTreeSet::new());
    for number in 0..6 {
        let mut indicator = planner.draft_indicator(deaths(&format!("OC-{number}"))).await.expect("a draft");
        for turn in 0..12 {
            let (one, other) = (*chance.of(INDICATOR_STEPS), *chance.of(INDICATOR_STEPS));
            let (left, right) = tokio::join!(
                step(&planner, one, &indicator, 2 * turn),
                step(&planner, other, &indicator, 2 * turn + 1)
            );
            let get = pb::GetIndicatorRequest { id: indicator.id.clone(), ..Default::default() };
            let after = answer(planner.client().get_indicator(get).await).expect("the indicator");
            let wanted =
                [one, other].into_iter().filter(|step| leads_to(INDICATOR, &indicator.state, step).is_some()).count();
            match (&left, &right) {
                (Ok(_), Ok(_)) => panic!("both saw version {} and both were done: {one}, {other}", indicator.version),
                (Err(_), Err(_)) => {
                    assert_eq!(after, indicator, "nothing was changed");
                    assert_eq!(wanted, 0, "{one} and {other} in {}: {left:?} {right:?}", indicator.state);
                }
                (Ok(_), _) | (_, Ok(_)) => {
                    let done = if left.is_ok() { one } else { other };
                    assert_eq!(Some(after.state.as_str()), leads_to(INDICATOR, &indicator.state, done), "{done}");
                    assert_eq!(after.version, indicator.version + 1);
                }
            }
            seen.insert(after.state.clone());
            indicator = after;
        }
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
}
