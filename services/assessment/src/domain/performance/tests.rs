use proptest::prelude::*;

use super::*;

fn output(at: u128, section: &str, component: &str) -> Output {
    Output {
        lineage_id: Uuid::from_u128(at),
        number: format!("1.1.{at}"),
        statement: Text::of("Patrols on market days", ""),
        component: component.to_owned(),
        lead_section: section.to_owned(),
        areas: Vec::new(),
        markers: Vec::new(),
        activities: Vec::new(),
    }
}

fn measured(at: u128, status: Status) -> Measured {
    Measured {
        output: Uuid::from_u128(at),
        analysis_id: Some(Uuid::nil()),
        indicator_id: Uuid::nil(),
        code: "OP-1".to_owned(),
        name: Text::of("Patrols", ""),
        unit: "patrols".to_owned(),
        status,
        achievement: None,
        latest: None,
        target: None,
        timely: None,
        areas: BTreeSet::new(),
    }
}

fn activity(doing: Doing, late: Option<Late>) -> Activity {
    Activity { number: "1".to_owned(), statement: Text::of("Train", ""), end: None, doing, late }
}

#[test]
fn an_output_stands_as_the_worst_of_its_indicators_that_has_data() {
    let given = [measured(1, Status::Achieved), measured(1, Status::AtRisk), measured(1, Status::NoData)];
    let found = performance(vec![output(1, "Sector North", "military"), output(2, "Sector North", "military")], &given);
    assert_eq!(found.outputs[0].status, Status::AtRisk);
    let said = &found.outputs[0].summary;
    assert!(said.en.starts_with("Of its 3 indicators: 1 achieved, 1 at risk, 1 no data."), "{}", said.en);
    assert!(said.fr.starts_with("De ses 3 indicateurs : 1 atteint, 1 à risque, 1 sans données."), "{}", said.fr);
    assert_eq!(found.outputs[1].status, Status::NoData);
    assert!(found.outputs[1].summary.en.starts_with("No indicator measures it"));
}

#[test]
fn sections_and_components_are_counts() {
    let given = [measured(1, Status::Achieved), measured(2, Status::OffTrack)];
    let outputs =
        vec![output(1, "Sector North", "military"), output(2, "UNPOL", "police"), output(3, "UNPOL", "police")];
    let found = performance(outputs, &given);
    let police = &found.components["police"];
    assert_eq!((police.outputs, police.of(Status::OffTrack), police.of(Status::NoData)), (2, 1, 1));
    assert_eq!(found.sections["Sector North"].of(Status::Achieved), 1);
}

#[test]
fn activities_are_counted_as_the_work_plan_had_them() {
    let activities = vec![
        activity(Doing::Done, None),
        activity(Doing::Ongoing, Some(Late::Overdue)),
        activity(Doing::Planned, Some(Late::NotStarted)),
        activity(Doing::Cancelled, None),
    ];
    let found = performance(vec![Output { activities, ..output(1, "", "") }], &[]);
    let counts = found.outputs[0].activities;
    assert_eq!((counts.all, counts.done, counts.late, counts.cancelled), (4, 1, 2, 1));
    assert!(found.outputs[0].summary.en.contains("Of its 3 activities 1 are done and 2 late."));
}

#[test]
fn an_area_is_covered_by_a_value_of_it_or_of_a_place_within_it() {
    let areas = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<BTreeSet<_>>();
    let planned = vec!["CF11".to_owned(), "CF2".to_owned(), "CF3".to_owned()];
    let given = [Measured { areas: areas(&["CF11", "CF21"]), ..measured(1, Status::OnTrack) }];
    let found = performance(vec![Output { areas: planned, ..output(1, "", "") }], &given);
    assert_eq!(found.outputs[0].areas_with_data, ["CF11", "CF2"]);
    assert!(found.outputs[0].summary.en.ends_with("2 of the 3 areas that it was planned for, and not of CF3."));
}

#[test]
fn values_in_time_are_parts_of_a_whole_that_are_summed() {
    let day = |text: &str| text.parse().expect("a day");
    let timely = |part, of| Some(Timely { part, of, from: day("2024-01-01"), until: day("2025-02-01") });
    let given = [
        Measured { timely: timely(1, 2), ..measured(1, Status::OnTrack) },
        Measured { timely: timely(8, 10), ..measured(1, Status::OnTrack) },
        measured(1, Status::OnTrack),
    ];
    let found = performance(vec![output(1, "UNPOL", "police")], &given);
    assert_eq!(found.outputs[0].timely, Some((9, 12)), "not the mean of 50 % and 80 %");
    assert_eq!(found.components["police"].timely, (9, 12));
    assert_eq!(found.window, Some((day("2024-01-01"), day("2025-02-01"))));
    assert_eq!(performance(vec![output(1, "", "")], &[]).outputs[0].timely, None, "unknown is not none");
}

proptest! {
    #[test]
    fn every_output_is_counted_once_in_each_roll_up(
        sections in prop::collection::vec(0usize..3, 0..20), statuses in prop::collection::vec(prop::sample::select(Status::ALL), 0..40),
    ) {
        let outputs: Vec<Output> = (0..).zip(&sections).map(|(at, section)| output(at, &section.to_string(), "")).collect();
        let count = outputs.len();
        let given: Vec<Measured> = (0..).zip(statuses).map(|(at, status)| measured(at % 20, status)).collect();
        let found = performance(outputs, &given);
        for groups in [&found.sections, &found.components] {
            prop_assert_eq!(groups.values().map(|group| group.outputs as usize).sum::<usize>(), count);
            let by_status: u32 = groups.values().flat_map(|group| group.by_status.values()).sum();
            prop_assert_eq!(by_status as usize, count);
        }
    }
}
