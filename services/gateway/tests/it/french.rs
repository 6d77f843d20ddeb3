//! What the services say, in the language of who asks.

use std::{collections::BTreeSet, path::Path};

use cpas_gateway::french;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harvest::{self, Found, GAP, Kind},
    world::World,
};

const SOURCES: [&str; 8] = [
    "proto/src",
    "services/chassis/src",
    "services/context/src",
    "services/planning/src",
    "services/collection/src",
    "services/assessment/src",
    "services/reporting/src",
    "services/gateway/src",
];

/// Files of which nothing, or nothing of this beginning, is said by a refusal; and why.
const NOT_SAID: &[(&str, &str, &str)] = &[];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace")
}

fn is_told(found: &Found) -> bool {
    let is_left_out =
        |(file, beginning, _): &(&str, &str, &str)| found.file.starts_with(file) && found.text.starts_with(beginning);
    !NOT_SAID.iter().any(is_left_out)
}

/// The catalogue, as [`harvest::shape`] writes it.
fn catalogue() -> BTreeSet<String> {
    french::sentences().iter().map(|(english, _)| own_shape(english)).collect()
}

fn own_shape(text: &str) -> String {
    harvest::shape(text).trim_end_matches('.').to_owned()
}

/// True where a text is made of sentences of the catalogue and of others that are put into it.
fn is_known(text: &str, catalogue: &BTreeSet<String>) -> bool {
    let text = text.trim_matches([' ', ';', ',', GAP]).trim_end_matches('.');
    let with_gaps = |before: &str, after: &str| catalogue.contains(&format!("{before}{text}{after}"));
    let gap = GAP.to_string();
    text.is_empty()
        || with_gaps("", "")
        || with_gaps(&gap, "")
        || with_gaps("", &gap)
        || with_gaps(&gap, &gap)
        || with_gaps(&format!("\"{gap}"), "")
        || [". ", "? ", ": ", ".\u{1}"].iter().any(|between| {
            text.match_indices(between).any(|(at, _)| {
                let (before, after) = (&text[..at], &text[at + between.len()..]);
                let before = if *between == ": " { format!("{before}:") } else { before.to_owned() };
                is_known(&before, catalogue) && is_known(after, catalogue)
            })
        })
}

#[test]
fn every_refusal_is_said_in_french() {
    let catalogue = catalogue();
    let lists: Vec<BTreeSet<&str>> = ["thing", "vocabulary"]
        .iter()
        .map(|list| french::words(list).into_iter().map(|(english, _)| english).collect())
        .collect();
    let anywhere: BTreeSet<&str> =
        french::lists().into_iter().flat_map(french::words).map(|(english, _)| english).collect();
    let all = harvest::of(root(), &SOURCES);
    assert!(all.len() > 900, "only {} texts: the source is read wrongly", all.len());
    let missing: Vec<String> = all
        .iter()
        .filter(|found| is_told(found))
        .filter(|found| match found.kind {
            Kind::Thing => !lists[0].contains(found.text.as_str()),
            Kind::Vocabulary => !lists[1].contains(found.text.as_str()),
            Kind::Sentence => !anywhere.contains(found.text.as_str()) && !is_known(&found.text, &catalogue),
        })
        .map(|found| format!("{}:{} {:?}", found.file, found.line, found.text.replace(GAP, "{}")))
        .collect();
    assert!(
        missing.is_empty(),
        "{} sentences have no French in services/gateway/src/french (words.json for things and vocabularies); a sentence \
         that no refusal says goes into NOT_SAID, with the reason:\n{}",
        missing.len(),
        missing.join("\n")
    );
}

#[test]
fn what_is_left_out_is_there() {
    let all = harvest::of(root(), &SOURCES);
    for (file, beginning, reason) in NOT_SAID {
        let is_there = all.iter().any(|found| found.file.starts_with(file) && found.text.starts_with(beginning));
        assert!(is_there && !reason.is_empty(), "{file} says nothing like {beginning:?} any more");
    }
}

/// A refusal, with what its headers say of the language.
async fn refused(
    world: &World,
    method: Method,
    path: &str,
    language: Option<&str>,
    body: Value,
) -> (Value, String, String) {
    let mut request = world.request(method, path).json(&body);
    if let Some(language) = language {
        request = request.header("accept-language", language);
    }
    let response = request.send().await.expect("an answer");
    assert!(response.status().is_client_error(), "{}", response.status());
    let header = |name: &str| {
        let values = response.headers().get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.collect::<Vec<_>>().join(", ")
    };
    let (said, vary) = (header("content-language"), header("vary"));
    (response.json().await.expect("a problem"), said, vary)
}

