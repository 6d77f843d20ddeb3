use cpas_proto::words::Classification;
use proptest::prelude::*;

use super::*;

const OWN: u128 = 9;

fn outcome(areas: &[&str]) -> Outcome {
    Outcome {
        lineage_id: Uuid::from_u128(1),
        number: "1.1".to_owned(),
        statement: Text::of("Armed groups leave markets alone", ""),
        lead_section: String::new(),
        contributing_sections: Vec::new(),
        markers: Vec::new(),
        gender_marked: false,
        poc_marked: false,
        areas: areas.iter().map(|area| (*area).to_owned()).collect(),
        stakeholder_id: Some(Uuid::from_u128(OWN)),
        outputs: Vec::new(),
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// CF has CF1 and CF2, CF1 has CF11 and CF12.
fn scope(outcome: &Outcome) -> Scope<'_> {
    let parents = [("CF1", "CF"), ("CF2", "CF"), ("CF11", "CF1"), ("CF12", "CF1"), ("CF", "")];
    Scope {
        assessment_id: Uuid::from_u128(2),
        outcome,
        first: day("2024-01-01"),
        last: day("2024-12-31"),
        parents: parents.map(|(code, parent)| (code.to_owned(), parent.to_owned())).into(),
    }
}

fn factor(id: u128, area: &str, severity: u32) -> Factor {
    Factor {
        id: Uuid::from_u128(id),
        title: Text::of(format!("Factor {id}"), format!("Facteur {id}")),
        effect: "inhibits".to_owned(),
        severity,
        trend: "stable".to_owned(),
        areas: vec![area.to_owned()],
        evidence: vec![Uuid::from_u128(100 + id)],
        first: day("2024-04-01"),
        last: day("2024-06-30"),
        classification: Classification::Unclassified,
    }
}

fn paper(id: u128, date: &str) -> Paper {
    Paper {
        id: Uuid::from_u128(id),
        title: format!("Report {id}"),
        source: "JMAC".to_owned(),
        date: Some(day(date)),
        reliability: "B".to_owned(),
        credibility: 2,
        classification: Classification::Unclassified,
    }
}

fn stakeholder(id: u128, before: i32, now: i32, areas: &[&str]) -> Shift {
    Shift {
        stakeholder_id: Uuid::from_u128(id),
        name: format!("Group {id}"),
        areas: areas.iter().map(|area| (*area).to_owned()).collect(),
        before: Some(before),
        now,
        influence: 4,
        as_of: day("2024-11-01"),
        classification: Classification::Unclassified,
    }
}

fn ids(items: &[Item]) -> Vec<u128> {
    items.iter().filter_map(|item| Some(item.id?.as_u128())).collect()
}

#[test]
fn an_area_counts_for_what_lies_in_it_and_what_it_lies_in() {
    let of = outcome(&["CF1"]);
    let scope = scope(&of);
    for (area, counts) in [("CF1", true), ("CF11", true), ("CF", true), ("CF2", false), ("elsewhere", false)] {
        assert_eq!(scope.place(area), counts.then_some(Reason::InArea), "{area}");
    }
    let nowhere = outcome(&[]);
    let all = Scope { outcome: &nowhere, ..scope };
    assert_eq!(all.place("CF2"), Some(Reason::NoAreas));
}

#[test]
fn factors_and_what_they_rest_on_are_of_the_areas_and_months() {
    let of = outcome(&["CF1"]);
    let late = Factor { first: day("2025-01-01"), last: day("2025-03-31"), ..factor(3, "CF11", 5) };
    let around = Around {
        factors: vec![factor(1, "CF11", 2), factor(2, "CF2", 5), late, factor(4, "CF12", 4)],
        // Of the factors in their order; one of none in the period, and one of none before it.
        papers: vec![
            paper(101, "2024-05-01"),
            paper(102, "2024-05-01"),
            paper(103, "2024-05-01"),
            paper(200, "2024-05-01"),
            paper(201, "2023-12-31"),
        ],
        ..Around::default()
    };
    let items = gather(&scope(&of), &Own::default(), &around);
    assert_eq!(
        ids(&items),
        [4, 1, 101, 200],
        "the severe one first, then what it is near; nothing of elsewhere or later"
    );
    assert_eq!(items.iter().map(Item::relevance).collect::<Vec<_>>(), [5, 3, 3, 1]);
    let why: Vec<String> = items[2].says_why().into_iter().map(|text| text.fr).collect();
    assert_eq!(why, ["appuie le facteur « Facteur 1 »", "tombe dans la période évaluée"]);
    assert_eq!(items[0].statement.en, "Factor 4: inhibits peace, severity 4 of 5, stable.");
    assert!(items.iter().all(|item| item.questions.contains(&Question::Alternatives)));
}

#[test]
fn the_outcomes_own_stakeholder_comes_first_whether_it_moved_or_not() {
    let of = outcome(&["CF1"]);
    let around = Around {
        shifts: vec![
            stakeholder(3, -1, 1, &["CF11"]),
            stakeholder(4, -1, 1, &["CF2"]),
            stakeholder(5, 1, 1, &["CF1"]),
            stakeholder(6, 0, 1, &[]),
            stakeholder(OWN, -1, -1, &["CF2"]),
        ],
        ..Around::default()
    };
    let items = gather(&scope(&of), &Own::default(), &around);
    assert_eq!(ids(&items), [OWN, 3, 6], "not who stands elsewhere or stood still");
    assert_eq!((&items[0].questions, &items[1].questions), (&vec![Question::Change], &vec![Question::Alternatives]));
    assert_eq!(items[0].statement.en, "Group 9: stance −1 on 2024-11-01, influence 4 of 5.");
    assert_eq!(items[1].statement.fr, "Group 3 : position de −1 à +1 au 2024-11-01, influence 4 sur 5.");
}

#[test]
fn the_id_of_a_place_is_the_same_every_time_and_another_for_each() {
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let id = place_id(one, Kind::HotSpot, "CF11");
    assert_eq!(place_id(one, Kind::HotSpot, "CF11"), id);
    for another in [
        place_id(other, Kind::HotSpot, "CF11"),
        place_id(one, Kind::Cluster, "CF11"),
        place_id(one, Kind::HotSpot, "CF12"),
    ] {
        assert_ne!(another, id);
    }
}

proptest! {
    /// Whatever there is: the order is that of the sums, nothing comes twice, and the order in which it was read is of no matter.
    #[test]
    fn the_order_is_that_of_the_points(severities in prop::collection::vec((1u32..6, 0usize..4), 0..40)) {
        let of = outcome(&["CF1"]);
        let areas = ["CF1", "CF11", "CF2", "CF"];
        let factors: Vec<Factor> =
            (1..).zip(&severities).map(|(id, (severity, area))| factor(id, areas[*area], *severity)).collect();
        let backwards = factors.iter().rev().cloned().collect();
        let items = gather(&scope(&of), &Own::default(), &Around { factors, ..Around::default() });
        let again = gather(&scope(&of), &Own::default(), &Around { factors: backwards, ..Around::default() });
        prop_assert_eq!(&items, &again);
        prop_assert!(items.is_sorted_by_key(|item| std::cmp::Reverse(item.relevance())));
        let mut told = ids(&items);
        told.sort_unstable();
        told.dedup();
        prop_assert_eq!(told.len(), items.len());
        prop_assert_eq!(items.len(), severities.iter().filter(|(_, area)| *area != 2).count());
    }
}
