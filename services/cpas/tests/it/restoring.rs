//! What is refused of an archive, and that nothing is stored then.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::Path,
};

use cpas::archive::{manifest::Content, restore};
use cpas_reporting::domain::manifest::PaperKey;
use serde_json::{Value, json};

use crate::two::{Two, connect, mission_id, place, rows, small};

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
