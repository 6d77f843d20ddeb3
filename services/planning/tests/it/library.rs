//! The library: shared by all missions, cloned into one, its changes offered and never forced.

use chassis::Code;
use cpas_proto::{
    planning::v1 as pb,
    words::{Classification, Role},
};

use crate::{
    races::told,
    world::{Person, World, answer, deaths, en, refusal},
};

async fn library(person: &Person) -> pb::Library {
    answer(person.client().get_library(pb::GetLibraryRequest {}).await).expect("the library")
}

pub async fn entry(person: &Person, code: &str) -> pb::LibraryIndicator {
    let all = library(person).await.indicators;
    all.into_iter().find(|one| one.indicator.as_ref().is_some_and(|own| own.code == code)).expect(code)
}

pub async fn set(
    person: &Person,
    of: &pb::LibraryIndicator,
    indicator: pb::Indicator,
) -> Result<pb::LibraryIndicator, chassis::Failure> {
    let request = pb::SetLibraryIndicatorRequest {
        theme: of.theme.clone(),
        indicator: Some(indicator),
        seen_version: of.version,
    };
    answer(person.client().set_library_indicator(request).await)
}

pub async fn clone(person: &Person, codes: &[&str]) -> Result<pb::CloneLibraryIndicatorsResponse, chassis::Failure> {
    let codes = codes.iter().map(|&code| code.to_owned()).collect();
    let request = pb::CloneLibraryIndicatorsRequest { codes, owner_section: "JMAC".to_owned() };
    answer(person.client().clone_library_indicators(request).await)
}

pub async fn offers(person: &Person) -> Vec<pb::LibraryOffer> {
    answer(person.client().list_library_offers(pb::ListLibraryOffersRequest {}).await).expect("offers").offers
}

