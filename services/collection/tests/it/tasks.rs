//! What is to be collected: tasks from the frequency, waivers, and how sections report.

use chassis::Code;
use cpas_collection::domain::{definition::Definition, quality::Window};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Frequency, Period, Role},
};
use uuid::Uuid;

use crate::world::*;

/// The months that ended in the last half year, oldest first.
fn months(world: &World) -> Vec<Period> {
    Window { today: world.stage.clock.today(), months: 6, fiscal_start_month: 7 }.periods(Frequency::Month)
}

fn asked(state: &str) -> pb::ListTasksRequest {
    pb::ListTasksRequest {
        section: "Human Rights".to_owned(),
        state: state.to_owned(),
        months: 6,
        ..Default::default()
    }
}

fn place(period: Period, area: &str) -> pb::TaskPlace {
    pb::TaskPlace { indicator: "OC-CIVDEATHS".to_owned(), period: period.to_string(), area: area.to_owned() }
}

fn waive(places: Vec<pb::TaskPlace>, reason: &str) -> pb::WaiveTasksRequest {
    pb::WaiveTasksRequest { places, reason: reason.to_owned() }
}

/// Deaths in A1 in all months but the second, in B in the last one only.
async fn reported(world: &World) -> Vec<Period> {
    let months = months(world);
    let mut csv = String::from("indicator,area,period,value\n");
    for (number, month) in months.iter().enumerate() {
        if number != 1 {
            csv.push_str(&format!("OC-CIVDEATHS,A1,{month},{number}\n"));
        }
    }
    csv.push_str(&format!("OC-CIVDEATHS,B,{},1\n", months[months.len() - 1]));
    world.import(&csv).await;
    months
}

fn keys(of: &pb::ListTasksResponse) -> Vec<(String, String)> {
    of.tasks.iter().map(|task| (task.area.clone(), task.period.clone())).collect()
}

#[tokio::test]
async fn every_place_that_is_expected_is_a_task_until_it_is_filled_or_waived() {
    let world = World::start().await;
    let months = reported(&world).await;
    let mut client = world.r#as(Role::Contributor);
    let all = done(client.list_tasks(asked("")).await);
    let mut expected: Vec<(String, String)> =
        months[..months.len() - 1].iter().map(|month| ("B".to_owned(), month.to_string())).collect();
    expected.insert(1, ("A1".to_owned(), months[1].to_string()));
    assert_eq!(keys(&all), expected, "the earliest first");
    assert!(all.tasks.is_sorted_by_key(|task| task.due.clone()));
    let count = u32::try_from(months.len()).expect("a few");
    let section = &all.sections[0];
    assert_eq!((all.sections.len(), section.section.as_str()), (1, "Human Rights"));
    assert_eq!((section.done, section.open + section.late, section.waived), (count, count, 0));
    assert!(section.late >= count - 2, "all but the last months are past their day: {section:?}");

    // A value ends its task.
    world.entered(&world.caller(Role::Coordinator), "A1", &months[1].to_string(), 0.0).await;
    let drafts = done(client.list_tasks(asked("")).await);
    assert_eq!(drafts.total, count, "a draft is no report");
    let listed = done(
        world
            .coordinator()
            .list_observations(pb::ListObservationsRequest { state: "draft".to_owned(), ..Default::default() })
            .await,
    );
    done(world.coordinator().submit_observations(these(&[&listed.observations[0]])).await);
    assert_eq!(done(client.list_tasks(asked("")).await).total, count - 1);

    // So does a waiver, until it is taken back; quality does not expect anything there either.
    let quality = async |world: &World| {
        let asked = pb::GetDataQualityRequest { section: "Human Rights".to_owned(), months: 6, ..Default::default() };
        let share = done(world.coordinator().get_data_quality(asked).await).indicators[0].complete.expect("a share");
        (share.part, share.of)
    };
    assert_eq!(quality(&world).await, (count + 1, 2 * count));
    let places = vec![place(months[0], "B"), place(months[1], "B")];
    let head = world.caller(Role::ComponentHead);
    let waived = done(world.of(&head).waive_tasks(waive(places.clone(), "  The office in B opened in March. ")).await);
    assert_eq!(waived.changed, 2);
    let again = done(world.coordinator().waive_tasks(waive(places.clone(), "Again.")).await);
    assert_eq!(again.changed, 0, "the first reason stays");
    let shown = done(client.list_tasks(asked("waived")).await);
    assert_eq!(keys(&shown), [("B".to_owned(), months[0].to_string()), ("B".to_owned(), months[1].to_string())]);
    let task = &shown.tasks[0];
    assert_eq!((task.reason.as_str(), task.waived_by.as_str()), ("The office in B opened in March.", &*head.name));
    assert_eq!(shown.sections[0].waived, 2);
    assert_eq!(quality(&world).await, (count + 1, 2 * count - 2));
    let back = pb::TakeBackWaiversRequest { places: places[..1].to_vec() };
    assert_eq!(done(world.coordinator().take_back_waivers(back.clone()).await).changed, 1);
    assert_eq!(done(world.coordinator().take_back_waivers(back).await).changed, 0);
    assert_eq!(quality(&world).await, (count + 1, 2 * count - 1));
    assert_eq!(done(world.coordinator().waive_tasks(waive(places, "Closed after all.")).await).changed, 1);
}

