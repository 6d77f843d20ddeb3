//! The influence × stance grid as it stood on a date.

use chassis::Code;
use cpas_context::Config;
use cpas_proto::{context::v1 as pb, words::Role};

use crate::world::{Refused, World, fields};

async fn grid(world: &World, as_of: &str) -> pb::StakeholderGrid {
    let request = pb::GetStakeholderGridRequest { as_of: as_of.to_owned() };
    world.r#as(Role::Leadership).get_stakeholder_grid(request).await.expect("a grid").into_inner()
}

#[tokio::test]
async fn the_grid_shows_what_was_known_of_a_date() {
    let world = World::start().await;
    let front = world.stakeholder("Lake Front", "armed_group").await;
    let union = world.stakeholder("Farmers' Union", "civil_society").await;
    let party = world.stakeholder("Unity Party", "political_party").await;
    world.assess(&front, "2024-06-01", 5, -2).await;
    world.assess(&front, "2024-01-01", 3, 0).await;
    world.assess(&union, "2024-03-01", 4, 2).await;

    let spring = grid(&world, "2024-04-01").await;
    let placed: Vec<_> =
        spring.positions.iter().map(|position| (position.name.as_str(), position.influence, position.stance)).collect();
    assert_eq!(placed, [("Farmers' Union", 4, 2), ("Lake Front", 3, 0)], "the most influential first");
    assert_eq!(spring.unassessed.iter().map(|stakeholder| &stakeholder.id).collect::<Vec<_>>(), [&party.id]);
    assert_eq!((spring.positions[1].previous_influence, spring.positions[1].previous_stance), (None, None));

    let summer = grid(&world, "2024-06-01").await;
    let moved = &summer.positions[0];
    assert_eq!(
        (moved.name.as_str(), moved.influence, moved.stance, moved.as_of.as_str()),
        ("Lake Front", 5, -2, "2024-06-01")
    );
    assert_eq!((moved.previous_influence, moved.previous_stance), (Some(3), Some(0)));

    let before = grid(&world, "2023-12-31").await;
    assert_eq!((before.positions.len(), before.unassessed.len()), (0, 3));
    assert_eq!(grid(&world, "").await.positions.len(), 2, "today");
    let failure = world
        .r#as(Role::Leadership)
        .get_stakeholder_grid(pb::GetStakeholderGridRequest { as_of: "soon".to_owned() })
        .await;
    assert_eq!(fields(&failure.refused_as(Code::Invalid)), ["as_of"]);
}

#[tokio::test]
async fn a_grid_with_more_than_it_can_show_says_so() {
    let world = World::configured(Config { grid_stakeholders_max: 2, ..Config::default() }).await;
    for name in ["One", "Two", "Three"] {
        world.stakeholder(name, "community").await;
    }
    let failure = world.r#as(Role::Leadership).get_stakeholder_grid(pb::GetStakeholderGridRequest::default()).await;
    assert!(failure.refused_as(Code::Exhausted).message.contains("at most 2 stakeholders"));
}
