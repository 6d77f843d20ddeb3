//! A whole plan at the size of a large mission.

use std::time::{Duration, Instant};

use crate::world::{World, last_under, objective, outcome, output};

/// Items of a large mission's plan.
const ITEMS: usize = 300;
/// Far above what three queries take, far below one query per item.
const OPENS_WITHIN: Duration = Duration::from_millis(150);

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_three_hundred_items_opens_quickly() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let mut plan = planner.add(&plan, objective()).await.expect("an objective");
    let top = plan.items[0].id.clone();
    while plan.items.len() < ITEMS {
        plan = planner.add(&plan, outcome(&top, None)).await.expect("an outcome");
        let outcome = last_under(&plan, &top).id.clone();
        for _ in 0..9 {
            plan = planner.add(&plan, output(&outcome)).await.expect("an output");
        }
    }
    let mut fastest = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        let read = planner.get(&plan.id).await.expect("the plan");
        fastest = fastest.min(start.elapsed());
        assert_eq!(read, plan);
    }
    println!("{} items open in {fastest:?}", plan.items.len());
    assert!(fastest < OPENS_WITHIN, "{} items took {fastest:?}", plan.items.len());
}