#[tokio::test]
async fn a_wrong_place_is_named_and_nothing_is_waived() {
    let world = World::start().await;
    let months = reported(&world).await;
    let good = place(months[0], "B");
    let next = months[months.len() - 1].next(7);
    let wrong = [
        (
            pb::TaskPlace { indicator: "OC-NONE".to_owned(), ..good.clone() },
            "The mission has no indicator \"OC-NONE\".",
        ),
        (pb::TaskPlace { area: "Z".to_owned(), ..good.clone() }, "The mission has no area \"Z\"."),
        (
            pb::TaskPlace { period: "2024-Q1".to_owned(), ..good.clone() },
            "OC-CIVDEATHS is collected by month; 2024-Q1 is none.",
        ),
        (pb::TaskPlace { period: "soon".to_owned(), ..good.clone() }, "\"soon\""),
        (pb::TaskPlace { period: next.to_string(), ..good.clone() }, "has not ended yet"),
    ];
    for (place, sentence) in wrong {
        let asked = waive(vec![good.clone(), place], "Because.");
        let failure = expect_code(world.coordinator().waive_tasks(asked).await, Code::Invalid);
        assert!(failure.message.contains(sentence), "{failure}");
        assert_eq!(failure.violations[0].field, "places");
    }
    for (asked, field) in [
        (waive(vec![good.clone()], " "), "reason"),
        (waive(vec![good.clone()], &"x".repeat(1_001)), "reason"),
        (waive(Vec::new(), "Because."), "places"),
        (waive(vec![good.clone(); 501], "Because."), "places"),
    ] {
        let failure = expect_code(world.coordinator().waive_tasks(asked).await, Code::Invalid);
        assert_eq!(failure.violations[0].field, field, "{failure}");
    }
    assert_eq!(done(world.coordinator().list_tasks(asked("waived")).await).total, 0, "all or none");
    for (asked, field) in [
        (pb::ListTasksRequest { state: "lost".to_owned(), ..Default::default() }, "state"),
        (pb::ListTasksRequest { months: 61, ..Default::default() }, "months"),
        (pb::ListTasksRequest { most: 1_001, ..Default::default() }, "most"),
    ] {
        let failure = expect_code(world.coordinator().list_tasks(asked).await, Code::Invalid);
        assert_eq!(failure.violations[0].field, field, "{failure}");
    }
    let few = done(world.coordinator().list_tasks(pb::ListTasksRequest { most: 1, ..asked("") }).await);
    assert!(few.tasks.len() == 1 && few.total > 1, "the count is of all");
}

#[tokio::test]
async fn nobody_waives_beyond_their_reach_nor_sees_what_is_secret() {
    let world = World::start().await;
    let months = reported(&world).await;
    let head = world.held_to(Role::ComponentHead, Some("UNPOL"), &[]);
    let failure =
        expect_code(world.of(&head).waive_tasks(waive(vec![place(months[0], "B")], "Not mine.")).await, Code::Denied);
    assert!(failure.message.contains("Human Rights"), "{failure}");
    let in_area = world.held_to(Role::ComponentHead, None, &["A1"]);
    expect_code(world.of(&in_area).waive_tasks(waive(vec![place(months[0], "B")], "Not mine.")).await, Code::Denied);

    let hidden = Definition {
        id: Uuid::from_u128(0xD9),
        code: "CX-INFORMANTS".to_owned(),
        classification: Classification::StrictlyConfidential,
        ..deaths()
    };
    world.indicator(&hidden).await;
    let whole = done(world.coordinator().list_tasks(asked("")).await);
    assert!(whole.tasks.iter().any(|task| task.indicator_code == "CX-INFORMANTS"));
    let outsider = world.cleared(Role::Coordinator, Classification::Confidential);
    let seen = done(world.of(&outsider).list_tasks(asked("")).await);
    assert!(seen.tasks.iter().all(|task| task.indicator_code != "CX-INFORMANTS"));
    let late = |of: &pb::ListTasksResponse| of.sections[0].open + of.sections[0].late;
    assert!(late(&seen) < late(&whole), "nor counted");
    let of_secret =
        |code: &str| waive(vec![pb::TaskPlace { indicator: code.to_owned(), ..place(months[0], "") }], "Because.");
    let secret = refused(world.of(&outsider).waive_tasks(of_secret("CX-INFORMANTS")).await).message;
    let absent = refused(world.of(&outsider).waive_tasks(of_secret("CX-ABSENT")).await).message;
    assert_eq!(secret.replace("INFORMANTS", "ABSENT"), absent);
}
