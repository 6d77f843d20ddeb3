//! A mission archived, and restored into an installation that never heard of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read as _,
};

use cpas::{
    archive::{ArchiveError, archive, restore, tables},
    client::Api,
    compose::SERVICES,
    demo,
};
use cpas_gateway::routes::{add_account, document};
use cpas_reporting::domain::manifest::{PaperKey, verify};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    stage::{PASSWORD, Stage},
    two::{Two, connect, headquarters, mission_id, place, rows, small},
};

/// Paths below a mission that the API answers to without a body, with the ids that lists gave; and what each answered.
async fn answers(api: &Api) -> BTreeMap<String, Value> {
    let document = serde_json::to_value(document()).expect("the document");
    let paths = document["paths"].as_object().expect("paths");
    let all = paths.iter().filter(|(_, methods)| methods.get("get").is_some()).map(|(path, _)| path.as_str());
    let below: Vec<&str> = all.filter_map(|path| path.strip_prefix("/api/v1/missions/{mission}")).collect();
    let mut found = BTreeMap::new();
    // What changes by being looked at, or by the clock, or is a stream.
    let leaves = ["/reads-from-outside", "/changes", "/read-model", "/import-work", "/members", "/digest"];
    let mut pending: Vec<String> = Vec::new();
    for path in below.iter().filter(|path| !path.contains('{') && !leaves.iter().any(|own| path.starts_with(own))) {
        let answer = api.get(path).await;
        let Ok(answer) = answer else { continue };
        for deeper in below.iter().filter(|deeper| {
            deeper.strip_prefix(path).is_some_and(|rest| rest.starts_with("/{") && deeper.matches('{').count() == 1)
        }) {
            let open = deeper.find('{').expect("a parameter");
            let end = deeper.find('}').expect("a parameter");
            for id in ids(&answer).into_iter().take(3) {
                pending.push(format!("{}{id}{}", &deeper[..open], &deeper[end + 1..]));
            }
        }
        found.insert((*path).to_owned(), answer);
    }
    for path in pending {
        if let Ok(mut answer) = api.get(&path).await {
            // Computed of what is known when it is asked for, and says when that was.
            if path.ends_with("/effect") {
                answer["as_known_at"] = Value::Null;
            }
            found.insert(path, answer);
        }
    }
    found
}

/// Ids of the records of a list.
fn ids(answer: &Value) -> Vec<String> {
    let lists = answer.as_object().into_iter().flat_map(|all| all.values()).filter_map(Value::as_array);
    let records = lists.flatten().filter_map(|one| one["id"].as_str().or_else(|| one["indicator_id"].as_str()));
    records.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mission_is_restored_as_it_was() {
    let two = Two::open().await;
    demo::ensure(&two.from.system, &two.from.address).await.expect("the demo");
    let id = mission_id(&two.from, demo::MISSION).await;
    two.from.settle(id).await;
    let before = answers(&headquarters(&two.from, demo::MISSION).await).await;
    assert!(before.len() > 40, "only {} answers: the walk saw little", before.len());

    let manifest = archive(&place(&two.from).await, demo::MISSION, &two.file()).await.expect("an archive");
    assert!(manifest.sentence(&two.file()).contains("The mission is active"), "it says that the mission is not closed");
    assert!(matches!(archive(&place(&two.from).await, demo::MISSION, &two.file()).await, Err(ArchiveError::Exists(_))));
    let public = PaperKey::from_seed(&[1; 32]).public_pem();
    let restored = restore(&place(&two.to).await, &two.file(), &public).await.expect("a restore");
    assert_eq!(restored.manifest.count(), manifest.count());
    assert!(manifest.count().1 > 0, "files of evidence");

    // Row by row, before anybody does anything there.
    let (one, other) = (rows(&two.from, id).await, rows(&two.to, id).await);
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    for name in names {
        assert_eq!(one.get(name), other.get(name), "{name}");
    }
    let stored: usize = one.values().map(Vec::len).sum();
    assert!(stored > 2_000, "only {stored} rows");

    // And screen by screen, when the new installation has told itself of all that happened.
    two.to.settle(id).await;
    let after = answers(&headquarters(&two.to, demo::MISSION).await).await;
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (path, answer) in &before {
        assert_eq!(answer, &after[path], "{path}");
    }
    assert_eq!(
        rows_but(&one, MOVING),
        rows_but(&rows(&two.to, id).await, MOVING),
        "no event took effect a second time"
    );

    papers_are_the_same(&two, id, &public).await;
    members_sign_in_when_they_are_let(&two).await;
    two.close().await;
}

/// What the outbox and the traces have beside what was restored.
const MOVING: &[&str] = &["gateway/public.mission", "chassis.outbox", "chassis.outside_read"];

fn rows_but<'r>(rows: &'r BTreeMap<String, Vec<String>>, but: &[&str]) -> Vec<(&'r String, &'r Vec<String>)> {
    rows.iter().filter(|(name, _)| !but.iter().any(|own| name.contains(own))).collect()
}

