//! A planner in Bangui: what each service refuses, it says in French.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    cluster::Cluster,
    people::{Person, Team, answer, team, text},
};

async fn ask(person: &Person, language: &str, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
    let mut request = person.request(method, path).json(body);
    if !language.is_empty() {
        request = request.header("accept-language", language);
    }
    answer(request).await
}

/// Words that stand in sentences have their French, as the sentence needs them.
#[test]
fn every_word_that_is_put_into_a_sentence_has_its_french() {
    use cpas_assessment::domain::{assessment, recommendation};
    use cpas_collection::domain::{observation, review};
    use cpas_context::domain::context_map;
    use cpas_planning::domain::{definition, indicator, item, lifecycle, risk};
    use cpas_proto::words;
    use cpas_reporting::domain::sheet;

    fn all<W: Copy>(list: &[W], word: impl Fn(W) -> &'static str) -> Vec<&'static str> {
        list.iter().map(|one| word(*one)).collect()
    }
    let said: [(&str, Vec<Vec<&str>>); 6] = [
        (
            "masc",
            vec![
                all(lifecycle::PlanState::ALL, |one| one.word()),
                all(indicator::IndicatorState::ALL, |one| one.word()),
                all(words::Classification::ALL, |one| one.word()),
                vec!["previewed", "committed", "reversed"],
            ],
        ),
        (
            "fem",
            vec![
                all(context_map::MapState::ALL, |one| one.word()),
                all(observation::State::ALL, |one| one.word()),
                all(review::Move::ALL, |one| one.word()),
                all(assessment::State::ALL, |one| one.word()),
                all(recommendation::State::ALL, |one| one.word()),
                all(sheet::SheetState::ALL, |one| one.word()),
                all(words::MissionState::ALL, |one| one.word()),
            ],
        ),
        ("un", vec![all(item::ItemKind::ALL, |one| one.word()), all(risk::RiskKind::ALL, |one| one.word())]),
        (
            "word",
            vec![
                all(definition::Level::ALL, |one| one.word()),
                all(definition::Kind::ALL, |one| one.word()),
                all(words::Frequency::ALL, |one| one.word()),
            ],
        ),
        ("component", vec![all(words::Component::ALL, |one| one.word())]),
        ("role", vec![all(words::Role::ALL, |one| one.word())]),
    ];
    for (list, words) in said {
        let known: Vec<&str> = cpas_gateway::french::words(list).into_iter().map(|(english, _)| english).collect();
        for word in words.into_iter().flatten() {
            assert!(
                known.contains(&word),
                "{word} is not in the list {list} of services/gateway/src/french/words.json"
            );
        }
    }
}

fn messages(problem: &Value) -> Vec<String> {
    problem["violations"].as_array().into_iter().flatten().map(|one| text(one, "message")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_refuses_in_the_language_of_who_asks() {
    let cluster = Cluster::start().await;
    let team = team(&cluster.app, &cluster.address, "UNMIC").await;
    let id = "01990000-0000-7000-8000-000000000000";
    let nothing = json!({});
    let stakeholder = json!({"kind": "boss", "name": ""});
    let observation =
        json!({"observation": {"indicator_code": "É“1”", "period": "2024", "kind": "value", "value": 1.0}});
    let assessment = json!({"kind": "party", "period": "2024", "title": {"en": "Party", "fr": "Fête"}});
    for (path, method, body, english, french) in [
        // Context: several rules at once, and a word that is none.
        ("/stakeholders", Method::POST, &stakeholder, "is not a kind of stakeholder", "n’est pas un type d’acteur"),
        // Planning, collection, assessment, reporting: what is not there.
        (
            "/plans",
            Method::GET,
            &nothing,
            "There is no plan under this id.",
            "Il n’y a pas de plan sous cet identifiant.",
        ),
        (
            "/assessments",
            Method::GET,
            &nothing,
            "There is no assessment under this id.",
            "Il n’y a pas d’évaluation sous cet identifiant.",
        ),
        (
            "/fact-sheets",
            Method::GET,
            &nothing,
            "There is no fact sheet under this id.",
            "Il n’y a pas de fiche d’information sous cet identifiant.",
        ),
        // Collection: a name stays as it was written.
        (
            "/observations",
            Method::POST,
            &observation,
            "The mission has no indicator \"É“1”\".",
            "La mission n’a pas d’indicateur « É“1” ».",
        ),
        ("/assessments", Method::POST, &assessment, "is not a kind of assessment", "n’est pas un type d’évaluation"),
    ] {
        let path = if method == Method::GET { format!("{path}/{id}") } else { path.to_owned() };
        for (language, expected) in [("", english), ("en", english), ("fr", french), ("fr-CF, en;q=0.8", french)] {
            let (status, problem) = ask(&team.coordinator, language, method.clone(), &path, body).await;
            assert!(status.is_client_error(), "{path}: {status} {problem}");
            let said = [vec![text(&problem, "detail")], messages(&problem)].concat();
            assert!(said.iter().any(|one| one.contains(expected)), "{path} in {language:?}: {problem}");
            if expected == french {
                let stays = said.iter().any(|one| one.contains("Nothing was") || one.contains("There is no"));
                assert!(!stays, "{path}: nothing of it stays in English: {problem}");
            }
        }
    }
    several_rules(&team).await;
    rows_of_an_answer(&team).await;
}

/// What breaks several rules is told of each, in the detail one after the other.
async fn several_rules(team: &Team) {
    let mandate = json!({
        "resolution": "", "adopted": "2025-03-01", "expires": "2024-01-01",
        "tasks": [{"paragraph": "1", "priority": 9, "text": {"en": "Protect", "fr": ""}}],
    });
    let (status, problem) = ask(&team.coordinator, "fr", Method::POST, "/mandates", &mandate).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let detail = text(&problem, "detail");
    assert!(detail.ends_with(" Rien n’a été modifié."), "{detail}");
    let each = messages(&problem);
    assert!(each.len() > 1, "{problem}");
    for message in each {
        assert!(detail.contains(&message), "{message} is in {detail}");
        assert!(!message.contains(" the ") && !message.contains(" is "), "{message}");
    }
    // Who may not is told so in French too.
    let (status, problem) = ask(&team.reader, "fr", Method::POST, "/mandates", &mandate).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(
        text(&problem, "detail"),
        "Votre rôle ne le permet pas. Un coordinateur de la mission peut modifier les rôles."
    );
}

/// An answer that is none of an error says of each row what was wrong.
async fn rows_of_an_answer(team: &Team) {
    let row = |key: &str| json!({"key": key, "observation": {"indicator_code": "NONE", "period": "2024", "kind": "value", "value": 1.0}});
    let rows = json!({"rows": [row("one")]});
    for (language, expected) in
        [("", "The mission has no indicator \"NONE\"."), ("fr", "La mission n’a pas d’indicateur « NONE ».")]
    {
        let (status, entered) = ask(&team.focal_point, language, Method::POST, "/observations/rows", &rows).await;
        assert_eq!(status, StatusCode::OK, "{entered}");
        assert_eq!(entered["outcomes"][0]["message"], expected, "{entered}");
    }
}
