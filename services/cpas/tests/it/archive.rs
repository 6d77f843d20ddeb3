//! A mission archived, and restored into an installation that never heard of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Read as _, Write as _},
    path::Path,
};

use cpas::{
    archive::{ArchiveError, Place, archive, manifest::Content, restore, tables},
    client::Api,
    compose::SERVICES,
    demo,
};
use cpas_gateway::routes::{add_account, document};
use cpas_reporting::domain::manifest::{PaperKey, verify};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use uuid::Uuid;

use crate::stage::{PASSWORD, Stage};

const HQ: &str = "reader@hq.example";

/// Two installations with keys and folders of their own.
struct Two {
    folder: TempDir,
    from: Stage,
    to: Stage,
}

impl Two {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let from = Stage::open_in(&folder.path().join("from"), PaperKey::from_seed(&[1; 32])).await;
        let to = Stage::open_in(&folder.path().join("to"), PaperKey::from_seed(&[2; 32])).await;
        Self { folder, from, to }
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("mission.cpas.zip")
    }

    async fn close(self) {
        self.from.close().await;
        self.to.close().await;
    }
}

async fn place(stage: &Stage) -> Place {
    Place::on(&stage.ground).await.expect("its databases")
}

/// Somebody at headquarters, who may read every mission.
async fn headquarters(stage: &Stage, mission: &str) -> Api {
    drop(add_account(&stage.system.app, HQ, "A reader", PASSWORD.to_owned(), true, false).await);
    Api::sign_in(&stage.address, mission, HQ, PASSWORD).await.expect("a session")
}

async fn connect(stage: &Stage, service: &str, mission: Uuid) -> PgConnection {
    let name = format!("{}_{service}", stage.ground.database_prefix);
    let (owner, _) = chassis::db::create_database(&stage.ground.superuser_url, &name, &stage.ground.password)
        .await
        .expect("it is there");
    let mut connection = PgConnection::connect(&owner).await.expect("the database");
    for (setting, value) in [("app.mission_id", mission.to_string()), ("app.clearance", "2".to_owned())] {
        sqlx::query("SELECT set_config($1, $2, false)")
            .bind(setting)
            .bind(value)
            .execute(&mut connection)
            .await
            .expect("set");
    }
    connection
}

/// All rows of a mission, table by table, as JSON in order.
async fn rows(stage: &Stage, mission: Uuid) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for service in SERVICES {
        let mut connection = connect(stage, service, mission).await;
        for table in tables::archived(&mut connection, service).await.expect("tables") {
            if table.is_inbox() {
                continue;
            }
            let query = sqlx::query_scalar(AssertSqlSafe(table.select())).bind(mission);
            let own: Vec<String> = query.fetch_all(&mut connection).await.expect("rows");
            found.insert(format!("{service}/{}", table.name), own);
        }
    }
    found
}

