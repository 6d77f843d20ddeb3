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
const NOT_SAID: &[(&str, &str, &str)] = &[
    ("proto/src/tables/catalogue.rs", "", "the metadata of OData, which has one language"),
    ("proto/src/tables/results.rs", "", "the same"),
    ("proto/src/tables/tiles.rs", "", "the same"),
    ("services/chassis/src/db/", "", "SQL, and what is named in it"),
    ("services/chassis/src/table/sql.rs", "", "SQL"),
    ("services/chassis/src/table/mod.rs", "", "for a test of the service that keeps the table"),
    ("services/chassis/src/config.rs", "", "said at start, to who runs it"),
    ("services/chassis/src/identity.rs", "the ", "said at start, to who runs it"),
    ("services/chassis/src/link.rs", "", "a header"),
    ("services/chassis/src/inbox.rs", "the ", "for the log"),
    ("services/chassis/src/outbox.rs", "cpas outbox relay", "the name of a lock"),
    ("services/chassis/src/run.rs", "", "said at start, to who runs it"),
    ("services/chassis/src/server.rs", "", "for probes and the log"),
    ("services/context/src/app/", "say which stakeholders are one", "the name of a lock"),
    ("services/context/src/app/", "publish a context map", "the name of a lock"),
    ("services/context/src/app/", "set how often to map", "the name of a lock"),
    ("services/context/src/app/", "context map is due", "the name of an alarm"),
    ("services/context/src/domain/area/columns.rs", "", "a heading that is recognised"),
    ("services/context/src/domain/area/geojson.rs", " at line ", "cut off what a library says"),
    (
        "services/context/src/domain/area/lineage/order.rs",
        ", when ",
        "a part of a sentence that the catalogue has with and without it",
    ),
    ("services/assessment/src/domain/gathered/words.rs", "", "sentences in both languages"),
    ("services/assessment/src/domain/workshop/minutes.rs", "", "a page, in both languages"),
    ("services/gateway/src/digests/letter.rs", "", "a letter, in both languages"),
    ("services/gateway/src/digests/mailer.rs", "", "kept beside the digest and told in the log, for who runs it"),
    ("services/gateway/src/digests/sender.rs", "", "kept beside the digest and told in the log, for who runs it"),
    ("services/planning/src/api/work_plan.rs", "", "a calendar, in both languages"),
    (
        "services/planning/src/app/workbook/open.rs",
        "a formula without a value",
        "what a cell holds instead of a value, quoted",
    ),
    ("services/planning/src/app/workbook/take.rs", "\"\" is not ", "the beginning of a sentence, to be cut off"),
    ("services/planning/src/domain/check/", "", "findings, in both languages"),
    ("services/planning/src/domain/rbb_workbook.rs", "", "a workbook, in both languages"),
    ("services/planning/src/domain/workbook/columns.rs", "", "headings, in both languages"),
    ("services/planning/src/domain/workbook/foreign_labels.rs", "", "headings that are recognised"),
    ("services/planning/src/domain/workbook/foreign_indicators.rs", "As in", "a heading, in both languages"),
    ("services/planning/src/domain/workbook/foreign_indicators.rs", "Comme dans", "a heading, in both languages"),
    ("services/planning/src/domain/workbook/legend.rs", "", "a sheet, in both languages"),
    ("services/planning/src/domain/workbook/words.rs", "", "words of cells, in both languages"),
    ("services/planning/src/domain/workbook/write.rs", "", "hints at cells, in both languages"),
    ("services/collection/src/app/export/", "", "headings of files, by language"),
    ("services/collection/src/app/event_file.rs", "text/csv", "a media type"),
    ("services/collection/src/app/imports.rs", "text/csv", "a media type"),
    ("services/collection/src/app/objects.rs", "", "headings that a table is given; a cause"),
    ("services/collection/src/app/ruled_rows.rs", " Say in the note", "added to a rejected row, in both languages"),
    ("services/collection/src/app/ruled_rows.rs", " Dites dans", "added to a rejected row, in both languages"),
    ("services/collection/src/app/", "stored ", "what cannot be read back: a cause"),
    ("services/collection/src/app/", "landed ", "what cannot be read back: a cause"),
    ("services/collection/src/app/submit_instance/message.rs", "", "told to a phone, in both languages"),
    ("services/collection/src/app/submit_instance/taking.rs", "instance ", "a key"),
    ("services/collection/src/domain/export/", "", "headings of files, by language"),
    ("services/collection/src/domain/file/encoding.rs", "UTF-", "the name of an encoding"),
    ("services/collection/src/domain/file/frame.rs", "", "headings, in both languages"),
    ("services/collection/src/domain/file/french.rs", "", "what is said of rejected rows, in both languages"),
    ("services/collection/src/domain/file/layout.rs", "", "headings that are recognised"),
    ("services/collection/src/domain/file/row.rs", "not applicable", "a word of cells"),
    ("services/collection/src/domain/file/row.rs", "sans objet", "a word of cells"),
    ("services/collection/src/domain/file/wide.rs", "", "headings that a table is given"),
    ("services/collection/src/domain/lifetime.rs", "", "told of a series, in both languages"),
    ("services/collection/src/domain/phone/", "", "forms, in both languages"),
    ("services/collection/src/domain/quality/", "", "told of data, in both languages"),
    ("services/collection/src/domain/rollup/", "", "told of a series, in both languages"),
    ("services/collection/src/domain/rule/check.rs", "", "told of data, in both languages"),
    ("services/collection/src/error.rs", "version ", "a refusal says Failure::stale instead"),
    ("services/assessment/src/app/check_evidence.rs", "", "a part of what the list `of` has whole"),
    ("services/assessment/src/domain/analysis/", "", "told of data, in both languages"),
    ("services/assessment/src/domain/performance/", "", "told of outputs, in both languages"),
    ("services/assessment/src/domain/since/", "", "told of changes, in both languages"),
    ("services/assessment/src/error.rs", "version ", "a refusal says Failure::stale instead"),
    ("services/assessment/src/events.rs", "", "an event that is none, for the log"),
    ("services/reporting/src/app/across/said.rs", "", "told to the mission that was read, in both languages"),
    ("services/reporting/src/app/home_tasks.rs", "", "told at home, in both languages"),
    ("services/reporting/src/app/told.rs", "", "told at home, in both languages"),
    ("services/reporting/src/config.rs", "", "said at start, to who runs it"),
    ("services/reporting/src/error.rs", "there is no such ", "a refusal says Failure::not_found instead"),
    ("services/reporting/src/error.rs", "somebody changed it", "a refusal says Failure::stale instead"),
    ("services/reporting/src/domain/region.rs", "", "names of countries and regions, in both languages"),
    ("services/gateway/src/access/pages.rs", "", "told to the mission that was read, in both languages"),
    ("services/gateway/src/access/secrets.rs", "", "a key"),
    ("services/gateway/src/access/visitor.rs", "", "headers"),
    ("services/gateway/src/french/", "", "what is wrong with a template, for a test"),
    ("services/gateway/src/language.rs", "", "a header"),
    ("services/gateway/src/lib.rs", "", "said at start, to who runs it"),
    ("services/gateway/src/odata/answer.rs", "Basic realm", "a header"),
    ("services/gateway/src/openrosa/", "", "headers, and the name of a project"),
    ("services/reporting/src/domain/chart.rs", "", "papers, in the language of their readers"),
    ("services/reporting/src/domain/document.rs", "", "a day and an hour"),
    ("services/reporting/src/domain/docx.rs", "", "XML"),
    ("services/reporting/src/domain/figure.rs", "", "papers, in the language of their readers"),
    ("services/reporting/src/domain/manifest.rs", "", "said on a command line"),
    ("services/reporting/src/domain/map.rs", "", "papers, in the language of their readers"),
    ("services/reporting/src/domain/output.rs", "", "media types, and causes"),
    ("services/reporting/src/domain/pdf.rs", "", "names of fonts, and causes"),
    ("services/reporting/src/domain/picture.rs", "", "the name of a font, and a cause"),
    ("services/reporting/src/domain/svg.rs", "", "names of fonts"),
    ("services/reporting/src/domain/template", "", "papers, in both languages"),
    ("services/reporting/src/domain/wording.rs", "", "papers, in the language of their readers"),
    ("services/gateway/src/routes/documents.rs", "", "headers and media types"),
    ("services/gateway/src/routes/evidence.rs", "default-src", "a header"),
    ("services/gateway/src/routes/files.rs", "attachment; ", "a header"),
    ("services/gateway/src/routes/openapi.rs", "", "the OpenAPI document"),
    ("services/gateway/src/routes/pages.rs", "", "headers, and a page for who builds it"),
    ("services/gateway/src/routes/security.rs", "", "headers"),
    ("services/gateway/src/routes/session.rs", "address ", "a key"),
    ("services/gateway/src/routes/session.rs", "email ", "a key"),
    ("services/gateway/src/routes/submissions.rs", "", "a header"),
    ("services/gateway/src/webhooks/outgoing.rs", "private network", "looked for in a cause"),
    ("services/gateway/src/outside/page.rs", "", "a page, in both languages"),
    ("services/gateway/src/routes/minutes.rs", "text/html", "a type of content"),
    ("services/gateway/src/routes/performance.rs", "text/csv", "a type of content"),
    ("services/gateway/src/routes/outside.rs", "", "headers"),
    ("services/gateway/src/routes/unsubscribe.rs", "", "a page, in both languages, and headers"),
    ("services/gateway/src/subscriptions/letter.rs", "", "a letter, in both languages"),
    ("services/reporting/src/domain/outside_page.rs", "", "a page, in both languages"),
    ("services/reporting/src/app/render_dashboard", "", "a document, in both languages"),
];

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
    let bare = |text: &str| text.trim_end_matches('.').to_owned();
    let trimmed = text.trim_matches([' ', ';', ',']);
    let inner = text.trim_matches([' ', ';', ',', '.', GAP]);
    if inner.is_empty() || [text, trimmed, inner].iter().any(|one| catalogue.contains(&bare(one))) {
        return true;
    }
    [". ", "? ", ": ", ".\u{1}"].iter().any(|between| {
        text.match_indices(between).any(|(at, _)| {
            let (before, after) = (&text[..at + 1], &text[at + between.len()..]);
            is_known(before, catalogue) && is_known(after, catalogue)
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

/// Templates of which the source has no text of its own: those that are made of one, words by themselves or with a mark, and what readers of
/// JSON say.
const NOT_IN_THE_SOURCE: [&str; 20] = [
    "{a} lies in {lies} only since {since}, when {b}. {then}",
    "{operator} cannot compare {a} with {b}; {c}.",
    "a recommendation that is {from} cannot become {to}; it can become nothing else",
    "{a} until {until}",
    "there are file_name, work and mapping.<field>",
    "expected \"7\"",
    "Broken",
    "always",
    "{error} at line {line} column {column}",
    "missing field `{name}`",
    "duplicate field `{name}`",
    "unknown field `{name}`, expected one of {names}",
    "unknown field `{name}`, expected {names}",
    "unknown field `{name}`, there are no fields",
    "expected value",
    "trailing characters",
    "EOF while parsing a value",
    "EOF while parsing a string",
    "EOF while parsing a list",
    "EOF while parsing an object",
];

#[test]
fn every_french_has_its_english_in_the_source() {
    let all: Vec<String> = harvest::of(root(), &SOURCES).into_iter().map(|found| found.text).collect();
    let is_there = |english: &str| {
        let shape = own_shape(english);
        all.iter().any(|text| text.contains(&shape)) || NOT_IN_THE_SOURCE.contains(&english)
    };
    let gone: Vec<String> =
        french::sentences().into_iter().map(|(english, _)| english).filter(|english| !is_there(english)).collect();
    assert!(gone.is_empty(), "nothing says this any more; take it out of services/gateway/src/french: {gone:#?}");
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
        let request = world.request(Method::GET, path).basic_auth("anybody", Some("no token"));
        request.header("accept-language", language).header("x-openrosa-version", "1.0")
    };
    for (path, french) in [
        ("/odata/v4/UNMIS/Observations", "Le mot de passe n’est pas un jeton d’accès valable."),
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
