use chrono::DateTime;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{Who, framework::tests::small};

fn recorded() -> Recorded {
    Recorded { by: Who { account: Uuid::nil(), name: "a planner".to_owned() }, at: DateTime::UNIX_EPOCH }
}

fn content(kind: LineKind, parent: Option<u128>, code: &str, year: &str) -> LineContent {
    LineContent {
        kind,
        parent: parent.map(|id| LineId(Uuid::from_u128(id))),
        code: code.to_owned(),
        text: Text::of("Safer civilians", ""),
        period: year.parse().expect("a year"),
    }
}

pub(in crate::domain) fn line(id: u128, kind: LineKind, parent: Option<u128>, code: &str, year: &str) -> RbbLine {
    let (id, content) = (LineId(Uuid::from_u128(id)), content(kind, parent, code, year));
    RbbLine { id, content, version: 1, recorded: recorded() }
}

fn fields(refused: RbbRefused) -> Vec<String> {
    match refused {
        RbbRefused::Broken(broken) => broken.violations.into_iter().map(|violation| violation.field).collect(),
        other => panic!("{other}"),
    }
}

#[test]
fn a_line_stands_under_an_expected_accomplishment_of_its_year() {
    use LineKind::{ExpectedAccomplishment, IndicatorOfAchievement, PlannedOutput};
    let top = line(1, ExpectedAccomplishment, None, "1.1", "FY2026");
    let under = line(2, PlannedOutput, Some(1), "1.1.1", "FY2026");
    let others = [top.clone(), under];
    let write = |content| RbbLine::written(LineId(Uuid::from_u128(9)), content, None, &others, recorded());
    assert!(write(content(IndicatorOfAchievement, Some(1), "1.1.2", "FY2026")).is_ok());
    let wrong = [
        (content(ExpectedAccomplishment, Some(1), "", "FY2026"), "line.parent_id"),
        (content(PlannedOutput, None, "", "FY2026"), "line.parent_id"),
        (content(PlannedOutput, Some(2), "", "FY2026"), "line.parent_id"),
        (content(PlannedOutput, Some(77), "", "FY2026"), "line.parent_id"),
        (content(PlannedOutput, Some(1), "", "FY2027"), "line.period"),
    ];
    for (content, field) in wrong {
        assert_eq!(fields(write(content.clone()).expect_err("refused")), [field], "{content:?}");
    }
    let moved = content(ExpectedAccomplishment, None, "1.1", "FY2027");
    let refused = RbbLine::written(top.id, moved, Some(&top), &others, recorded());
    assert_eq!(fields(refused.expect_err("lines stand under it")), ["line.period"]);
    let another = content(PlannedOutput, Some(1), "1.1", "FY2026");
    let refused = RbbLine::written(top.id, another, Some(&top), &others, recorded());
    assert!(fields(refused.expect_err("kind and place")).contains(&"line.kind".to_owned()));
    let revised = content(ExpectedAccomplishment, None, "1.2", "FY2026");
    assert_eq!(RbbLine::written(top.id, revised, Some(&top), &others, recorded()).expect("revised").version, 2);
}

