//! Papers that people without an account read.

use std::sync::Arc;

use chassis::{Caller, testing::mission};
use cpas_proto::{
    reporting::v1 as pb,
    words::{Classification, Role},
};
use tokio::sync::Barrier;
use tonic::{Code, Status};

use crate::world::{Client, World, render, step};

const FORMATS: [&str; 5] = ["pdf", "html", "docx", "xlsx", "csv"];

async fn open(world: &World, role: Role, sheet: &pb::FactSheet) -> Result<pb::OutsideAddress, Status> {
    let request = pb::OpenOutsideRequest { id: sheet.id.clone(), indexed: false };
    Ok(world.as_role(role).open_outside(request).await?.into_inner())
}

async fn close(world: &World, sheet: &pb::FactSheet) -> Result<pb::OutsideAddress, Status> {
    let request = pb::CloseOutsideRequest { id: sheet.id.clone() };
    Ok(world.as_role(Role::Leadership).close_outside(request).await?.into_inner())
}

async fn address(world: &World, sheet: &pb::FactSheet) -> pb::OutsideAddress {
    let request = pb::GetOutsideRequest { id: sheet.id.clone() };
    world.as_role(Role::Contributor).get_outside(request).await.expect("an address").into_inner()
}

async fn read(client: &mut Client, key: &str, format: &str, counted: bool) -> Result<pb::OutsidePaper, Status> {
    let request = pb::ReadOutsideRequest {
        key: key.to_owned(),
        language: "en".into(),
        format: format.to_owned(),
        counted,
        base: format!("/public/X/{key}"),
    };
    Ok(client.read_outside(request).await?.into_inner())
}