#[tokio::test]
async fn a_refusal_is_in_the_language_of_who_asks() {
    let world = World::start().await;
    let sign_in = json!({"email": "nobody@un.org", "password": "no such password"});
    let english = "The e-mail address or the password is not right.";
    for language in [None, Some("en"), Some("sw"), Some("en-GB,en;q=0.9,fr;q=0.8")] {
        let (problem, said, vary) = refused(&world, Method::POST, "/api/v1/session", language, sign_in.clone()).await;
        assert_eq!(problem["detail"], english, "{language:?}");
        assert_eq!(problem["title"], "Not signed in");
        assert_eq!(said, "en");
        assert!(vary.contains("Accept-Language"), "{vary}");
    }
    for language in ["fr", "fr-CF,fr;q=0.9,en;q=0.5"] {
        let (problem, said, vary) =
            refused(&world, Method::POST, "/api/v1/session", Some(language), sign_in.clone()).await;
        assert_eq!(problem["detail"], "L’adresse électronique ou le mot de passe est incorrect.", "{language}");
        assert_eq!(problem["title"], "Non connecté");
        assert_eq!(problem["code"], "unauthenticated", "codes are for programs");
        assert_eq!(said, "fr");
        assert!(vary.contains("Accept-Language") && vary.contains("Cookie"), "{vary}");
    }
}

#[tokio::test]
async fn fields_and_names_are_said_too_and_what_somebody_wrote_is_kept() {
    let world = World::start().await;
    world.operator("operator@un.org").await;
    let operator = world.sign_in("operator@un.org").await;
    let open = |code: &'static str, month: u32| {
        let body = json!({"code": code, "name": "Opération", "countries": [], "languages": ["fr"], "fiscal_year_start_month": month});
        let request = world.request(Method::POST, "/api/v1/missions").json(&body).header("accept-language", "fr");
        request.header("cookie", &operator.cookie).header("x-csrf-token", &operator.csrf)
    };
    let (status, problem) = crate::world::answer(open("MINUSCA", 13)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let rule = "Le mois où commence l’exercice va de 1 à 12.";
    assert_eq!(problem["detail"], rule);
    assert_eq!(problem["violations"][0]["message"], rule);
    assert_eq!(problem["violations"][0]["field"], "fiscal_year_start_month", "fields are for programs");
    let (status, _) = crate::world::answer(open("MINUSCA", 7)).await;
    assert!(status.is_success(), "{status}");
    let (status, problem) = crate::world::answer(open("MINUSCA", 7)).await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    assert_eq!(problem["detail"], "Il existe déjà une mission MINUSCA.");
    // What a library of ours says of a body stays as it says it, in a sentence of ours.
    let request = world.request(Method::POST, "/api/v1/missions").body("{\"code\": 7}");
    let request = request.header("accept-language", "fr").header("content-type", "application/json");
    let request = request.header("cookie", &operator.cookie).header("x-csrf-token", &operator.csrf);
    let (_, problem) = crate::world::answer(request).await;
    let detail = problem["detail"].as_str().expect("a sentence");
    assert!(detail.starts_with("Le corps n’est pas le JSON attendu ici : ") && detail.contains("expected"), "{detail}");
}

#[tokio::test]
async fn spreadsheets_and_phones_are_answered_in_their_language() {
    let world = World::start().await;
    let ask = |path: &'static str, language: &'static str| {
        world.request(Method::GET, path).header("accept-language", language).header("x-openrosa-version", "1.0")
    };
    for (path, french) in [
        ("/odata/UNMIS/Observations", "Le mot de passe n’est pas un jeton d’accès valable."),
        ("/openrosa/UNMIS/formList", "Le mot de passe n’est pas un jeton d’accès valable."),
    ] {
        let body = |language| async move {
            let response = ask(path, language).send().await.expect("an answer");
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
            assert_eq!(response.headers()["content-language"], language);
            response.text().await.expect("a text")
        };
        assert!(body("fr").await.contains(french), "{path}: {}", body("fr").await);
        assert!(body("en").await.contains("The password is not a valid API token."), "{path}");
    }
}
