//! Files as evidence: taken by content, kept once, given to who may see the evidence, and to nobody else.

use chassis::{Caller, Code};
use cpas_context::{
    Config,
    config::{Files, Store},
};
use cpas_proto::{
    context::v1 as pb,
    words::{Classification, Role},
};
use sha2::{Digest as _, Sha256};

use crate::world::{Refused, World, evidence, factor, fields, set_factor};

const PDF: &[u8] = b"%PDF-1.7 what the elders said";

fn pieces(classification: &str, name: &str, content: &[u8]) -> Vec<pb::RecordEvidenceFileRequest> {
    let about =
        pb::RecordEvidenceRequest { classification: classification.to_owned(), ..evidence("Minutes of the meeting") };
    let first = pb::RecordEvidenceFileRequest { evidence: Some(about), file_name: name.to_owned(), data: Vec::new() };
    let rest = content
        .chunks(64 * 1024)
        .map(|data| pb::RecordEvidenceFileRequest { data: data.to_vec(), ..Default::default() });
    std::iter::once(first).chain(rest).collect()
}

async fn record(world: &World, by: &Caller, classification: &str, name: &str, content: &[u8]) -> pb::Evidence {
    let sent = tokio_stream::iter(pieces(classification, name, content));
    world.of(by).record_evidence_file(sent).await.expect("recorded").into_inner()
}

/// Name, type and content of a file, as somebody gets it.
async fn download(world: &World, by: &Caller, id: &str) -> Result<(String, String, Vec<u8>), tonic::Status> {
    let request = pb::DownloadEvidenceFileRequest { id: id.to_owned() };
    let mut stream = world.of(by).download_evidence_file(request).await?.into_inner();
    let (mut about, mut content) = ((String::new(), String::new()), Vec::new());
    while let Some(chunk) = stream.message().await? {
        if !chunk.file_name.is_empty() {
            about = (chunk.file_name, chunk.content_type);
        }
        content.extend(chunk.data);
    }
    Ok((about.0, about.1, content))
}

/// A world with a store in a folder.
async fn in_folder() -> (World, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let files = Files { folder: folder.path().to_owned(), ..Files::default() };
    (World::configured(Config { files, ..Config::default() }).await, folder)
}

