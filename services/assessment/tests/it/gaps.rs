//! Gaps between women and men and between areas, as an assessment tells them.

use cpas_proto::{assessment::v1 as pb, collection::v1 as collection, words::Role};

use crate::world::*;

fn of_sex(category: &str, values: [f64; 5]) -> collection::SeriesPart {
    let years: Vec<(i32, Option<f64>)> = (2020..).zip(values.map(Some)).collect();
    collection::SeriesPart { slice: format!("sex={category}"), ..part("", &years) }
}

fn furnish_sexes(world: &World) {
    let mut held = world.neighbours.held();
    held.series[0].parts.extend([
        of_sex("f", [200.0, 180.0, 190.0, 160.0, 150.0]),
        of_sex("m", [300.0, 250.0, 190.0, 140.0, 90.0]),
        of_sex("unknown", [9.0, 9.0, 9.0, 9.0, 900.0]),
    ]);
}

async fn deaths(world: &World) -> Vec<pb::Analysis> {
    let frozen = world.frozen().await;
    let all = world.analyses(&world.who(Role::Adviser), &frozen).await;
    all.into_iter().filter(|one| one.indicator_code == DEATHS).collect()
}

#[tokio::test]
async fn the_gap_between_women_and_men_is_told_with_its_size_direction_and_beginning() {
    let world = World::start().await;
    furnish_sexes(&world);
    let analyses = deaths(&world).await;
    assert!(world.neighbours.held().asked_for_slices, "values by category are asked for");
    let gap = &analyses[0].gaps[0];
    assert_eq!((gap.dimension.as_str(), gap.period.as_str(), gap.groups), ("sex", "2024", 2), "unknown is no group");
    assert_eq!((gap.highest.as_str(), gap.lowest.as_str(), gap.difference), ("f", "m", 60.0));
    assert_eq!((gap.since.as_str(), gap.worse.as_str(), gap.movement.as_str()), ("2023", "f", "widening"));
    assert!((gap.p.expect("five years") - 2.0 / 120.0).abs() < 1e-12);
    let statement = gap.statement.as_ref().expect("a sentence");
    assert!(
        statement.en.contains("a gap of 60, worse for women and girls, the same way round since 2023"),
        "{statement:?}"
    );
    assert!(statement.fr.contains("un écart de 60, pire pour les femmes et les filles"), "{statement:?}");
    assert!(analyses[0].method.contains("gaps/1"), "{}", analyses[0].method);
    assert_eq!(analyses[0].latest_value, Some(240.0), "slices are not added to the total");
}

#[tokio::test]
async fn areas_are_compared_and_without_a_whole_the_gap_stands_with_the_highest() {
    let world = World::start().await;
    {
        let mut held = world.neighbours.held();
        let years = |values: [f64; 3]| (2022..).zip(values.map(Some)).collect::<Vec<_>>();
        held.series[0].parts[2] = part("CF12", &years([10.0, 11.0, 12.0]));
        held.targets.clear();
    }
    let with_whole = deaths(&world).await;
    assert_eq!(with_whole[0].area, "");
    let gap = &with_whole[0].gaps[0];
    assert_eq!((gap.dimension.as_str(), gap.highest.as_str(), gap.lowest.as_str()), ("area", "CF11", "CF12"));
    assert_eq!((gap.difference, gap.since.as_str(), gap.movement.as_str()), (88.0, "2022", "too_few"));
    assert!(with_whole[1].gaps.is_empty());

    world.neighbours.held().series[0].parts.remove(0);
    let by_area = deaths(&world).await;
    let of: Vec<_> = by_area.iter().map(|one| (one.area.as_str(), one.gaps.len())).collect();
    assert_eq!(of, [("CF11", 1), ("CF12", 0)]);
}

#[tokio::test]
async fn one_category_alone_is_no_gap() {
    let world = World::start().await;
    world.neighbours.held().series[0].parts.push(of_sex("f", [1.0, 2.0, 3.0, 4.0, 5.0]));
    assert!(deaths(&world).await[0].gaps.iter().all(|gap| gap.dimension != "sex"));
}
