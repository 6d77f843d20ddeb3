//! `cpas verify`: whether a file is the paper that a mission published. Works without network, database
//! or account: the file, its manifest, and the public key of who signed it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use cpas_reporting::domain::manifest::{self, NotVerified, Verified};

use crate::local::PAPER_KEY;

/// Larger than any paper; what is not a paper is not read into memory.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// What `cpas verify` is told.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// The paper: a PDF, DOCX, XLSX, HTML or CSV that was downloaded.
    file: PathBuf,
    /// Its manifest; else the file of the same name that ends with .manifest.json.
    #[arg(long)]
    manifest: Option<PathBuf>,
    /// The public key in PEM, as the installation hands it out at /api/v1/paper-key.pem; else that of the
    /// home of `cpas up`.
    #[arg(long)]
    key: Option<PathBuf>,
    /// The folder of `cpas up`, for its key.
    #[arg(long, env = "CPAS_HOME", default_value = ".cpas", hide = true)]
    home: PathBuf,
}

/// Why the file is not known to be a published paper.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("{} cannot be read: {}.", .0.display(), .1)]
    Read(PathBuf, io::Error),
    #[error("{} has {} bytes; a paper has at most {FILE_BYTES_MAX}.", .0.display(), .1)]
    TooLarge(PathBuf, u64),
    #[error(
        "There is no manifest {}. Download it from the page of the fact sheet, put it beside the file or name it with --manifest.",
        .0.display()
    )]
    NoManifest(PathBuf),
    #[error(
        "There is no public key {}. Get it from the installation that published the paper, at /api/v1/paper-key.pem, and name it with --key.",
        .0.display()
    )]
    NoKey(PathBuf),
    #[error("{} is NOT verified. {}", .0.display(), .1)]
    NotVerified(PathBuf, NotVerified),
}

/// Checks the file and says what it is.
///
/// # Errors
/// [`VerifyError`]: a file that is missing, or why it is not the paper.
pub fn run(asked: &Verify) -> Result<(), VerifyError> {
    let found = verify(asked)?;
    println!("{}", sentence(&asked.file, &found));
    Ok(())
}

fn verify(asked: &Verify) -> Result<Verified, VerifyError> {
    let file = read(&asked.file)?;
    let beside = asked.manifest.clone().unwrap_or_else(|| asked.file.with_extension("manifest.json"));
    let manifest = read_or(&beside, VerifyError::NoManifest)?;
    let key = asked.key.clone().unwrap_or_else(|| asked.home.join(PAPER_KEY));
    let pem = String::from_utf8_lossy(&read_or(&key, VerifyError::NoKey)?).into_owned();
    manifest::verify(&file, &manifest, &pem).map_err(|error| VerifyError::NotVerified(asked.file.clone(), error))
}

fn sentence(file: &Path, found: &Verified) -> String {
    let of = &found.manifest;
    let language = if of.language == "fr" { "French" } else { "English" };
    format!(
        "{} is verified: it is the {} in {language} of fact sheet {}, version {}, that {} published at {}, \
         signed with key {}. Whether it was withdrawn since, only the mission's page can tell.",
        file.display(),
        found.format.to_uppercase(),
        of.fact_sheet,
        of.version,
        of.mission,
        of.published_at,
        of.key_id
    )
}

fn read_or(path: &Path, missing: impl FnOnce(PathBuf) -> VerifyError) -> Result<Vec<u8>, VerifyError> {
    match read(path) {
        Err(VerifyError::Read(path, error)) if error.kind() == io::ErrorKind::NotFound => Err(missing(path)),
        outcome => outcome,
    }
}

fn read(path: &Path) -> Result<Vec<u8>, VerifyError> {
    let failed = |error| VerifyError::Read(path.to_owned(), error);
    let bytes = fs::metadata(path).map_err(failed)?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(VerifyError::TooLarge(path.to_owned(), bytes));
    }
    fs::read(path).map_err(failed)
}

#[cfg(test)]
mod tests {
    use cpas_reporting::domain::{
        manifest::{FORMAT, Manifest, PaperKey, PublishedFile},
        output::Format,
    };
    use tempfile::TempDir;

    use super::*;

    /// A folder with a paper, its manifest and the key of its home.
    fn desk() -> (TempDir, Verify) {
        let folder = tempfile::tempdir().expect("a folder");
        let paper = b"%PDF-1.7 a paper".as_slice();
        let key = PaperKey::from_seed(&[3; 32]);
        let manifest = key.sign(Manifest {
            format: FORMAT.to_owned(),
            mission: "UNMIC".into(),
            fact_sheet: "0190".into(),
            version: 3,
            language: "fr".into(),
            published_at: "2024-03-01T12:30:00Z".into(),
            snapshot_sha256: "00".into(),
            files: vec![PublishedFile::of(Format::Pdf, paper)],
            key_id: String::new(),
            signature: String::new(),
        });
        let at = |name: &str| folder.path().join(name);
        fs::write(at("unmic-0190-fr.pdf"), paper).expect("a file");
        fs::write(at("unmic-0190-fr.manifest.json"), manifest.to_bytes()).expect("a file");
        fs::write(at(PAPER_KEY), key.public_pem()).expect("a file");
        let home = folder.path().to_owned();
        let asked = Verify { file: at("unmic-0190-fr.pdf"), manifest: None, key: None, home };
        (folder, asked)
    }

    fn refusal(asked: &Verify) -> String {
        verify(asked).expect_err("refused").to_string()
    }

    #[test]
    fn a_paper_is_verified_with_the_manifest_beside_it_and_the_key_of_the_home() {
        let (_folder, asked) = desk();
        let said = sentence(&asked.file, &verify(&asked).expect("verified"));
        assert!(
            said.contains("is verified: it is the PDF in French of fact sheet 0190, version 3, that UNMIC"),
            "{said}"
        );
    }

    #[test]
    fn each_thing_that_is_missing_is_named_with_what_to_do() {
        let (folder, asked) = desk();
        let without_key = Verify { key: Some(folder.path().join("none.pem")), ..desk_of(&asked) };
        assert!(refusal(&without_key).contains("/api/v1/paper-key.pem"), "{}", refusal(&without_key));
        let without_manifest = Verify { manifest: Some(folder.path().join("none.json")), ..desk_of(&asked) };
        assert!(refusal(&without_manifest).contains("There is no manifest"));
        let without_file = Verify { file: folder.path().join("none.pdf"), ..desk_of(&asked) };
        assert!(refusal(&without_file).contains("none.pdf cannot be read"));
    }

    #[test]
    fn one_changed_bit_and_a_strange_key_are_not_verified() {
        let (folder, asked) = desk();
        let other = folder.path().join("other.pem");
        fs::write(&other, PaperKey::from_seed(&[4; 32]).public_pem()).expect("a file");
        let unknown = refusal(&Verify { key: Some(other), ..desk_of(&asked) });
        assert!(unknown.contains("is NOT verified. The manifest was signed with the key"), "{unknown}");
        let mut bytes = fs::read(&asked.file).expect("the paper");
        bytes[9] ^= 0x10;
        fs::write(&asked.file, bytes).expect("a file");
        assert!(refusal(&asked).contains("none of those that were published"), "{}", refusal(&asked));
    }

    fn desk_of(asked: &Verify) -> Verify {
        let Verify { file, manifest, key, home } = asked;
        Verify { file: file.clone(), manifest: manifest.clone(), key: key.clone(), home: home.clone() }
    }
}
