//! Data quality: the measures, what leads to their mending, and who sees what of it.

use chassis::{Clock, Code};
use chrono::{DateTime, Utc};
use cpas_collection::domain::{definition::Definition, quality::Window};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Frequency, Period, Role},
};
use uuid::Uuid;

use crate::world::*;

/// The months that ended in the last half year, oldest first.
fn months(world: &World) -> Vec<Period> {
    window(world).periods(Frequency::Month)
}

fn window(world: &World) -> Window {
    Window { today: world.stage.clock.today(), months: 6, fiscal_start_month: 7 }
}

fn asked(section: &str) -> pb::GetDataQualityRequest {
    pb::GetDataQualityRequest { section: section.to_owned(), months: 6, ..Default::default() }
}

fn problems_of(indicator: &str, kind: &str) -> pb::ListQualityProblemsRequest {
    pb::ListQualityProblemsRequest { indicator: indicator.to_owned(), months: 6, kind: kind.to_owned() }
}

fn of<'a>(quality: &'a pb::DataQuality, code: &str) -> &'a pb::IndicatorQuality {
    quality.indicators.iter().find(|one| one.indicator_code == code).expect("the indicator")
}

fn parts(share: Option<pb::QualityShare>) -> Option<(u32, u32)> {
    share.map(|share| (share.part, share.of))
}