pub async fn answered(
    person: &Person,
    offer: &pb::LibraryOffer,
    take: bool,
) -> Result<pb::Indicator, chassis::Failure> {
    let own = offer.indicator.clone().expect("an indicator");
    let request = pb::AnswerLibraryOfferRequest {
        id: own.id,
        version: own.version,
        library_version: offer.library_version,
        take,
    };
    answer(person.client().answer_library_offer(request).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mission_clones_what_it_needs_and_keeps_the_link() {
    let world = World::start().await;
    let planner = world.planner();
    assert!(library(&planner).await.indicators.len() >= 60);
    let cloned = clone(&planner, &["POC-DEATHS", "ROL-TRIALS"]).await.expect("clones");
    assert_eq!((cloned.indicators.len(), cloned.there_already.len()), (2, 0));
    let deaths = &cloned.indicators[0];
    assert_eq!(
        (deaths.code.as_str(), deaths.state.as_str(), deaths.owner_section.as_str()),
        ("POC-DEATHS", "draft", "JMAC")
    );
    assert_eq!((deaths.library_code.as_str(), deaths.library_version), ("POC-DEATHS", 1));
    let full = |text: &Option<cpas_proto::common::v1::Text>| {
        text.as_ref().is_some_and(|text| !text.en.is_empty() && !text.fr.is_empty())
    };
    assert!(
        [&deaths.name, &deaths.source, &deaths.method, &deaths.verification].into_iter().all(full),
        "a whole sheet"
    );
    let again = clone(&planner, &["POC-DEATHS"]).await.expect("nothing new");
    assert_eq!((again.indicators.len(), again.there_already), (0, vec!["POC-DEATHS".to_owned()]));
    assert!(entry(&planner, "POC-DEATHS").await.in_mission);
    assert_eq!(
        refusal(clone(&planner, &["POC-RETURNS", "NO-SUCH"]).await),
        (Code::Invalid, vec!["codes[1]".to_owned()])
    );
    assert!(!entry(&planner, "POC-RETURNS").await.in_mission, "nothing of it was cloned");
    assert_eq!(refusal(clone(&planner, &[]).await), (Code::Invalid, vec!["codes".to_owned()]));
    assert_eq!(refusal(clone(&world.person(Role::HqAnalyst), &["POC-RETURNS"]).await).0, Code::Denied);

    let revised = pb::Indicator {
        library_code: "FORGED".to_owned(),
        library_version: 9,
        unit: "people".to_owned(),
        ..deaths.clone()
    };
    let request = pb::ReviseIndicatorRequest { indicator: Some(revised) };
    let revised = answer(planner.client().revise_indicator(request).await).expect("a revision");
    assert_eq!(
        (revised.library_code.as_str(), revised.library_version),
        ("POC-DEATHS", 1),
        "the link is not a writer's"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_the_library_is_offered_and_taken_or_left_and_nothing_is_forced() {
    let world = World::start().await;
    let (planner, keeper) = (world.planner(), world.person(Role::HqAnalyst));
    let cloned = clone(&planner, &["HR-VISITS", "HR-DEFENDERS"]).await.expect("clones").indicators;
    assert!(offers(&planner).await.is_empty());
    let before = entry(&keeper, "HR-VISITS").await;
    for code in ["HR-VISITS", "HR-DEFENDERS"] {
        let one = entry(&keeper, code).await;
        let next = pb::Indicator {
            unit: "of the library".to_owned(),
            source: en("A new register"),
            ..one.indicator.clone().expect("a sheet")
        };
        let kept = set(&keeper, &one, next).await.expect("the next version");
        assert_eq!((kept.version, kept.recorded_by.is_empty()), (2, false));
    }
    let stale = set(&keeper, &before, before.indicator.clone().expect("a sheet")).await.expect_err("a version is kept");
    assert_eq!(stale.code, Code::Stale, "{stale}");
    let (version, json) = stale.current.expect("what the library has");
    let newest: pb::LibraryIndicator = serde_json::from_str(&json).expect("an indicator of the library");
    assert_eq!((version, newest.version), (2, 2));
    assert_eq!(newest.indicator, entry(&keeper, "HR-VISITS").await.indicator);
    let untouched = answer(
        planner
            .client()
            .get_indicator(pb::GetIndicatorRequest { id: cloned[0].id.clone(), ..Default::default() })
            .await,
    );
    assert_eq!(untouched.expect("the mission's").unit, cloned[0].unit, "nothing is forced");

    let mut waiting = offers(&planner).await;
    waiting.sort_by_key(|offer| offer.indicator.as_ref().map(|own| own.code.clone()));
    let fields = |offer: &pb::LibraryOffer| offer.changes.iter().map(|change| change.field.clone()).collect::<Vec<_>>();
    assert_eq!(waiting.iter().map(fields).collect::<Vec<_>>(), vec![vec!["unit", "source"]; 2]);
    let left = answered(&planner, &waiting[0], false).await.expect("left");
    assert_eq!((left.code.as_str(), left.unit.as_str(), left.library_version), ("HR-DEFENDERS", "incidents", 2));
    let took = answered(&planner, &waiting[1], true).await.expect("taken");
    assert_eq!(
        (took.unit.as_str(), took.source.clone(), took.library_version, took.definition_version),
        ("of the library", en("A new register"), 2, 2)
    );
    // Each event says what the library says of the version that was taken or left: what others compare by.
    for (own, units) in [(&left, ("incidents", "of the library")), (&took, ("of the library", "of the library"))] {
        let events = told::<pb::IndicatorRecorded>(&world, &own.id).await;
        let said = |event: &pb::IndicatorRecorded| {
            let unit = |of: &Option<pb::Indicator>| of.as_ref().map(|of| of.unit.clone()).unwrap_or_default();
            (unit(&event.indicator), unit(&event.library_indicator))
        };
        let (own_unit, library_unit) = said(&events[0]);
        assert_eq!(own_unit, library_unit, "as it was cloned");
        assert_eq!(events.last().map(said), Some((units.0.to_owned(), units.1.to_owned())), "{}", own.code);
    }
    assert!(offers(&planner).await.is_empty(), "both are answered");
    assert_eq!(refusal(answered(&planner, &waiting[1], true).await).0, Code::Stale);
    assert_eq!(refusal(set(&planner, &before, deaths("X")).await).0, Code::Denied, "headquarters keeps it");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_classified_and_no_formula_goes_into_the_library() {
    let world = World::start().await;
    let keeper = world.person(Role::HqAnalyst);
    let new = pb::LibraryIndicator { theme: "gender".to_owned(), ..Default::default() };
    let secret = pb::Indicator { classification: "confidential".to_owned(), unit: "x".to_owned(), ..deaths("HQ-NEW") };
    assert_eq!(refusal(set(&keeper, &new, secret).await), (Code::Invalid, vec!["indicator.classification".to_owned()]));
    let formula = pb::Indicator { kind: "index".to_owned(), formula: "A / B".to_owned(), ..deaths("HQ-NEW") };
    assert_eq!(refusal(set(&keeper, &new, formula).await), (Code::Invalid, vec!["indicator.formula".to_owned()]));
    let odd = pb::LibraryIndicator { theme: "weather".to_owned(), ..new.clone() };
    assert_eq!(refusal(set(&keeper, &odd, deaths("HQ-NEW")).await), (Code::Invalid, vec!["theme".to_owned()]));
    let owned = pb::Indicator {
        owner_section: "JMAC".to_owned(),
        baseline_value: Some(1.0),
        baseline_period: "2024".to_owned(),
        ..deaths("HQ-NEW")
    };
    let kept = set(&keeper, &new, owned).await.expect("new").indicator.expect("a sheet");
    assert_eq!((kept.owner_section.as_str(), kept.baseline_value), ("", None), "without what is a mission's own");
    assert_eq!(entry(&world.stranger(Role::Coordinator), "HQ-NEW").await.version, 1, "another mission reads it too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_framework_is_added_to_a_draft_with_its_indicators_and_one_is_kept_from_a_plan() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let request = |plan: &pb::Plan, code: &str, section: &str| pb::CloneLibraryTemplateRequest {
        plan_id: plan.id.clone(),
        version: plan.version,
        code: code.to_owned(),
        lead_section: section.to_owned(),
        ..Default::default()
    };
    let lacking = answer(planner.client().clone_library_template(request(&plan, "T-GENDER", " ")).await);
    assert_eq!(refusal(lacking), (Code::Invalid, vec!["item.lead_section".to_owned()]));
    let unknown = answer(planner.client().clone_library_template(request(&plan, "T-NONE", "Gender")).await);
    assert_eq!(refusal(unknown), (Code::Invalid, vec!["code".to_owned()]));
    let filled =
        answer(planner.client().clone_library_template(request(&plan, "T-GENDER", "Gender")).await).expect("added");
    assert_eq!((filled.items.len(), filled.version), (5, plan.version + 1), "an objective, two outcomes, two outputs");
    let stale = answer(planner.client().clone_library_template(request(&plan, "T-GENDER", "Gender")).await);
    assert_eq!(refusal(stale).0, Code::Stale);
    let outcome = filled.items.iter().find(|item| item.kind == "outcome").expect("an outcome");
    let get = |id: &str| pb::GetIndicatorRequest { id: id.to_owned(), ..Default::default() };
    let measured = answer(planner.client().get_indicator(get("GEN-DECISIONS")).await).expect("its indicator");
    assert_eq!(measured.plan_item_lineage_id, outcome.lineage_id);
    assert_eq!((measured.owner_section.as_str(), measured.library_code.as_str()), ("Gender", "GEN-DECISIONS"));
    assert_eq!(filled.classification, Classification::Unclassified.word());

    let keeper = world.person(Role::HqAnalyst);
    let keep = |item: &pb::PlanItem| pb::KeepLibraryTemplateRequest {
        plan_id: filled.id.clone(),
        item_id: item.id.clone(),
        code: "T-OURS".to_owned(),
        theme: "gender".to_owned(),
        title: en("As we did it"),
        seen_version: 0,
    };
    assert_eq!(
        refusal(answer(keeper.client().keep_library_template(keep(outcome)).await)),
        (Code::Invalid, vec!["item_id".to_owned()])
    );
    let kept = answer(keeper.client().keep_library_template(keep(&filled.items[0])).await).expect("kept");
    assert_eq!(
        (kept.outcomes.len(), kept.outcomes[0].indicator_codes.clone()),
        (2, vec!["GEN-DECISIONS".to_owned(), "GEN-INFLUENCE".to_owned()])
    );
    assert!(library(&world.stranger(Role::Coordinator)).await.templates.iter().any(|one| one.code == "T-OURS"));
    assert_eq!(refusal(answer(planner.client().keep_library_template(keep(&filled.items[0])).await)).0, Code::Denied);
}
