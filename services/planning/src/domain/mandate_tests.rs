//! A mandate as it is recorded again and again, against a plain list of its tasks.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::plan::tests::{day, recorded};

/// A task of the list: a new one, the one at a place of the stored list, or one that is not known.
#[derive(Debug, Clone, Copy)]
enum Asked {
    New,
    Stored(usize),
    Unknown,
}

fn asked() -> impl Strategy<Value = Vec<(Asked, u8)>> {
    let task = prop_oneof![
        4 => Just(Asked::New),
        8 => (0usize..6).prop_map(Asked::Stored),
        1 => Just(Asked::Unknown),
    ];
    prop::collection::vec((task, 0u8..9), 0..5)
}

proptest! {
    /// Whatever is recorded in whatever order: a task keeps its id while it is in the list, no id is given twice, the
    /// list reads as it was last accepted, and what is refused leaves it.
    #[test]
    fn no_order_of_calls_mixes_tasks_up(calls in prop::collection::vec(asked(), 0..12)) {
        let mut fresh = 0;
        let mut stored: Option<Mandate> = None;
        let mut kept: Vec<(TaskId, u8)> = Vec::new();
        let mut given_ids: Vec<TaskId> = Vec::new();
        for call in calls {
            let wanted: Vec<(Option<TaskId>, u8)> = call
                .iter()
                .filter_map(|(asked, words)| match asked {
                    Asked::New => Some((None, *words)),
                    Asked::Stored(place) => kept.get(*place).map(|(id, _)| (Some(*id), *words)),
                    Asked::Unknown => Some((Some(TaskId(Uuid::from_u128(9_999))), *words)),
                })
                .collect();
            let task = |(id, words): &(Option<TaskId>, u8)| GivenTask {
                id: *id,
                paragraph: words.to_string(),
                text: Text::of("Protect civilians", ""),
                priority: None,
            };
            let given = GivenMandate {
                resolution: "S/RES/2709 (2023)".to_owned(),
                adopted: day("2023-11-15"),
                expires: day("2024-11-15"),
                tasks: wanted.iter().map(task).collect(),
            };
            let mut named: Vec<TaskId> = wanted.iter().filter_map(|(id, _)| *id).collect();
            named.sort_unstable();
            let is_twice = named.windows(2).any(|pair| pair[0] == pair[1]);
            let is_unknown = named.iter().any(|id| kept.iter().all(|(known, _)| known != id));
            let made = given.checked().and_then(|given| {
                Mandate::recorded(given, stored.as_ref(), recorded(1), || {
                    fresh += 1;
                    Uuid::from_u128(fresh)
                })
            });
            prop_assert_eq!(made.is_ok(), !is_twice && !is_unknown, "{:?}", wanted);
            let Ok(made) = made else { continue };
            prop_assert_eq!(made.version, stored.as_ref().map_or(1, |stored| stored.version + 1));
            prop_assert!(stored.as_ref().is_none_or(|stored| stored.id == made.id));
            for (task, (id, words)) in made.tasks.iter().zip(&wanted) {
                prop_assert_eq!(&task.paragraph, &words.to_string());
                prop_assert!(id.map_or(!given_ids.contains(&task.id), |id| id == task.id), "an id is one task's");
                given_ids.push(task.id);
            }
            let left: Vec<TaskId> = stored.iter().flat_map(|stored| made.left_out(stored)).map(|task| task.id).collect();
            let gone: Vec<TaskId> = kept.iter().map(|(id, _)| *id).filter(|id| !named.contains(id)).collect();
            prop_assert_eq!(left, gone);
            kept = made.tasks.iter().map(|task| (task.id, task.paragraph.parse().expect("a number"))).collect();
            stored = Some(made);
        }
    }
}
