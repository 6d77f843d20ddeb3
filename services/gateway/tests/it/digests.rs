//! What waits goes out by e-mail: to whom it waits for, once, in their language, as often as they want; nothing of a
//! record, and nothing of another mission.

use std::{collections::BTreeMap, sync::Arc};

use chassis::{
    Caller, Clock, Failure,
    testing::{Stage, eventually},
};
use chrono::TimeDelta;
use cpas_gateway::MIGRATOR;
use cpas_proto::{
    collection::v1::{CollectionTask, ListTasksRequest, ListTasksResponse},
    common::v1::Text,
    reporting::v1::{HomeTask, MissionHome},
    words::{Classification, Role},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    neighbours::Neighbours,
    post::{EARLY, Post, at, of, read},
    smtp::Smtp,
    world::{World, answer},
};

const MONDAY: &str = "2026-03-02T05:00:00Z";
const TUESDAY: &str = "2026-03-03T05:00:00Z";
const NEXT_MONDAY: &str = "2026-03-09T05:00:00Z";

fn home_task(en: &str, fr: &str, count: u32, path: &str) -> HomeTask {
    HomeTask { kind: path.to_owned(), text: Some(Text::of(en, fr)), count, path: path.to_owned() }
}

fn home_of(tasks: Vec<HomeTask>) -> MissionHome {
    MissionHome { tasks, ..MissionHome::default() }
}

fn task(code: &str, section: &str, state: &str, due: &str, classification: Classification) -> CollectionTask {
    CollectionTask {
        indicator_code: code.to_owned(),
        section: section.to_owned(),
        period: "2026-01".to_owned(),
        area: "A1".to_owned(),
        state: state.to_owned(),
        due: due.to_owned(),
        classification: classification.word().to_owned(),
        ..CollectionTask::default()
    }
}

fn tasks_of(tasks: Vec<CollectionTask>) -> ListTasksResponse {
    ListTasksResponse { total: tasks.len() as u32, tasks, ..ListTasksResponse::default() }
}

/// A verifier has something to verify; Human Rights has data to enter, of which some is Ada's.
fn busy() -> Neighbours {
    let neighbours = Neighbours::default();
    neighbours.home.answers(|caller, _| {
        let verify = home_task("Observations to verify", "Observations à vérifier", 12, "data");
        let draft = home_task("Observations to submit", "Observations à soumettre", 0, "data");
        Ok(home_of(if caller.has(Role::Verifier) { vec![verify, draft] } else { vec![draft] }))
    });
    neighbours.tasks.answers(|caller, asked| Ok(tasks_of(to_enter(caller, asked))));
    neighbours
}

