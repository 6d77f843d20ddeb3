//! Files that are sent in parts: they go on where they were cut, through any process, and are their sender's own.

use chassis::{Caller, Code};
use cpas_proto::{collection::v1 as pb, words::Role};
use uuid::Uuid;

use crate::world::*;

const FILE: &[u8] =
    b"indicator,area,period,value\nOC-CIVDEATHS,A1,2024-01,4\nOC-CIVDEATHS,B,2024-03,5\nOC-CIVDEATHS,Z9,2024-03,5\n";

async fn open(client: &mut Client, bytes: usize) -> pb::Upload {
    let asked = pb::OpenUploadRequest { file_name: "deaths.csv".to_owned(), bytes: bytes as u64 };
    done(client.open_upload(asked).await)
}

fn part(upload: &pb::Upload, offset: usize, data: &[u8]) -> pb::PutUploadPartRequest {
    pb::PutUploadPartRequest { upload_id: upload.id.clone(), offset: offset as u64, data: data.to_vec() }
}

async fn read(client: &mut Client, upload: &str) -> Result<pb::ImportBatch, chassis::Failure> {
    let first = pb::PreviewImportRequest { upload_id: upload.to_owned(), ..Default::default() };
    let answer = client.preview_import(tokio_stream::iter([first])).await;
    answer.map(tonic::Response::into_inner).map_err(chassis::Failure::from)
}

fn asked(upload: &pb::Upload) -> pb::GetUploadRequest {
    pb::GetUploadRequest { upload_id: upload.id.clone() }
}

#[tokio::test]
async fn a_file_goes_on_where_it_was_cut_and_is_read_as_if_it_had_come_at_once() {
    let world = World::start().await;
    let caller = world.caller(Role::Coordinator);
    let mut client = world.of(&caller);
    let upload = open(&mut client, FILE.len()).await;
    assert_eq!((upload.offset, upload.bytes), (0, FILE.len() as u64));
    assert_eq!(done(client.put_upload_part(part(&upload, 0, &FILE[..40])).await).offset, 40);
    let cut = read(&mut client, &upload.id).await.expect_err("not whole yet");
    assert_eq!((cut.code, cut.message.starts_with("Only 40 of ")), (Code::Conflict, true), "{cut}");

    // The answer was lost: the part is there, and says so; another process takes what follows.
    let again = expect_code(client.put_upload_part(part(&upload, 0, &FILE[..40])).await, Code::Conflict);
    assert!(again.message.contains("begins at byte 40"), "{again}");
    let mut elsewhere = world.elsewhere(&caller);
    let known = done(elsewhere.get_upload(asked(&upload)).await);
    assert_eq!((known.offset, &*known.file_name), (40, "deaths.csv"));
    let skipping = expect_code(elsewhere.put_upload_part(part(&upload, 50, &FILE[50..])).await, Code::Conflict);
    assert!(skipping.message.contains("begins at byte 40"), "{skipping}");
    let rest = done(elsewhere.put_upload_part(part(&upload, 40, &FILE[40..])).await);
    assert_eq!(rest.offset, rest.bytes);

    let batch = read(&mut client, &upload.id).await.expect("a preview");
    assert_eq!((batch.rows_added, batch.rows_rejected, &*batch.file_name), (2, 1, "deaths.csv"));
    let at_once = preview(&mut world.coordinator(), FILE, &[]).await.expect("a preview");
    assert_eq!(batch.sha256, at_once.sha256, "byte by byte the same");
    // It is kept: read once more, as after a question about its columns, without being sent again.
    assert_eq!(read(&mut elsewhere, &upload.id).await.expect("a preview").rows_added, 2);
    world.commit(&batch).await;
    let values = world.values("OC-CIVDEATHS", "B", "").await;
    assert_eq!(values.last(), Some(&("2024-03".to_owned(), Some(5.0))));
}