#[test]
fn lines_are_read_as_the_budget_reads() {
    use LineKind::{ExpectedAccomplishment, IndicatorOfAchievement, PlannedOutput};
    let lines = vec![
        line(1, PlannedOutput, Some(5), "1.10.1", "FY2026"),
        line(2, IndicatorOfAchievement, Some(5), "1.10.2", "FY2026"),
        line(5, ExpectedAccomplishment, None, "1.10", "FY2026"),
        line(4, ExpectedAccomplishment, None, "1.9", "FY2026"),
        line(3, ExpectedAccomplishment, None, "1.1", "FY2027"),
    ];
    let framework = small();
    let order = |period: Option<&str>| {
        let period = period.map(|year| year.parse().expect("a year"));
        let crosswalk = Crosswalk::of(&framework, lines.clone(), &[], period);
        crosswalk.lines.into_iter().map(|line| line.id.0.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(order(None), [4, 5, 2, 1, 3]);
    assert_eq!(order(Some("FY2027")), [3]);
}

proptest! {
    /// Every outcome and output is linked or listed, every line is served or listed, and none is both.
    #[test]
    fn nothing_is_forgotten(pairs in prop::collection::btree_set((0usize..12, 0u128..8), 0..40)) {
        let framework = small();
        let lines: Vec<_> =
            (0..8).map(|id| line(id, LineKind::ExpectedAccomplishment, None, &id.to_string(), "FY2026")).collect();
        let stored: Vec<_> = pairs
            .iter()
            .map(|(item, line)| {
                let lineage = framework.items().get(*item).map_or(LineageId(Uuid::from_u128(999)), |item| item.lineage);
                (lineage, LineId(Uuid::from_u128(*line)))
            })
            .collect();
        let crosswalk = Crosswalk::of(&framework, lines.clone(), &stored, None);
        for item in framework.items() {
            let linked = crosswalk.links.iter().any(|(id, _)| *id == item.id);
            let result = matches!(item.kind(), ItemKind::Outcome | ItemKind::Output);
            prop_assert_eq!(crosswalk.unlinked_items.contains(&item.id), result && !linked);
        }
        for line in &lines {
            let served = crosswalk.links.iter().any(|(_, id)| *id == line.id);
            prop_assert_eq!(crosswalk.unlinked_lines.contains(&line.id), !served);
        }
    }

    /// Whatever is written and removed in whatever order: no line hangs on nothing, on another kind or on another year,
    /// and none becomes another kind.
    #[test]
    fn no_order_of_calls_leaves_a_line_where_it_does_not_belong(
        calls in prop::collection::vec((0u128..6, prop::sample::select(LineKind::ALL), prop::option::of(0u128..6), 0usize..2, 0u8..8), 0..40),
    ) {
        let mut lines: Vec<RbbLine> = Vec::new();
        for (id, kind, parent, year, removes) in calls {
            let id_of = |number| LineId(Uuid::from_u128(number));
            if removes == 0 {
                lines.retain(|line| line.id != id_of(id) && line.content.parent != Some(id_of(id)));
                continue;
            }
            let content = content(kind, parent, "1", ["FY2026", "FY2027"][year]);
            let before = lines.iter().find(|line| line.id == id_of(id)).cloned();
            // As a careful clerk of the budget would say.
            let above = parent.and_then(|parent| lines.iter().find(|line| line.id == id_of(parent) && parent != id));
            let is_top = kind == LineKind::ExpectedAccomplishment;
            let stands = if is_top {
                parent.is_none()
            } else {
                above.is_some_and(|above| {
                    above.content.kind == LineKind::ExpectedAccomplishment && above.content.period == content.period
                })
            };
            let has_below = lines.iter().any(|line| line.content.parent == Some(id_of(id)));
            let stays = before.as_ref().is_none_or(|before| {
                before.content.kind == kind && (before.content.period == content.period || !has_below)
            });
            let made = RbbLine::written(id_of(id), content, before.as_ref(), &lines, recorded());
            prop_assert_eq!(made.is_ok(), stands && stays, "{} {:?} among {:?}", kind, parent, &lines);
            if let Ok(made) = made {
                prop_assert_eq!(made.version, before.map_or(1, |before| before.version + 1));
                lines.retain(|line| line.id != made.id);
                lines.push(made);
            }
            for line in &lines {
                let above = line.content.parent.map(|parent| lines.iter().find(|line| line.id == parent));
                let is_sound = match above {
                    None => line.content.kind == LineKind::ExpectedAccomplishment,
                    Some(above) => above.is_some_and(|above| {
                        above.content.kind == LineKind::ExpectedAccomplishment
                            && above.content.period == line.content.period
                    }),
                };
                prop_assert!(is_sound, "{:?}", line);
            }
        }
    }
}