fn to_enter(caller: &Caller, asked: &ListTasksRequest) -> Vec<CollectionTask> {
    let open = Classification::Unclassified;
    match (asked.assignee.as_str(), asked.section.as_str(), caller.name.as_str()) {
        ("me", "", "Ada") => vec![
            task("OC-CIVDEATHS", "Human Rights", "late", "2026-02-10", open),
            task("OC-TRUST", "Human Rights", "open", "2026-03-08", open),
            task("OC-LATER", "Human Rights", "open", "2026-03-20", open),
        ],
        ("nobody", "Human Rights", _) => vec![task("OC-ARRESTS", "Human Rights", "late", "2026-02-10", open)],
        _ => Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_goes_to_whom_it_waits_for_in_their_language() {
    let post = Post::open(busy()).await;
    let ours = post.world.mission("OURS").await;
    for (name, role, section) in [
        ("Ada", "contributor", "Human Rights"),
        ("Bob", "contributor", "Human Rights"),
        ("Paul", "contributor", "UNPOL"),
        ("Vera", "verifier", ""),
        ("Cora", "coordinator", ""),
        ("Rita", "reader", ""),
        ("Aude", "auditor", ""),
    ] {
        post.member(ours, name, role, section).await;
    }
    let vera = post.world.sign_in("vera@ours.example").await;
    vera.send(Method::PATCH, "/api/v1/session", json!({"language": "fr"})).await;
    let _replica = post.replica();
    post.set_clock(MONDAY);
    let states = post.done(ours, MONDAY, 5).await;
    assert_eq!(states, BTreeMap::from([("sent".to_owned(), 3), ("nothing".to_owned(), 2)]), "Paul and Cora have peace");
    let taken = post.smtp.taken();
    let mut to: Vec<&str> = taken.iter().flat_map(|own| own.to.iter().map(String::as_str)).collect();
    to.sort_unstable();
    assert_eq!(to, ["ada@ours.example", "bob@ours.example", "vera@ours.example"]);
    assert!(taken.iter().all(|own| own.from == "cpas@mission.example"));

    let (head, text, html) = read(&of(&taken, "ada@ours.example")[0].letter);
    assert_eq!(head["subject"], "CPAS OURS: 3 things wait for you");
    assert_eq!(head["list-unsubscribe"], "<https://cpas.example.org/m/OURS/members?view=digest>");
    assert_eq!(
        text.trim(),
        "In OURS this waits for you:\n\n\
         - Data that you were asked to enter: 1 late, 1 due from 8 March 2026 on (OC-CIVDEATHS, OC-TRUST)\n  \
         https://cpas.example.org/m/OURS/tasks?assignee=me\n\
         - Data of your section that nobody was asked to enter: 1 late (OC-ARRESTS)\n  \
         https://cpas.example.org/m/OURS/tasks?assignee=nobody\n\n\
         You get this because you work in the mission. Choose how often, or never:\n\
         https://cpas.example.org/m/OURS/members?view=digest"
    );
    assert!(html.contains("<a href=\"https://cpas.example.org/m/OURS/tasks?assignee=me\">"), "{html}");
    let (_, text, _) = read(&of(&taken, "bob@ours.example")[0].letter);
    assert!(!text.contains("you were asked") && text.contains("nobody was asked to enter: 1 late"), "{text}");
    let (_, text, html) = read(&of(&taken, "vera@ours.example")[0].letter);
    assert!(text.contains("- Observations à vérifier : 12\n  https://cpas.example.org/m/OURS/data"), "{text}");
    assert!(html.contains("lang=\"fr\"") && !text.contains("waits"), "{html}");
    assert!(taken.iter().all(|own| own.letter.len() < 10_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_chooses_how_often() {
    let post = Post::open(busy()).await;
    let ours = post.world.mission("OURS").await;
    for name in ["Ada", "Bob", "Dan"] {
        post.member(ours, name, "contributor", "Human Rights").await;
    }
    const PATH: &str = "/api/v1/missions/OURS/digest";
    let ada = post.world.sign_in("ada@ours.example").await;
    let dan = post.world.sign_in("dan@ours.example").await;
    let (_, first) = ada.get(PATH).await;
    let expected =
        json!({"rhythm": "weekly", "email": "ada@ours.example", "hour_utc": 5, "remind_days": 7, "sends": true});
    assert_eq!(first, expected);
    let (status, problem) = ada.send(Method::PUT, PATH, json!({"rhythm": "hourly"})).await;
    assert_eq!((status, &problem["violations"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("rhythm")));
    assert_eq!(ada.send(Method::PUT, PATH, json!({"rhythm": "daily"})).await.1["rhythm"], "daily");
    assert_eq!(dan.send(Method::PUT, PATH, json!({"rhythm": "never"})).await.1["rhythm"], "never");
    assert_eq!(ada.get(PATH).await.1["rhythm"], "daily");
    let wish = json!({"name": "Sheet", "mission": "OURS", "roles": ["contributor"], "expires_in_days": 30});
    let (status, token) = ada.send(Method::POST, "/api/v1/tokens", wish).await;
    assert_eq!(status, StatusCode::CREATED, "{token}");
    let bearer = format!("Bearer {}", token["token"].as_str().expect("the token"));
    let by_token =
        post.world.request(Method::PUT, PATH).header("authorization", bearer).json(&json!({"rhythm": "never"}));
    assert_eq!(answer(by_token).await.0, StatusCode::FORBIDDEN);

    let _replica = post.replica();
    post.set_clock(MONDAY);
    post.done(ours, MONDAY, 2).await;
    // A new member, and a choice of today, count from the next one on.
    post.member(ours, "Eve", "contributor", "Human Rights").await;
    assert_eq!(dan.send(Method::PUT, PATH, json!({"rhythm": "daily"})).await.0, StatusCode::OK);
    post.set_clock(TUESDAY);
    post.done(ours, TUESDAY, 2).await;
    // Her session ended meanwhile.
    let ada = post.world.sign_in("ada@ours.example").await;
    assert_eq!(ada.send(Method::PUT, PATH, json!({"rhythm": "never"})).await.0, StatusCode::OK);
    post.set_clock(NEXT_MONDAY);
    post.done(ours, NEXT_MONDAY, 3).await;
    let taken = post.smtp.taken();
    let count = |name: &str| of(&taken, &format!("{name}@ours.example")).len();
    assert_eq!((count("ada"), count("bob"), count("dan"), count("eve")), (2, 2, 2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_senders_send_each_digest_once() {
    let post = Post::open(busy()).await;
    let ours = post.world.mission("OURS").await;
    for number in 0..20 {
        post.member(ours, &format!("P{number}"), "contributor", "Human Rights").await;
    }
    let _replicas = (post.replica(), post.replica());
    for (day, before) in [(MONDAY, 0), (NEXT_MONDAY, 20)] {
        post.set_clock(day);
        assert_eq!(post.done(ours, day, 20).await, BTreeMap::from([("sent".to_owned(), 20)]));
        let taken = post.smtp.taken();
        let mut to: Vec<String> = taken[before..].iter().flat_map(|own| own.to.clone()).collect();
        to.sort();
        to.dedup();
        assert_eq!((taken.len(), to.len()), (before + 20, 20), "each once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_broken_is_tried_again() {
    let neighbours = busy();
    let away = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let is_away = Arc::clone(&away);
    neighbours.tasks.answers(move |caller, asked| {
        let away = is_away.load(std::sync::atomic::Ordering::SeqCst);
        if away { Err(Failure::unavailable("Not now.")) } else { Ok(tasks_of(to_enter(caller, asked))) }
    });
    let post = Post::open(neighbours).await;
    let ours = post.world.mission("OURS").await;
    let ada = post.member(ours, "Ada", "contributor", "Human Rights").await;
    post.smtp.answers(&["451 Try again later", "554 No"]);
    let _replica = post.replica();
    post.set_clock(MONDAY);
    let attempts = async || post.attempts(ours, ada).await;
    // A service that is away, a server that is busy, one that says no: each is a try, and the next waits longer.
    for (number, waited) in [(1, 120), (2, 600), (3, 1_200)] {
        eventually("a try is noted", || async { attempts().await == number }).await;
        assert_eq!(post.states(ours, MONDAY).await, BTreeMap::from([("waiting".to_owned(), 1)]));
        away.store(false, std::sync::atomic::Ordering::SeqCst);
        let clock = &post.world.stage.clock;
        clock.set(clock.now() + TimeDelta::seconds(waited));
    }
    assert_eq!(post.done(ours, MONDAY, 1).await, BTreeMap::from([("sent".to_owned(), 1)]));
    assert_eq!((post.smtp.taken().len(), attempts().await), (1, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_is_killed_loses_nothing() {
    let post = Post::open(busy()).await;
    let ours = post.world.mission("OURS").await;
    post.member(ours, "Ada", "contributor", "Human Rights").await;
    let shut = Arc::clone(&post.smtp.gate).write_owned().await;
    let (_, killed) = post.replica();
    post.set_clock(MONDAY);
    eventually("the letter is out, and nobody noted it", || async { post.smtp.taken().len() == 1 }).await;
    killed.abort();
    drop(killed.await);
    drop(shut);
    let _replica = post.replica();
    post.set_clock("2026-03-02T05:11:00Z");
    post.done(ours, MONDAY, 1).await;
    let taken = post.smtp.taken();
    let ids: Vec<String> = taken.iter().map(|own| read(&own.letter).0["message-id"].clone()).collect();
    assert_eq!(ids.len(), 2, "twice, and never not at all");
    assert_eq!(ids[0], ids[1], "which a mail program shows once");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_confidential_record_leaves_the_house() {
    let neighbours = Neighbours::default();
    neighbours.tasks.answers(|_, asked| {
        let secret = CollectionTask {
            indicator_id: "0199a0c2-5d31-7abc-9def-0123456789ab".to_owned(),
            area: "SECRET-AREA".to_owned(),
            reason: "The informant was seen.".to_owned(),
            waived_by: "Major Secret".to_owned(),
            assignee_name: "Agent Secret".to_owned(),
            ..task("CX-INFORMANTS", "Human Rights", "late", "2026-02-10", Classification::Confidential)
        };
        let strictly = task("CX-SOURCES", "Human Rights", "open", "2026-03-04", Classification::StrictlyConfidential);
        let open = task("OC-TRUST", "Human Rights", "late", "2026-02-10", Classification::Unclassified);
        Ok(tasks_of(if asked.assignee == "me" { vec![secret, strictly, open] } else { Vec::new() }))
    });
    let post = Post::open(neighbours).await;
    let ours = post.world.mission("OURS").await;
    post.member(ours, "Ada", "contributor", "Human Rights").await;
    let _replica = post.replica();
    post.set_clock(MONDAY);
    post.done(ours, MONDAY, 1).await;
    let letter = &post.smtp.taken()[0].letter;
    let (head, text, html) = read(letter);
    assert!(text.contains("2 late, 1 due from 4 March 2026 on (OC-TRUST)"), "counted: {text}");
    let all = format!("{letter}{head:?}{text}{html}");
    for word in ["INFORMANT", "informant", "SOURCES", "SECRET", "Secret", "Human Rights", "0199a0c2", "2026-01"] {
        assert!(!all.contains(word), "{word}: {all}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_missions_data_is_never_told() {
    let neighbours = Neighbours::default();
    neighbours.home.answers(|caller, _| {
        let code = &caller.mission()?.code;
        Ok(home_of(vec![home_task(&format!("Plans of {code}"), "Plans", 1, "plan")]))
    });
    let post = Post::open(neighbours).await;
    let mut missions = BTreeMap::new();
    for code in ["OURS", "THEIRS", "CLOSED"] {
        missions.insert(code, post.world.mission(code).await);
    }
    post.member(missions["OURS"], "Ada", "leadership", "").await;
    post.member(missions["OURS"], "Bob", "leadership", "").await;
    post.member(missions["THEIRS"], "Bob", "leadership", "").await;
    post.member(missions["CLOSED"], "Bob", "leadership", "").await;
    post.world.operator("olga@hq.example").await;
    let olga = post.world.sign_in("olga@hq.example").await;
    olga.close("CLOSED").await;
    let _replica = post.replica();
    post.set_clock(MONDAY);
    post.done(missions["OURS"], MONDAY, 2).await;
    post.done(missions["THEIRS"], MONDAY, 1).await;
    assert!(post.states(missions["CLOSED"], MONDAY).await.is_empty(), "nothing goes out of a closed mission");
    let taken = post.smtp.taken();
    assert_eq!((taken.len(), of(&taken, "ada@ours.example").len(), of(&taken, "bob@ours.example").len()), (3, 1, 2));
    for own in &taken {
        let (head, text, html) = read(&own.letter);
        let about = if head["subject"].contains("THEIRS") { "THEIRS" } else { "OURS" };
        let other = if about == "OURS" { "THEIRS" } else { "OURS" };
        assert!(text.contains(&format!("Plans of {about}: 1")), "{text}");
        assert!(!format!("{text}{html}{}", head["subject"]).contains(other), "{text}");
        assert!(own.to == ["bob@ours.example"] || about == "OURS", "Ada is of one mission");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_takes_letters_that_mail_programs_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let neighbours = Arc::new(busy());
    let stage = Stage::open_at("gateway", &MIGRATOR, Clock::fixed(at(EARLY))).await;
    let letters = folder.path().join("letters");
    let world = World::on(stage, &neighbours, |config| config.mail_folder.clone_from(&letters)).await;
    let ours = world.mission("OURS").await;
    let post = Post { world, smtp: Smtp::default() };
    post.member(ours, "Vera", "verifier", "").await;
    let mut background = cpas_gateway::background(&post.world.app).expect("background work");
    let _running = post.world.stage.start(&mut background);
    post.set_clock(MONDAY);
    post.done(ours, MONDAY, 1).await;
    let files: Vec<_> =
        std::fs::read_dir(&letters).expect("the folder").map(|own| own.expect("a file").path()).collect();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].extension().and_then(|own| own.to_str()), Some("eml"));
    let (head, text, _) = read(&std::fs::read_to_string(&files[0]).expect("a letter"));
    assert!(head["to"].contains("vera@ours.example") && text.contains("Observations to verify: 12"), "{text}");
}
