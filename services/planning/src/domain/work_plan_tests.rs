use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    framework::tests::{content, id},
    ids::LineageId,
    item::ItemKind,
    plan::tests::day,
};

/// Activity `number` in a small tree: from so many days after the first day, for so many days.
#[derive(Debug, Clone)]
struct Work {
    number: u128,
    from: u64,
    days: u64,
    waits: Vec<u128>,
    status: ActivityStatus,
    progress_percent: u8,
}

fn work(number: u128, from: u64, days: u64, waits: &[u128]) -> Work {
    Work { number, from, days, waits: waits.to_vec(), status: ActivityStatus::Planned, progress_percent: 0 }
}

fn first() -> NaiveDate {
    day("2026-01-01")
}

fn framework(works: &[Work]) -> Framework {
    let above = [(1, ItemKind::Objective, None), (2, ItemKind::Outcome, Some(1)), (3, ItemKind::Output, Some(2))];
    let item = |number: u128, parent: Option<u128>, position, content| Item {
        id: id(number),
        lineage: LineageId(Uuid::from_u128(number)),
        parent: parent.map(id),
        position,
        content,
        library: None,
    };
    let mut items: Vec<Item> =
        above.iter().map(|(number, kind, parent)| item(*number, *parent, 0, content(*kind, "x"))).collect();
    for (position, work) in (0..).zip(works) {
        let mut content = content(ItemKind::Activity, "work");
        content.start = Some(day_after(first(), work.from as i64));
        content.end = Some(day_after(first(), (work.from + work.days) as i64 - 1));
        content.lead_section = Some(format!("Section {}", work.number % 2));
        content.nature = Nature::Activity {
            status: work.status,
            progress_percent: work.progress_percent,
            depends_on: work.waits.iter().map(|before| id(*before)).collect(),
        };
        items.push(item(work.number, Some(3), position, content));
    }
    Framework::of(items, Vec::new()).expect("a tree without circles")
}

/// Number, first expected day counted from the first day, slack, critical.
fn told(works: &[Work]) -> Vec<(u128, i64, u32, bool)> {
    let framework = framework(works);
    let plan = work_plan(&framework, first());
    let line = |one: &Activity<'_>| {
        let from = (one.expected_start - first()).num_days();
        (one.item.id.0.as_u128(), from, one.slack_days, one.is_critical)
    };
    let mut lines: Vec<_> = plan.activities.iter().map(line).collect();
    lines.sort_unstable();
    lines
}

fn end(works: &[Work]) -> NaiveDate {
    let framework = framework(works);
    work_plan(&framework, first()).activities.iter().map(|one| one.expected_end).max().unwrap_or(first())
}

#[test]
fn what_waits_starts_after_what_it_waits_for_and_the_longest_way_is_critical() {
    // 10 takes 5 days, 11 takes 2; 12 waits for both; 13 stands alone and has time.
    let works = [work(10, 0, 5, &[]), work(11, 0, 2, &[]), work(12, 3, 4, &[10, 11]), work(13, 0, 6, &[])];
    assert_eq!(told(&works), [(10, 0, 0, true), (11, 0, 3, false), (12, 5, 0, true), (13, 0, 3, false)]);
    let framework = framework(&works);
    assert_eq!(work_plan(&framework, first()).critical_path, [id(10), id(12)]);
}

#[test]
fn a_planned_start_later_than_needed_leaves_slack_before_it() {
    let works = [work(10, 0, 2, &[]), work(11, 10, 2, &[10])];
    assert_eq!(told(&works), [(10, 0, 8, false), (11, 10, 0, true)]);
}

#[test]
fn the_cancelled_count_for_nothing_and_the_undated_are_named() {
    let cancelled = Work { status: ActivityStatus::Cancelled, ..work(10, 0, 50, &[]) };
    let works = [cancelled, work(11, 0, 3, &[10])];
    assert_eq!(told(&works), [(11, 0, 0, true)]);
    let whole = framework(&works);
    let mut content = whole.item(id(11)).expect("an activity").content.clone();
    content.end = None;
    let undated = whole.revised(id(11), content).expect("the same kind");
    assert_eq!(work_plan(&undated, first()).undated, [id(11)]);
}