fn kept(folder: &std::path::Path) -> Vec<String> {
    let Ok(missions) = std::fs::read_dir(folder) else { return Vec::new() };
    let files =
        missions.flatten().flat_map(|mission| std::fs::read_dir(mission.path()).into_iter().flatten().flatten());
    files.map(|file| file.file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_and_the_same_one_is_kept_once() {
    let (world, folder) = in_folder().await;
    let adviser = world.caller(Role::Adviser);
    let mut content = PDF.to_vec();
    content.extend((0..3_000_000_u32).flat_map(u32::to_le_bytes));
    let one = record(&world, &adviser, "", "minutes.html", &content).await;
    let other = record(&world, &adviser, "", "the same.pdf", &content).await;
    let file = one.file.clone().expect("a file");
    let hash: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((file.name.as_str(), file.content_type.as_str()), ("minutes.html.pdf", "application/pdf"));
    assert_eq!((file.bytes, file.sha256.as_str()), (content.len() as u64, hash.as_str()));
    assert_eq!(kept(folder.path()), [hash], "two records, one file");
    for (id, name) in [(&one.id, "minutes.html.pdf"), (&other.id, "the same.pdf")] {
        let got = download(&world, &adviser, id).await.expect("the file");
        assert_eq!((got.0.as_str(), got.1.as_str(), got.2 == content), (name, "application/pdf", true));
    }
    let listed =
        world.of(&adviser).list_evidence(pb::ListEvidenceRequest::default()).await.expect("a list").into_inner();
    assert_eq!(listed.evidence, [other, one]);
}

#[tokio::test]
async fn who_may_not_see_the_evidence_does_not_come_to_its_file() {
    let world = World::start().await;
    let adviser = world.caller(Role::Adviser);
    let secret = record(&world, &adviser, "confidential", "a.pdf", PDF).await;
    let plain = world.cleared(Role::Adviser, Classification::Unclassified);
    let refused = |status: tonic::Status| chassis::Failure::from(status).code;
    assert_eq!(download(&world, &plain, &secret.id).await.map_err(refused).expect_err("hidden"), Code::NotFound);
    let uses = pb::ListEvidenceUsesRequest { id: secret.id.clone() };
    world.of(&plain).list_evidence_uses(uses).await.refused_as(Code::NotFound);
    let cleared = world.cleared(Role::Adviser, Classification::Confidential);
    assert_eq!(download(&world, &cleared, &secret.id).await.expect("the file").2, PDF);
    let reader = world.caller(Role::Reader);
    assert_eq!(
        download(&world, &reader, &secret.id).await.map_err(refused).expect_err("not for readers"),
        Code::Denied
    );
    // The same content, which another mission knows, is not theirs by that.
    let mut stranger = adviser.clone();
    stranger.mission = Some(chassis::testing::mission("UNMISS"));
    assert_eq!(
        download(&world, &stranger, &secret.id).await.map_err(refused).expect_err("another mission"),
        Code::NotFound
    );
    let above = tokio_stream::iter(pieces("confidential", "a.pdf", PDF));
    world.of(&plain).record_evidence_file(above).await.refused_as(Code::Denied);
}

#[tokio::test]
async fn what_is_no_evidence_is_refused_with_a_sentence_and_nothing_is_kept() {
    let (world, folder) = in_folder().await;
    let mut client = world.r#as(Role::Adviser);
    for (content, code, says) in [
        (b"<html>".as_slice(), Code::Invalid, "neither a PDF"),
        (b"", Code::Invalid, "is empty"),
        (b"PK\x03\x04 broken", Code::Invalid, "broken off or damaged"),
    ] {
        let failure =
            client.record_evidence_file(tokio_stream::iter(pieces("", "x.pdf", content))).await.refused_as(code);
        assert!(failure.message.contains(says) && failure.message.ends_with("Nothing was recorded."), "{failure}");
        assert_eq!(fields(&failure), ["file"]);
    }
    let mut large = PDF.to_vec();
    large.resize(25 * 1024 * 1024, b' ');
    record(&world, &world.caller(Role::Adviser), "", "largest.pdf", &large).await;
    large.push(b' ');
    let failure =
        client.record_evidence_file(tokio_stream::iter(pieces("", "x.pdf", &large))).await.refused_as(Code::Exhausted);
    assert!(failure.message.contains("larger than 25 MiB"), "{failure}");
    let mut nameless = pieces("", "x.pdf", PDF);
    nameless[0].evidence.as_mut().expect("what it is").title = String::new();
    let failure = client.record_evidence_file(tokio_stream::iter(nameless)).await.refused_as(Code::Invalid);
    assert_eq!(fields(&failure), ["title"]);
    assert_eq!(kept(folder.path()).len(), 1, "only the one that was taken");
}

#[tokio::test]
async fn the_same_key_records_once_and_another_file_under_it_is_refused() {
    let (world, _folder) = in_folder().await;
    let mut client = world.r#as(Role::Adviser);
    let mut send = async |content: &[u8]| {
        let mut request = tonic::Request::new(tokio_stream::iter(pieces("", "a.pdf", content)));
        request.metadata_mut().insert("idempotency-key", "once".parse().expect("ASCII"));
        client.record_evidence_file(request).await
    };
    let first = send(PDF).await.expect("recorded").into_inner();
    assert_eq!(send(PDF).await.expect("the same answer").into_inner(), first);
    send(b"%PDF-1.7 another thing").await.refused_as(Code::Conflict);
    let listed = world.r#as(Role::Adviser).list_evidence(pb::ListEvidenceRequest::default()).await.expect("a list");
    assert_eq!(listed.into_inner().evidence, vec![first]);
}

#[tokio::test]
async fn what_is_cut_short_leaves_nothing() {
    let (world, folder) = in_folder().await;
    let (send, receive) = tokio::sync::mpsc::channel(4);
    let mut client = world.r#as(Role::Adviser);
    let call =
        tokio::spawn(
            async move { client.record_evidence_file(tokio_stream::wrappers::ReceiverStream::new(receive)).await },
        );
    let mut begun = pieces("", "x.pdf", &[PDF, &[b' '; 100_000]].concat());
    begun.pop();
    for piece in begun {
        send.send(piece).await.expect("taken");
    }
    // The caller hangs up in the middle.
    call.abort();
    assert!(call.await.expect_err("gone").is_cancelled());
    drop(send);
    assert_eq!(kept(folder.path()), Vec::<String>::new());
    let listed = world.r#as(Role::Adviser).list_evidence(pb::ListEvidenceRequest::default()).await.expect("a list");
    assert_eq!(listed.into_inner().evidence, vec![]);
}

#[tokio::test]
async fn a_store_that_is_away_is_said_and_nothing_is_recorded() {
    let files = Files {
        store: Store::S3,
        endpoint: "http://127.0.0.1:1".to_owned(),
        bucket: "cpas".to_owned(),
        access_key_id: "id".to_owned(),
        secret_access_key: "key".to_owned(),
        allow_http: true,
        ..Files::default()
    };
    let world = World::configured(Config { files, ..Config::default() }).await;
    let mut client = world.r#as(Role::Adviser);
    let failure =
        client.record_evidence_file(tokio_stream::iter(pieces("", "x.pdf", PDF))).await.refused_as(Code::Unavailable);
    assert!(failure.message.starts_with("The store of files cannot be reached"), "{failure}");
    let listed = client.list_evidence(pb::ListEvidenceRequest::default()).await.expect("a list").into_inner();
    assert_eq!(listed.evidence, vec![]);
}

#[tokio::test]
async fn where_evidence_is_used_is_told_as_far_as_the_maps_are_seen() {
    let world = World::start().await;
    let adviser = world.caller(Role::Adviser);
    let used = record(&world, &adviser, "", "a.pdf", PDF).await;
    let idle = record(&world, &adviser, "", "b.pdf", PDF).await;
    let map = world.draft(&adviser).await;
    let set = set_factor(&map, factor("Cattle raids", &[&used.id]));
    world.of(&adviser).set_context_factor(set).await.expect("a factor");
    let uses = async |id: &str| {
        let request = pb::ListEvidenceUsesRequest { id: id.to_owned() };
        world.of(&adviser).list_evidence_uses(request).await.expect("a list").into_inner().uses
    };
    let found = uses(&used.id).await;
    assert_eq!(
        (found.len(), found[0].context_map_id.as_str(), found[0].context_map_state.as_str()),
        (1, map.id.as_str(), "draft")
    );
    assert_eq!(found[0].factor_title.clone().unwrap_or_default().en, "Cattle raids");
    assert_eq!(uses(&idle.id).await, vec![]);
}

#[tokio::test]
async fn an_observation_or_an_event_is_evidence_by_its_id() {
    let world = World::start().await;
    let id = "0199a0c2-5d31-7abc-9def-0123456789ab";
    let mut client = world.r#as(Role::Adviser);
    let with = |observation: &str, event: &str| pb::RecordEvidenceRequest {
        observation_id: observation.to_owned(),
        event_id: event.to_owned(),
        ..evidence("Deaths in March")
    };
    let recorded = client.record_evidence(with(id, "")).await.expect("recorded").into_inner();
    assert_eq!((recorded.observation_id.as_str(), recorded.event_id.as_str()), (id, ""));
    let recorded = client.record_evidence(with("", id)).await.expect("recorded").into_inner();
    assert_eq!((recorded.observation_id.as_str(), recorded.event_id.as_str()), ("", id));
    assert_eq!(fields(&client.record_evidence(with(id, id)).await.refused_as(Code::Invalid)), ["event_id"]);
    assert_eq!(fields(&client.record_evidence(with("x", "")).await.refused_as(Code::Invalid)), ["observation_id"]);
}

/// A store that speaks S3 and is not ours.
struct S3 {
    address: String,
    process: std::process::Child,
    said: std::io::BufReader<std::process::ChildStdout>,
}

impl S3 {
    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/exchange/store.py");
        let mut process = std::process::Command::new("python3")
            .arg(script)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("python3");
        let said = std::io::BufReader::new(process.stdout.take().expect("a pipe"));
        let mut store = Self { address: String::new(), process, said };
        store.address = store.line();
        assert!(store.address.starts_with("http://127.0.0.1:"), "{:?} is no address", store.address);
        store
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        std::io::BufRead::read_line(&mut self.said, &mut line).expect("a line");
        line.trim().to_owned()
    }

    fn keys(&mut self) -> Vec<String> {
        let stdin = self.process.stdin.as_mut().expect("a pipe");
        std::io::Write::write_all(stdin, b"cpas\n").expect("taken");
        serde_json::from_str(&self.line()).expect("keys")
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        // At the end of its input it ends.
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}

#[tokio::test]
async fn a_store_that_speaks_s3_keeps_files_once_and_gives_them_back() {
    let mut store = tokio::task::spawn_blocking(S3::start).await.expect("a store");
    let files = Files {
        store: Store::S3,
        endpoint: store.address.clone(),
        bucket: "cpas".to_owned(),
        region: "us-east-1".to_owned(),
        access_key_id: "id".to_owned(),
        secret_access_key: "key".to_owned(),
        allow_http: true,
        ..Files::default()
    };
    let world = World::configured(Config { files, ..Config::default() }).await;
    let adviser = world.caller(Role::Adviser);
    // So large that it goes in several parts.
    let large: Vec<u8> = PDF.iter().copied().chain((0..24u32 << 20).map(|at| (at % 251) as u8)).collect();
    let small = record(&world, &adviser, "", "a.pdf", PDF).await;
    let again = record(&world, &adviser, "", "b.pdf", PDF).await;
    let whole = record(&world, &adviser, "", "c.pdf", &large).await;
    for (evidence, name, content) in [(&small, "a.pdf", PDF), (&again, "b.pdf", PDF), (&whole, "c.pdf", &large)] {
        let (got_name, kind, got) = download(&world, &adviser, &evidence.id).await.expect("the file");
        assert_eq!((got_name.as_str(), kind.as_str()), (name, "application/pdf"));
        assert!(got == content, "{name}: {} bytes come back of {}", got.len(), content.len());
    }
    let mission = world.stage.mission.id;
    let mut expected = [PDF, &large].map(|content| format!("{mission}/{:x}", Sha256::digest(content)));
    expected.sort();
    assert_eq!(store.keys(), expected);
}
