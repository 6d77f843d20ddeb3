//! The parts of a request: the instance, and the pictures that it names.

use chassis::{Failure, Tx};
use sha2::{Digest as _, Sha256};

use crate::{
    app::App,
    domain::phone::Instance,
    error::Error,
    store::{
        self,
        submissions::{NewFile, Submission},
    },
};

/// The part that holds the instance.
pub(super) const INSTANCE_PART: &str = "xml_submission_file";
/// Media types of attachments.
const PICTURES: &[&str] = &["image/jpeg", "image/png", "image/webp", "image/heif", "image/gif"];

/// A part of a request.
#[derive(Debug, Default)]
pub struct Arrived {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The instance, and the other parts.
pub(super) fn split(parts: Vec<Arrived>) -> Result<(Vec<u8>, Vec<Arrived>), Failure> {
    let (mut instances, files): (Vec<Arrived>, Vec<Arrived>) =
        parts.into_iter().partition(|part| part.name == INSTANCE_PART);
    match (instances.pop(), instances.is_empty()) {
        (Some(instance), true) => Ok((instance.bytes, files)),
        (None, _) => {
            Err(Error::bad(INSTANCE_PART, "The part xml_submission_file is missing. Nothing was stored.").into())
        }
        (Some(_), false) => {
            Err(Error::bad(INSTANCE_PART, "There is more than one xml_submission_file. Nothing was stored.").into())
        }
    }
}

/// The files that the instance names; and the names of others, which are not kept.
pub(super) fn pictures(files: Vec<Arrived>, instance: &Instance) -> Result<(Vec<NewFile>, Vec<String>), Failure> {
    let (mut named, mut unnamed) = (Vec::new(), Vec::new());
    for Arrived { name, bytes } in files {
        if !instance.files.contains(&name) {
            unnamed.push(name);
            continue;
        }
        // By what is in it: what a phone says of a file is not what a browser would make of it.
        let kind = infer::get(&bytes).map(|kind| kind.mime_type()).filter(|kind| PICTURES.contains(kind));
        let Some(content_type) = kind else {
            let message = format!("{name} is no picture (JPEG, PNG, WebP, HEIF or GIF). Nothing was stored.");
            return Err(Error::bad("file", message).into());
        };
        named.push(NewFile { name, content_type, sha256: Sha256::digest(&bytes).to_vec(), bytes });
    }
    Ok((named, unnamed))
}

pub(super) async fn add_files(app: &App, tx: &mut Tx, of: &Submission, files: &[NewFile]) -> Result<u32, Failure> {
    let mission = tx.mission();
    let mut added = 0;
    for file in files {
        added += u32::from(store::submissions::insert_file(tx, mission, of, file, app.clock.now()).await?);
    }
    Ok(added)
}