#[tokio::test]
async fn a_section_sees_what_is_missing_late_wrong_and_not_adding_up() {
    let world = World::start().await;
    let months = months(&world);
    let (first, last) = (months[0].to_string(), months[months.len() - 1].to_string());
    let csv = format!(
        "indicator,area,period,sex,value\nOC-CIVDEATHS,A1,{first},,5\nOC-CIVDEATHS,A1,{first},f,2\nOC-CIVDEATHS,A1,{first},m,2\n\
         OC-CIVDEATHS,A1,{last},,700\nOC-CIVDEATHS,B,{last},,1\n"
    );
    world.import(&csv).await;
    let found =
        done(world.r#as(Role::Verifier).list_observations(pb::ListObservationsRequest::default()).await).observations;
    let one = found.iter().find(|one| one.area == "B").expect("it");
    done(world.r#as(Role::Verifier).verify_observations(these(&[one])).await);
    let rule = pb::ValidationRule {
        indicator_code: "OC-CIVDEATHS".to_owned(),
        kind: "range".to_owned(),
        severity: "error".to_owned(),
        most: Some(500.0),
        active: true,
        ..Default::default()
    };
    done(world.coordinator().set_validation_rule(pb::SetValidationRuleRequest { rule: Some(rule), version: 0 }).await);

    let quality = done(world.r#as(Role::FocalPoint).get_data_quality(asked("Human Rights")).await);
    assert_eq!(quality.indicators.len(), 1, "of the section only");
    let deaths = of(&quality, "OC-CIVDEATHS");
    let expected = 2 * u32::try_from(months.len()).expect("a few");
    assert_eq!(parts(deaths.complete), Some((3, expected)));
    assert_eq!(parts(deaths.valid), Some((4, 5)));
    assert_eq!(parts(deaths.consistent), None, "no rule looks at other values");
    assert_eq!(parts(deaths.verified), Some((1, 5)));
    assert_eq!(parts(deaths.totals_off), Some((1, 1)));
    assert_eq!((&*deaths.last_period, deaths.periods_behind), (&*last, Some(0)));
    // All of it was loaded today: what was due before could not come in time, and is not judged.
    assert!(parts(deaths.timely).is_none_or(|(part, of)| part == of), "{:?}", deaths.timely);

    let mut verifier = world.r#as(Role::Verifier);
    let all = done(verifier.list_quality_problems(problems_of("OC-CIVDEATHS", "")).await);
    assert_eq!(all.total as usize, all.problems.len());
    let missing = done(verifier.list_quality_problems(problems_of("OC-CIVDEATHS", "missing")).await);
    assert_eq!(missing.total, expected - 3);
    assert!(all.problems.iter().all(|one| one.kind != "late"), "{:?}", all.problems);
    let invalid = done(verifier.list_quality_problems(problems_of("OC-CIVDEATHS", "invalid")).await);
    assert_eq!(invalid.total, 1);
    let said = invalid.problems[0].message.clone().expect("a sentence");
    assert_eq!(said.en, "700 is above 500, the most expected.");
    let off = done(verifier.list_quality_problems(problems_of("OC-CIVDEATHS", "not_adding_up")).await);
    assert_eq!((&*off.problems[0].area, &*off.problems[0].period), ("A1", &*first));
    let opened = pb::GetObservationRequest { id: off.problems[0].observation_id.clone() };
    let observation = done(verifier.get_observation(opened).await).observation.expect("it");
    assert_eq!((observation.value, &*observation.slice), (Some(5.0), ""));
}

#[tokio::test]
async fn what_came_after_it_was_due_is_late_and_a_correction_makes_nothing_late() {
    let at = |text: &str| format!("{text}T12:00:00Z").parse::<DateTime<Utc>>().expect("an instant");
    let clock = Clock::fixed(at("2026-02-05"));
    let world = World::start_by(clock.clone()).await;
    let record = async |day: &str, period: &str, value: u32| {
        clock.set(at(day));
        world.import(&format!("indicator,area,period,value\nOC-CIVDEATHS,A1,{period},{value}\n")).await;
    };
    // A month is due on the tenth day after it. What was due before the first value came is not judged.
    record("2026-02-05", "2025-12", 1).await;
    record("2026-02-08", "2026-01", 2).await;
    record("2026-03-15", "2026-02", 3).await;
    record("2026-04-05", "2026-03", 4).await;
    record("2026-04-18", "2026-01", 5).await;
    clock.set(at("2026-04-20"));
    let quality = done(world.r#as(Role::FocalPoint).get_data_quality(asked("Human Rights")).await);
    assert_eq!(parts(of(&quality, "OC-CIVDEATHS").timely), Some((2, 3)));
    let late = done(world.r#as(Role::Verifier).list_quality_problems(problems_of("OC-CIVDEATHS", "late")).await);
    let places: Vec<_> = late.problems.iter().map(|one| (one.area.as_str(), one.period.as_str())).collect();
    assert_eq!(places, [("A1", "2026-02")]);
}

#[tokio::test]
async fn what_is_secret_is_neither_counted_nor_listed() {
    let world = World::start().await;
    let hidden = Definition {
        id: Uuid::from_u128(0xD9),
        code: "CX-INFORMANTS".to_owned(),
        classification: Classification::StrictlyConfidential,
        ..deaths()
    };
    world.indicator(&hidden).await;
    let last = months(&world).last().expect("a month").to_string();
    world.import(&format!("indicator,area,period,value\nCX-INFORMANTS,A1,{last},5\nOC-CIVDEATHS,A1,{last},1\n")).await;
    let insider = world.caller(Role::FocalPoint);
    let mut secret = enter("OC-CIVDEATHS", "B", &last, 99.0);
    secret.observation.as_mut().expect("it").classification = "confidential".to_owned();
    let secret = done(world.of(&insider).enter_observation(secret).await);
    done(world.of(&insider).submit_observations(these(&[&secret])).await);

    let outsider = world.cleared(Role::Coordinator, Classification::Unclassified);
    let seen = done(world.of(&outsider).get_data_quality(asked("")).await);
    assert!(seen.indicators.iter().all(|one| one.indicator_code != "CX-INFORMANTS"));
    assert_eq!(parts(of(&seen, "OC-CIVDEATHS").verified), Some((0, 1)));
    let known = done(world.coordinator().get_data_quality(asked("")).await);
    assert_eq!(parts(of(&known, "OC-CIVDEATHS").verified), Some((0, 2)));
    let refusal =
        expect_code(world.of(&outsider).list_quality_problems(problems_of("CX-INFORMANTS", "")).await, Code::NotFound);
    let never =
        expect_code(world.of(&outsider).list_quality_problems(problems_of("CX-NEVER", "")).await, Code::NotFound);
    assert_eq!(refusal.message, never.message);
}

#[tokio::test]
async fn a_window_that_is_too_long_and_a_kind_that_is_none_are_refused() {
    let world = World::start().await;
    let asked = pb::GetDataQualityRequest { months: 61, ..Default::default() };
    let refusal = expect_code(world.coordinator().get_data_quality(asked).await, Code::Invalid);
    assert_eq!(refusal.violations[0].field, "months");
    let refusal = expect_code(
        world.coordinator().list_quality_problems(problems_of("OC-CIVDEATHS", "ugly")).await,
        Code::Invalid,
    );
    assert_eq!(refusal.violations[0].field, "kind");
    assert!(refusal.violations[0].message.contains("not_adding_up"), "{refusal:?}");
}

#[tokio::test]
async fn what_looks_carried_forward_is_a_hint_at_its_last_value() {
    let world = World::start().await;
    let months = months(&world);
    let rows = months.iter().map(|month| format!("OC-CIVDEATHS,A1,{month},,40\n")).collect::<String>();
    world.import(&format!("indicator,area,period,sex,value\n{rows}")).await;
    let quality = done(world.r#as(Role::FocalPoint).get_data_quality(asked("Human Rights")).await);
    assert_eq!(of(&quality, "OC-CIVDEATHS").hints, 1);
    let found = done(world.r#as(Role::Verifier).list_quality_problems(problems_of("OC-CIVDEATHS", "suspect")).await);
    assert_eq!(found.total, 1);
    let hint = &found.problems[0];
    assert_eq!((hint.area.as_str(), &hint.period), ("A1", &months[months.len() - 1].to_string()));
    let message = hint.message.clone().unwrap_or_default();
    assert!(message.en.ends_with("say 40. Were they counted anew, or carried forward?"), "{message:?}");
    assert!(!message.fr.is_empty() && !hint.observation_id.is_empty());
}
