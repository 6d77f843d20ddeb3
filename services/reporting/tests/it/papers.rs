//! What was published, kept and signed.

use cpas_proto::{
    reporting::v1::{self as pb, GetFactSheetManifestRequest},
    words::Role,
};
use cpas_reporting::domain::{
    manifest::{self, NotVerified, PaperKey},
    snapshot::sha256,
};
use tonic::Code;

use crate::world::{Client, World, paper_key, render, step};

async fn manifest_of(client: &mut Client, id: &str, language: &str) -> Result<Vec<u8>, tonic::Status> {
    let request = GetFactSheetManifestRequest { id: id.to_owned(), language: language.to_owned() };
    Ok(client.get_fact_sheet_manifest(request).await?.into_inner().manifest)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_can_tell_a_published_paper_from_any_other() {
    let world = World::full().await;
    let sheet = world.published("public").await;
    assert_eq!(sheet.signed_by_key, paper_key().id());
    let mut reader = world.uncleared(Role::Reader);
    let key = reader.get_paper_key(pb::GetPaperKeyRequest {}).await.expect("a key").into_inner();
    assert_eq!((key.key_id.as_str(), key.public_pem.as_str()), (&*paper_key().id(), &*paper_key().public_pem()));
    for language in ["en", "fr"] {
        let signed = manifest_of(&mut reader, &sheet.id, language).await.expect("a manifest");
        for format in ["pdf", "html", "docx", "xlsx", "csv"] {
            let mut paper = render(&mut reader, &sheet.id, format, language).await.expect("a paper");
            let found = manifest::verify(&paper, &signed, &key.public_pem).expect("the paper");
            let of = &found.manifest;
            assert_eq!(
                (found.format.as_str(), of.fact_sheet.as_str(), of.version),
                (format, &*sheet.id, sheet.version)
            );
            assert_eq!((of.snapshot_sha256.as_str(), of.language.as_str()), (&*sheet.snapshot_sha256, language));
            assert_eq!(of.published_at, sheet.published_at);
            let last = paper.len() - 1;
            paper[last / 2] ^= 1;
            assert!(matches!(
                manifest::verify(&paper, &signed, &key.public_pem),
                Err(NotVerified::OtherFile { found }) if found == sha256(&paper)
            ));
        }
        let strange = manifest::verify(b"", &signed, &PaperKey::from_seed(&[8; 32]).public_pem());
        assert!(matches!(strange, Err(NotVerified::UnknownKey { .. })), "{strange:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_is_kept_as_it_was_handed_out() {
    let world = World::full().await;
    let sheet = world.published("public").await;
    let mut tx = world.stage.db.begin(&world.stage.caller(Role::Service)).await.expect("a transaction");
    for forced in [
        "UPDATE fact_sheet_file SET bytes = 'x'",
        "DELETE FROM fact_sheet_file",
        "UPDATE fact_sheet_manifest SET manifest = 'x'",
        "DELETE FROM fact_sheet_manifest",
    ] {
        let refused = sqlx::query(forced).execute(&mut *tx).await;
        assert!(refused.is_err(), "{forced}");
        tx = world.stage.db.begin(&world.stage.caller(Role::Service)).await.expect("a transaction");
    }
    drop(tx);
    // Withdrawn, it says so, and is no longer the file that was signed; staff still can look at what was.
    let mut coordinator = world.as_role(Role::Coordinator);
    coordinator.withdraw_fact_sheet(step(&sheet, "A wrong area.")).await.expect("withdrawn");
    let signed = manifest_of(&mut coordinator, &sheet.id, "en").await.expect("a manifest");
    let paper = render(&mut coordinator, &sheet.id, "html", "en").await.expect("a page");
    assert!(manifest::verify(&paper, &signed, &paper_key().public_pem()).is_err());
    let gone = manifest_of(&mut world.uncleared(Role::Reader), &sheet.id, "en").await.expect_err("withdrawn");
    assert_eq!(gone.code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_a_sheet_gets_no_manifest_of_it() {
    let world = World::full().await;
    let draft = world.draft("internal", Vec::new()).await.expect("a draft");
    let mut coordinator = world.as_role(Role::Coordinator);
    let early = manifest_of(&mut coordinator, &draft.id, "en").await.expect_err("not published");
    assert_eq!(early.code(), Code::NotFound);
    let internal = world.publish(&world.clear(&draft).await.expect("cleared")).await.expect("published");
    manifest_of(&mut coordinator, &internal.id, "en").await.expect("staff see it");
    let refused = manifest_of(&mut world.uncleared(Role::Reader), &internal.id, "en").await.expect_err("internal");
    assert_eq!(refused.code(), Code::NotFound);
    let refused = manifest_of(&mut coordinator, &internal.id, "de").await.expect_err("no such language");
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_without_a_key_publishes_and_says_that_it_is_not_signed() {
    let mut world = World::full().await;
    let draft = world.draft("public", Vec::new()).await.expect("a draft");
    let cleared = world.clear(&draft).await.expect("cleared");
    world.deps.paper_key = None;
    let caller = world.stage.caller(Role::Coordinator);
    let id = cleared.id.parse().expect("an id");
    let published =
        cpas_reporting::app::publish_fact_sheet(&world.deps, &caller, id, cleared.version).await.expect("published");
    assert_eq!(published.signed_by_key, "");
    let unsigned = manifest_of(&mut world.as_role(Role::Reader), &published.id, "en").await.expect_err("unsigned");
    assert_eq!(unsigned.code(), Code::FailedPrecondition);
    assert!(unsigned.message().contains("without a signature"), "{}", unsigned.message());
    let refused = cpas_reporting::app::get_paper_key(&world.deps).expect_err("no key");
    assert!(refused.to_string().contains("signs no papers"), "{refused}");
}
