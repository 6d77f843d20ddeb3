use proptest::prelude::*;

use super::*;

fn key(seed: u8) -> PaperKey {
    PaperKey::from_seed(&[seed; 32])
}

const PDF: &[u8] = b"%PDF-1.7 a paper";

fn signed() -> Vec<u8> {
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        mission: "UNMIC".into(),
        fact_sheet: "0190-1".into(),
        version: 3,
        language: "fr".into(),
        published_at: "2024-03-01T12:30:00Z".into(),
        snapshot_sha256: sha256(b"{}"),
        files: vec![PublishedFile::of(Format::Pdf, PDF), PublishedFile::of(Format::Csv, b"#meta")],
        key_id: String::new(),
        signature: String::new(),
    };
    key(1).sign(manifest).to_bytes()
}

#[test]
fn a_paper_is_known_again() {
    let public = key(1).public_pem();
    let found = verify(PDF, &signed(), &public).expect("the paper");
    assert_eq!((found.format.as_str(), found.manifest.version), ("pdf", 3));
    assert_eq!(verify(b"#meta", &signed(), &public).expect("the table").format, "csv");
    assert_eq!(found.manifest.key_id, key(1).id());
    assert_eq!(signed(), signed(), "the same key gives the same signature");
}

#[test]
fn each_way_to_be_wrong_has_its_own_sentence() {
    let public = key(1).public_pem();
    let refused = |file: &[u8], manifest: &[u8], pem: &str| verify(file, manifest, pem).expect_err("refused");
    assert!(matches!(refused(b"%PDF-1.7 another", &signed(), &public), NotVerified::OtherFile { .. }));
    let unknown = refused(PDF, &signed(), &key(2).public_pem());
    assert_eq!(unknown, NotVerified::UnknownKey { signed: key(1).id(), given: key(2).id() });
    assert!(unknown.to_string().contains(&key(1).id()), "{unknown}");
    assert_eq!(refused(PDF, &signed(), "no key"), NotVerified::BadKey(BadKey::Public));
    assert!(matches!(refused(PDF, b"{}", &public), NotVerified::NotAManifest(_)));
    let pretty = serde_json::to_vec_pretty(&serde_json::from_slice::<Manifest>(&signed()).expect("JSON"));
    assert!(matches!(refused(PDF, &pretty.expect("JSON"), &public), NotVerified::NotAManifest(_)));
    // Somebody puts another file in and takes the old signature.
    let mut forged: Manifest = serde_json::from_slice(&signed()).expect("a manifest");
    forged.files.push(PublishedFile::of(Format::Html, b"mine"));
    assert_eq!(refused(b"mine", &forged.to_bytes(), &public), NotVerified::Forged);
    // Or signs it with a key of their own under the name of ours.
    let mine = Manifest { key_id: key(1).id(), ..key(2).sign(forged) };
    assert_eq!(refused(b"mine", &mine.to_bytes(), &public), NotVerified::Forged);
}

#[test]
fn keys_come_as_pem() {
    assert_eq!(PaperKey::from_pem(&key(1).private_pem()).expect("a key").id(), key(1).id());
    assert_eq!(PaperKey::from_pem(&key(1).public_pem()).expect_err("public"), BadKey::Private);
    assert!(!format!("{:?}", key(1)).contains("SigningKey"), "a log shows only its name");
}

#[test]
fn a_manifest_stands_beside_its_files() {
    assert_eq!(file_name("UNMIC", "0190", Language::Fr, "manifest.json"), "unmic-0190-fr.manifest.json");
}

proptest! {
    /// One bit, anywhere in the manifest or in the file, and it is not the paper any more.
    #[test]
    fn one_changed_bit_is_found(place in any::<prop::sample::Index>(), bit in 0_u8..8, in_file in any::<bool>()) {
        let (mut file, mut manifest) = (PDF.to_vec(), signed());
        let bytes = if in_file { &mut file } else { &mut manifest };
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        prop_assert!(verify(&file, &manifest, &key(1).public_pem()).is_err());
    }

    /// Nothing that somebody makes up is taken for a manifest, and nothing stops the program.
    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(verify(PDF, &bytes, &key(1).public_pem()).is_err());
    }
}