#[tokio::test]
async fn an_upload_is_its_senders_own() {
    let world = World::start().await;
    let mut client = world.coordinator();
    let upload = open(&mut client, FILE.len()).await;
    done(client.put_upload_part(part(&upload, 0, FILE)).await);
    let stranger = chassis::testing::caller(Role::Coordinator, &chassis::testing::mission("MINUSMA"));
    let same_person = Caller { mission: stranger.mission.clone(), ..world.caller(Role::Coordinator) };
    let never = pb::Upload { id: Uuid::new_v4().to_string(), ..upload.clone() };
    let unknown = expect_code(client.get_upload(asked(&never)).await, Code::NotFound);
    for other in [world.caller(Role::Coordinator), stranger, same_person] {
        let mut other = world.of(&other);
        assert_eq!(expect_code(other.get_upload(asked(&upload)).await, Code::NotFound).message, unknown.message);
        expect_code(other.put_upload_part(part(&upload, FILE.len(), b"x")).await, Code::NotFound);
        assert_eq!(read(&mut other, &upload.id).await.expect_err("another's").code, Code::NotFound);
    }
    for no_id in ["", "7"] {
        let asked = pb::GetUploadRequest { upload_id: no_id.to_owned() };
        expect_code(client.get_upload(asked).await, Code::NotFound);
    }
}

#[tokio::test]
async fn every_part_and_file_has_its_bound() {
    let world = World::start().await;
    let mut client = world.coordinator();
    let opened = |bytes: u64| pb::OpenUploadRequest { file_name: "x.csv".to_owned(), bytes };
    assert_eq!(expect_code(client.open_upload(opened(0)).await, Code::Invalid).violations[0].field, "bytes");
    expect_code(client.open_upload(opened(u64::MAX)).await, Code::Exhausted);
    expect_code(client.open_upload(opened(config().import_bytes_max + 1)).await, Code::Exhausted);
    let upload = open(&mut client, 10).await;
    let none = expect_code(client.put_upload_part(part(&upload, 0, b"")).await, Code::Invalid);
    assert_eq!(none.violations[0].field, "data");
    let large = vec![b'x'; (1 << 20) + 1];
    expect_code(client.put_upload_part(part(&upload, 0, &large)).await, Code::Invalid);
    let beyond = expect_code(client.put_upload_part(part(&upload, 0, b"12345678901")).await, Code::Invalid);
    assert!(beyond.message.contains("beyond the 10 bytes"), "{beyond}");
    assert_eq!(done(client.get_upload(asked(&upload)).await).offset, 0, "nothing of it was stored");
}

#[tokio::test]
async fn of_what_one_person_begins_the_latest_stay() {
    let world = World::start().await;
    let caller = world.caller(Role::Coordinator);
    let mut client = world.of(&caller);
    let mut begun = Vec::new();
    for _ in 0..4 {
        begun.push(open(&mut client, 10).await);
    }
    let other = open(&mut world.coordinator(), 10).await;
    expect_code(client.get_upload(asked(&begun[0])).await, Code::NotFound);
    for upload in &begun[1..] {
        done(client.get_upload(asked(upload)).await);
    }
    let mut tx = world.db().begin(&service_in(&world.stage.mission)).await.expect("a transaction");
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM upload").fetch_one(&mut *tx).await.expect("a count");
    assert_eq!(left, 4, "three of one and one of another: {}", other.id);
}

#[tokio::test]
async fn two_parts_at_a_time_are_one() {
    let world = World::start().await;
    let caller = world.caller(Role::Coordinator);
    let upload = open(&mut world.of(&caller), FILE.len()).await;
    let send = || async { world.of(&caller).put_upload_part(part(&upload, 0, FILE)).await };
    let (one, two, three) = tokio::join!(send(), send(), send());
    let taken = [one, two, three].into_iter().filter(Result::is_ok).count();
    assert_eq!(taken, 1);
    assert_eq!(read(&mut world.of(&caller), &upload.id).await.expect("a preview").rows_added, 2);
}