/// The bytes that were published, and their manifests: verified with the key of who published them.
async fn papers_are_the_same(two: &Two, mission: Uuid, public: &str) {
    let read = async |stage: &Stage| {
        let mut connection = connect(stage, "reporting", mission).await;
        let files: Vec<(String, String, Vec<u8>)> =
            sqlx::query_as("SELECT fact_sheet_id::text || language, format, bytes FROM fact_sheet_file ORDER BY 1, 2")
                .fetch_all(&mut connection)
                .await
                .expect("files");
        let manifests: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT fact_sheet_id::text || language, manifest FROM fact_sheet_manifest ORDER BY 1")
                .fetch_all(&mut connection)
                .await
                .expect("manifests");
        (files, manifests)
    };
    let (files, manifests) = read(&two.to).await;
    assert_eq!((&files, &manifests), (&read(&two.from).await.0, &read(&two.from).await.1));
    assert!(!files.is_empty() && !manifests.is_empty(), "the demo has published papers");
    for (sheet, format, bytes) in &files {
        let (_, manifest) = manifests.iter().find(|(of, _)| of == sheet).expect("its manifest");
        let found = verify(bytes, manifest, public).unwrap_or_else(|error| panic!("{sheet} {format}: {error}"));
        assert_eq!(&found.format, format);
    }
}

async fn members_sign_in_when_they_are_let(two: &Two) {
    let coordinator = ("coordinator@unmic.example", "carana-demo-coordinator");
    let sign_in = async |password: &str| Api::sign_in(&two.to.address, demo::MISSION, coordinator.0, password).await;
    assert!(sign_in(coordinator.1).await.is_err(), "no password came along");
    let operator = "operator@new.example";
    add_account(&two.to.system.app, operator, "Olga", PASSWORD.to_owned(), false, true).await.expect("an operator");
    let olga = Api::sign_in(&two.to.address, demo::MISSION, operator, PASSWORD).await.expect("a session");
    let members = headquarters(&two.to, demo::MISSION).await.get("/members").await.expect("members");
    let members = members["members"].as_array().cloned().unwrap_or_default();
    assert!(members.iter().all(|one| one["signs_in"] == false), "nobody signs in yet: {members:?}");
    let own = members.iter().find(|one| one["email"] == coordinator.0).expect("the coordinator, by name");
    let path = format!("/members/{}/invitation", own["id"].as_str().expect("an id"));
    let invited = olga.write(Method::POST, &path, "", &json!({"password": "another long enough one"})).await;
    assert!(invited.is_ok(), "{invited:?}");
    let back = sign_in("another long enough one").await.expect("the coordinator is in");
    let plans = back.get("/plans").await.expect("plans");
    assert!(plans["plans"].as_array().is_some_and(|plans| !plans.is_empty()), "{plans}");
    assert!(olga.write(Method::POST, &path, "", &json!({"password": "a password of mine"})).await.is_err(), "once");
}
#[tokio::test(flavor = "multi_thread")]
async fn every_table_of_a_mission_is_archived_or_left_out_with_a_reason() {
    let two = Two::open().await;
    small(&two).await;
    let mut archived = BTreeSet::new();
    for service in SERVICES {
        let mut connection = connect(&two.from, service, Uuid::nil()).await;
        let all: Vec<String> = sqlx::query_scalar(
            "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'chassis') \
             AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'mission_id')",
        )
        .fetch_all(&mut connection)
        .await
        .expect("tables");
        let own = tables::archived(&mut connection, service).await.expect("tables");
        for table in &own {
            for column in &table.columns {
                let secret = ["secret", "password", "token"].iter().any(|word| column.contains(word));
                assert!(!secret, "{service}/{}.{column} looks like a secret", table.name);
            }
            archived.insert(format!("{service}/{}", table.name));
        }
        for name in all {
            let left_out = tables::LEFT_OUT.iter().any(|one| one.tables.contains(&name.as_str()));
            assert!(left_out != own.iter().any(|table| table.name == name), "{service}/{name}: archived, or left out");
        }
    }
    // Nothing of what is left out is in the file, and no address of a store or hash of a password.
    let mut zip = zip::ZipArchive::new(fs::File::open(two.file()).expect("the archive")).expect("a zip");
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).expect("a part");
        let mut text = String::new();
        part.read_to_string(&mut text).expect("text");
        assert!(!text.contains("$argon2"), "part {index} has the hash of a password");
    }
    assert!(archived.len() > 60, "only {} tables", archived.len());
    two.close().await;
}