async fn mission_id(stage: &Stage, code: &str) -> Uuid {
    let mut connection = connect(stage, "gateway", Uuid::nil()).await;
    let query = sqlx::query_scalar("SELECT id FROM mission WHERE code = $1").bind(code);
    query.fetch_one(&mut connection).await.expect("the mission")
}

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
        if let Ok(answer) = api.get(&path).await {
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

/// A mission with a little of its own, archived.
async fn small(two: &Two) -> String {
    let api = two.from.mission("ALPHA").await;
    let stakeholder = json!({"name": "Council of Elders", "kind": "community"});
    api.write(Method::POST, "/stakeholders", "", &stakeholder).await.expect("a stakeholder");
    two.from.settle(mission_id(&two.from, "ALPHA").await).await;
    archive(&place(&two.from).await, "ALPHA", &two.file()).await.expect("an archive");
    PaperKey::from_seed(&[1; 32]).public_pem()
}

async fn is_empty(two: &Two) -> bool {
    let mission = mission_id(&two.from, "ALPHA").await;
    rows(&two.to, mission).await.iter().all(|(name, rows)| name.contains("library_entries") || rows.is_empty())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_changed_bit_is_refused_and_nothing_is_stored() {
    let two = Two::open().await;
    let public = small(&two).await;
    let whole = fs::read(two.file()).expect("the archive");
    let mut zip = zip::ZipArchive::new(fs::File::open(two.file()).expect("the archive")).expect("a zip");
    let mut places = Vec::new();
    for index in 0..zip.len() {
        let part = zip.by_index(index).expect("a part");
        if part.size() > 2 {
            let start = part.data_start().expect("a place");
            places.push((part.name().expect("a name").into_owned(), start + part.compressed_size() / 2));
        }
    }
    assert!(places.len() > 5, "{places:?}");
    let changed = two.folder.path().join("changed.zip");
    for (name, place_of) in places {
        let mut bytes = whole.clone();
        bytes[usize::try_from(place_of).expect("a place")] ^= 0x04;
        fs::write(&changed, bytes).expect("a file");
        let refused = restore(&place(&two.to).await, &changed, &public).await;
        let said = refused.expect_err(&name).to_string();
        let known = ["was changed", "no archive", "signed with the key", "signature does not fit"];
        assert!(known.iter().any(|words| said.contains(words)), "{name}: {said}");
    }
    // A part more, which nobody signed.
    fs::write(&changed, &whole).expect("a file");
    let file = fs::OpenOptions::new().read(true).write(true).open(&changed).expect("the file");
    let mut more = zip::ZipWriter::new_append(file).expect("a zip");
    more.start_file("planning/public.extra.jsonl", zip::write::SimpleFileOptions::default()).expect("a part");
    more.write_all(b"{}").expect("a row");
    more.finish().expect("a zip");
    let refused = restore(&place(&two.to).await, &changed, &public).await.expect_err("one part more");
    assert!(refused.to_string().contains("public.extra"), "{refused}");
    let other = PaperKey::from_seed(&[9; 32]).public_pem();
    let refused = restore(&place(&two.to).await, &two.file(), &other).await.expect_err("another key");
    assert!(refused.to_string().contains("Ask whoever made it for the public key"), "{refused}");
    assert!(is_empty(&two).await, "nothing of all that was stored");
    two.close().await;
}

/// Rewrites the manifest of an archive, and signs it again: as another version of the program would have written it.
fn rewritten(from: &Path, to: &Path, change: impl FnOnce(&mut Value)) {
    let mut zip = zip::ZipArchive::new(fs::File::open(from).expect("the archive")).expect("a zip");
    let mut out = zip::ZipWriter::new(fs::File::create(to).expect("a file"));
    let mut manifest = Value::Null;
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("bytes");
        match name.as_str() {
            "manifest.json" => manifest = serde_json::from_slice(&bytes).expect("a manifest"),
            "signature" => {}
            _ => {
                out.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
                out.write_all(&bytes).expect("bytes");
            }
        }
    }
    change(&mut manifest);
    let bytes = serde_json::to_vec(&manifest).expect("JSON");
    let signature = PaperKey::from_seed(&[1; 32]).seal("mission archive", &bytes);
    for (name, bytes) in [("manifest.json", bytes.as_slice()), ("signature", signature.as_bytes())] {
        out.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        out.write_all(bytes).expect("bytes");
    }
    out.finish().expect("a zip");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_version_and_a_mission_that_is_there_are_refused_with_what_to_do() {
    let two = Two::open().await;
    let public = small(&two).await;
    let there = restore(&place(&two.from).await, &two.file(), &public).await.expect_err("it is there");
    assert!(there.to_string().contains("There is a mission ALPHA here already"), "{there}");
    let other = two.folder.path().join("other.zip");
    for (change, said) in [(true, "of a newer version"), (false, "of an older version")] {
        rewritten(&two.file(), &other, |manifest| {
            let levels = manifest["levels"]["planning"]["service"].as_array_mut().expect("levels");
            if change {
                levels.push(json!(9_999));
            } else {
                levels.pop();
            }
        });
        let refused = restore(&place(&two.to).await, &other, &public).await.expect_err(said);
        assert!(refused.to_string().contains(said), "{refused}");
    }
    let file = two.folder.path().join("none.zip");
    fs::write(&file, b"a letter").expect("a file");
    let refused = restore(&place(&two.to).await, &file, &public).await.expect_err("no archive");
    assert!(refused.to_string().contains("is no archive of a mission"), "{refused}");
    assert!(is_empty(&two).await);

    // A restore that was cut between two databases left rows in the first; the next one clears and goes on.
    let mission = mission_id(&two.from, "ALPHA").await;
    let mut context = connect(&two.to, "context", mission).await;
    sqlx::query(
        "INSERT INTO mapping_schedule SELECT * FROM jsonb_populate_record(NULL::mapping_schedule, \
                 jsonb_build_object('mission_id', $1::text, 'interval_months', 6, 'version', 1, 'recorded_at', now(), \
                 'recorded_by', $1::text, 'recorded_by_name', 'x'))",
    )
    .bind(mission.to_string())
    .execute(&mut context)
    .await
    .expect("a row that was left");
    restore(&place(&two.to).await, &two.file(), &public).await.expect("a restore");
    assert_eq!(rows(&two.from, mission).await["context/public.stakeholder"].len(), 1);
    assert_eq!(rows(&two.to, mission).await, rows(&two.from, mission).await);
    two.close().await;
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

#[tokio::test(flavor = "multi_thread")]
async fn two_restores_at_once_store_the_mission_once() {
    let two = Two::open().await;
    let public = small(&two).await;
    let file = two.file();
    let again = async || restore(&place(&two.to).await, &file, &public).await;
    let (one, other) = tokio::join!(again(), again());
    assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|done| **done).count(), 1, "{one:?} {other:?}");
    let mission = mission_id(&two.from, "ALPHA").await;
    assert_eq!(rows(&two.to, mission).await, rows(&two.from, mission).await);
    two.close().await;
}

#[test]
fn the_parts_say_what_they_are() {
    let rows =
        Content::Rows { service: "planning".into(), table: "public.plans".into(), columns: vec!["id".into()], rows: 3 };
    assert_eq!(
        serde_json::to_value(&rows).expect("JSON"),
        json!({"content": "rows", "service": "planning", "table": "public.plans", "columns": ["id"], "rows": 3})
    );
}