/// As the gateway asks: for nobody.
fn nobody(world: &World) -> Client {
    world.uncleared(Role::Service)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_is_read_outside_once_the_mission_wills_it_and_counted() {
    let world = World::full().await;
    let sheet = world.published("public").await;
    assert_eq!(address(&world, &sheet).await.key, "", "published is not yet open to the outside");
    let opened = open(&world, Role::Coordinator, &sheet).await.expect("open");
    assert_eq!((opened.key.len(), opened.reads, opened.opened_by.as_str()), (26, 0, "coordinator"));
    assert_eq!(open(&world, Role::Leadership, &sheet).await.expect("again").key, opened.key, "one address");

    let page = read(&mut nobody(&world), &opened.key, "", true).await.expect("a page");
    let html = String::from_utf8(page.content).expect("UTF-8");
    assert!(html.contains("data-number-id=\"key-1\"") && html.contains("How these numbers came about"), "{html}");
    assert!(html.contains(&format!("/public/X/{}/en.pdf", opened.key)) && html.contains("noindex"));
    for person in ["coordinator", "leadership"] {
        assert!(!html.contains(person), "outside nobody is told who wrote, cleared or published it");
    }
    for format in FORMATS {
        let paper = read(&mut nobody(&world), &opened.key, format, false).await.expect("a file");
        let inside = render(&mut world.as_role(Role::Reader), &sheet.id, format, "en").await.expect("a file");
        assert!(paper.content == inside, "{format} is the file that was published");
    }
    let manifest = read(&mut nobody(&world), &opened.key, "manifest.json", true).await.expect("a manifest");
    assert!(String::from_utf8_lossy(&manifest.content).contains(&sheet.snapshot_sha256));
    read(&mut nobody(&world), &opened.key, "", true).await.expect("a page");

    let known = address(&world, &sheet).await;
    let counts: Vec<_> = known.counts.iter().map(|count| (count.document.as_str(), count.reads)).collect();
    assert_eq!((known.reads, counts), (3, vec![("en", 2), ("en.manifest.json", 1)]), "what only asks is not counted");

    let request = pb::OpenOutsideRequest { id: sheet.id.clone(), indexed: true };
    world.as_role(Role::Leadership).open_outside(request).await.expect("listed");
    let listed = read(&mut nobody(&world), &opened.key, "", false).await.expect("the same address");
    assert!(listed.indexed && !String::from_utf8_lossy(&listed.content).contains("noindex"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_published_for_the_public_is_opened_and_only_by_who_publishes() {
    let world = World::full().await;
    let draft = world.draft("public", Vec::new()).await.expect("a draft");
    let cleared = world.clear(&draft).await.expect("cleared");
    let refused = open(&world, Role::Leadership, &cleared).await.expect_err("not published");
    assert_eq!(refused.code(), Code::FailedPrecondition, "{refused}");
    let internal = world.published("internal").await;
    let refused = open(&world, Role::Leadership, &internal).await.expect_err("internal");
    assert_eq!(refused.code(), Code::FailedPrecondition, "{refused}");

    let sheet = world.publish(&cleared).await.expect("published");
    for role in [Role::Contributor, Role::Adviser, Role::ComponentHead, Role::Reader, Role::HqAnalyst] {
        assert_eq!(open(&world, role, &sheet).await.expect_err("denied").code(), Code::PermissionDenied, "{role}");
    }
    let elsewhere = Caller { mission: Some(mission("THEIRS")), ..world.stage.caller(Role::Coordinator) };
    let request = pb::OpenOutsideRequest { id: sheet.id.clone(), indexed: false };
    let theirs = world.as_caller(&elsewhere).open_outside(request).await.expect_err("another mission's");
    assert_eq!(theirs.code(), Code::NotFound);
    assert_eq!(close(&world, &sheet).await.expect_err("never open").code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_open_is_not_told_from_what_never_was() {
    let world = World::full().await;
    let sheet = world.published("public").await;
    let opened = open(&world, Role::Leadership, &sheet).await.expect("open");
    let closed = close(&world, &sheet).await.expect("taken back");
    assert_eq!((closed.key.as_str(), closed.closed_by.as_str()), ("", "leadership"));

    let never = "0".repeat(26);
    let told = read(&mut nobody(&world), &never, "", true).await.expect_err("never there");
    assert_eq!(told.code(), Code::NotFound);
    let id_without_hyphens: String = sheet.id.chars().filter(|symbol| *symbol != '-').take(26).collect();
    let upper = opened.key.to_uppercase();
    let guesses = ["", "%", "' OR 1=1", "_", &opened.key[..25], &upper, &sheet.id, &id_without_hyphens, &opened.key];
    for guess in guesses {
        for format in ["", "pdf", "manifest.json"] {
            let refused = read(&mut nobody(&world), guess, format, true).await.expect_err("nothing");
            assert_eq!((refused.code(), refused.message()), (told.code(), told.message()), "{guess:?} {format}");
        }
    }
    let again = open(&world, Role::Leadership, &sheet).await.expect("open again");
    assert_ne!(again.key, opened.key, "what was taken back stays so");
    assert!(read(&mut nobody(&world), &opened.key, "", true).await.is_err());
    assert!(read(&mut nobody(&world), &again.key, "", true).await.is_ok());
    let mut elsewhere = world.as_caller(&Caller {
        mission: Some(mission("THEIRS")),
        clearance: Classification::StrictlyConfidential,
        ..world.stage.caller(Role::Service)
    });
    let refused = read(&mut elsewhere, &again.key, "", true).await.expect_err("under another mission");
    assert_eq!((refused.code(), refused.message()), (told.code(), told.message()));
    assert_eq!(address(&world, &sheet).await.reads, 1, "what is refused is not counted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_paper_says_so_and_nothing_of_what_it_said() {
    let world = World::full().await;
    let sheet = world.published("public").await;
    let opened = open(&world, Role::Leadership, &sheet).await.expect("open");
    let request = step(&sheet, "A <number> was wrong.");
    world.as_role(Role::Leadership).withdraw_fact_sheet(request).await.expect("withdrawn");
    for format in FORMATS.into_iter().chain(["", "manifest.json"]) {
        let told = read(&mut nobody(&world), &opened.key, format, true).await.expect("that it was withdrawn");
        assert_eq!((told.state.as_str(), told.file_name.as_str()), ("withdrawn", ""), "{format}");
        let html = String::from_utf8(told.content).expect("a page");
        assert!(html.contains("A &lt;number&gt; was wrong.") && html.contains("noindex"), "{html}");
        for said in ["Protection in", "OC-DEATHS", "data-number-id", "<svg"] {
            assert!(!html.contains(said), "{format}: {said}");
        }
    }
    assert_eq!(address(&world, &sheet).await.reads, 0);
    let refused = open(&world, Role::Leadership, &sheet).await.expect_err("withdrawn");
    assert_eq!(refused.code(), Code::FailedPrecondition);
    close(&world, &sheet).await.expect("taken back");
    assert_eq!(read(&mut nobody(&world), &opened.key, "", true).await.expect_err("gone").code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_a_paper_after_its_withdrawal() {
    const READERS: usize = 6;
    let world = Arc::new(World::full().await);
    let sheet = world.published("public").await;
    let key = open(&world, Role::Leadership, &sheet).await.expect("open").key;
    let start = Arc::new(Barrier::new(READERS + 1));
    let withdrawn = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let readers: Vec<_> = (0..READERS)
        .map(|place| {
            let (world, start, withdrawn, key) =
                (Arc::clone(&world), Arc::clone(&start), Arc::clone(&withdrawn), key.clone());
            tokio::spawn(async move {
                start.wait().await;
                let mut seen = (0, 0);
                while seen.1 < 5 {
                    let was_withdrawn = withdrawn.load(std::sync::atomic::Ordering::SeqCst);
                    let format = if place % 2 == 0 { "csv" } else { "pdf" };
                    let told = read(&mut nobody(&world), &key, format, true).await.expect("an answer");
                    if told.state == "withdrawn" {
                        seen.1 += 1;
                    } else {
                        assert!(!was_withdrawn, "read after it was withdrawn");
                        seen.0 += 1;
                    }
                }
                seen
            })
        })
        .collect();
    start.wait().await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    world.as_role(Role::Leadership).withdraw_fact_sheet(step(&sheet, "wrong")).await.expect("withdrawn");
    withdrawn.store(true, std::sync::atomic::Ordering::SeqCst);
    let mut read_before = 0;
    for reader in readers {
        read_before += reader.await.expect("no read after the withdrawal").0;
    }
    assert_eq!(address(&world, &sheet).await.reads, read_before, "each read of the paper is counted, and no other");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_open_it_at_once_open_one_address() {
    let world = World::full().await;
    let sheet = world.published("public").await;
    let one = open(&world, Role::Leadership, &sheet);
    let (one, other) = tokio::join!(one, open(&world, Role::Coordinator, &sheet));
    assert_eq!(one.expect("open").key, other.expect("open").key);
}