#[test]
fn what_is_done_is_not_critical_any_more_and_stays_where_it_was() {
    let done = Work { status: ActivityStatus::Done, progress_percent: 100, ..work(10, 0, 5, &[]) };
    assert_eq!(told(&[done, work(11, 2, 3, &[10])]), [(10, 0, 0, false), (11, 5, 0, true)]);
}

#[test]
fn late_is_said_with_its_kind() {
    let of = |status, progress_percent, today: &str| {
        let framework = framework(&[Work { status, progress_percent, ..work(10, 0, 10, &[]) }]);
        work_plan(&framework, day(today)).activities[0].late.map(Late::word)
    };
    assert_eq!(of(ActivityStatus::Planned, 0, "2026-01-01"), None);
    assert_eq!(of(ActivityStatus::Planned, 0, "2026-01-02"), Some("not_started"));
    assert_eq!(of(ActivityStatus::Ongoing, 30, "2026-01-06"), None);
    assert_eq!(of(ActivityStatus::Ongoing, 29, "2026-01-06"), Some("behind"));
    assert_eq!(of(ActivityStatus::Ongoing, 99, "2026-01-11"), Some("overdue"));
    assert_eq!(of(ActivityStatus::Done, 100, "2026-02-01"), None);
}

fn works() -> impl Strategy<Value = Vec<Work>> {
    let one = (0u64..15, 1u64..8, prop::collection::vec(any::<prop::sample::Index>(), 0..3));
    prop::collection::vec(one, 1..9).prop_map(|given| {
        given
            .iter()
            .enumerate()
            .map(|(place, (from, days, waits))| {
                // Each waits for earlier ones only, so that there is no circle.
                let mut waits: Vec<u128> =
                    waits.iter().filter(|_| place > 0).map(|at| 10 + at.index(place) as u128).collect();
                waits.sort_unstable();
                waits.dedup();
                work(10 + place as u128, *from, *days, &waits)
            })
            .collect()
    })
}

proptest! {
    /// Against the plain meaning of the words: make one activity a day longer and look at the end.
    #[test]
    fn a_critical_day_is_lost_at_the_end(works in works()) {
        let before = end(&works);
        for (place, (_, _, slack, is_critical)) in told(&works).into_iter().enumerate() {
            let mut longer = works.clone();
            longer[place].days += 1;
            prop_assert_eq!(end(&longer) > before, is_critical);
            let mut just = works.clone();
            just[place].days += u64::from(slack);
            prop_assert_eq!(end(&just), before, "it can slip by its slack");
        }
    }

    #[test]
    fn the_critical_path_is_a_way_without_gaps_to_the_end(works in works()) {
        let framework = framework(&works);
        let plan = work_plan(&framework, first());
        let at = |id: &ItemId| plan.activities.iter().find(|one| one.item.id == *id).expect("on the path");
        let path = &plan.critical_path;
        prop_assert!(!path.is_empty());
        prop_assert_eq!(at(&path[path.len() - 1]).expected_end, end(&works));
        prop_assert!(path.iter().all(|id| at(id).is_critical));
        for step in path.windows(2) {
            prop_assert_eq!(day_after(at(&step[0]).expected_end, 1), at(&step[1]).expected_start);
            prop_assert!(at(&step[1]).item.content.depends_on().contains(&step[0]));
        }
        prop_assert_eq!(at(&path[0]).expected_start, at(&path[0]).start, "nothing holds its first up");
    }

    #[test]
    fn nothing_starts_before_its_day_or_before_what_it_waits_for(works in works()) {
        let framework = framework(&works);
        let plan = work_plan(&framework, first());
        for one in &plan.activities {
            prop_assert!(one.expected_start >= one.start);
            for before in plan.activities.iter().filter(|before| one.item.content.depends_on().contains(&before.item.id)) {
                prop_assert!(one.expected_start > before.expected_end);
            }
        }
    }
}
