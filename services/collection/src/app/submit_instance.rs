//! Taking what a phone sent: all of it or nothing, and an instance once only.

mod batch;
mod line;
mod message;
mod parts;
mod place;
mod submitting;
mod taking;

use chassis::{Caller, Failure};
use cpas_proto::{collection::v1 as pb, words::Classification};
use sha2::{Digest as _, Sha256};

pub use line::Lines;
pub use parts::Arrived;
use parts::{INSTANCE_PART, add_files, pictures, split};

use super::{App, submissions::whole};
use crate::{
    domain::phone::Instance,
    error::Error,
    events,
    store::{self, submissions::NewFile},
};

/// An instance that was read and waits to be stored.
struct Arriving {
    caller: Caller,
    instance: Instance,
    xml: String,
    sha256: Vec<u8>,
    files: Vec<NewFile>,
    /// Names of files that the instance does not name.
    unnamed: Vec<String>,
}

/// Stores an instance, its observations and its files. One that is known is answered as before, and files that are
/// new are added. Those that arrive at the same time are stored by one transaction, each as if it were alone.
///
/// # Errors
/// A sentence: what it is not, or why not all of it can be taken. Then nothing was stored.
pub async fn submit_instance(
    app: &App,
    caller: &Caller,
    parts: Vec<Arrived>,
) -> Result<pb::SubmittedInstance, Failure> {
    let (xml, files) = split(parts)?;
    // What comes from outside is read where it holds up nobody.
    let (xml, instance) = tokio::task::spawn_blocking(move || {
        let instance = Instance::parse(&xml);
        (xml, instance)
    })
    .await
    .map_err(Failure::internal)?;
    let instance = instance.map_err(|error| Error::bad(INSTANCE_PART, error))?;
    let (files, unnamed) = pictures(files, &instance)?;
    let sha256 = Sha256::digest(&xml).to_vec();
    let xml = String::from_utf8(xml).map_err(Failure::internal)?;
    line::take(app, Arriving { caller: caller.clone(), instance, xml, sha256, files, unnamed }).await
}

/// An instance that is known: files that are new are added, and nothing else changes.
async fn again(app: &App, arriving: &Arriving) -> Result<pb::SubmittedInstance, Failure> {
    let Arriving { caller, instance, sha256, files, .. } = arriving;
    let mut tx = app.db.begin(caller).await?;
    let mission = tx.mission();
    store::submissions::one_at_a_time(&mut tx, mission, &[&instance.instance_id]).await?;
    let known = store::submissions::of_instance(&mut tx, &instance.instance_id).await?;
    let Some(known) = known.filter(|known| known.recorded_by == caller.account && known.xml_sha256 == *sha256) else {
        let said = "Another instance was received under this instanceID before. This one was not stored; fill a new \
                    form.";
        return Err(Error::Conflict(said.to_owned()).into());
    };
    let added = add_files(app, &mut tx, &known, files).await?;
    let classification = Classification::of_rank(known.classification);
    let submission = whole(&mut tx, known).await?;
    if added > 0 {
        tx.publish(events::submission_recorded(submission.clone(), classification)).await?;
    }
    tx.commit().await?;
    let message = message::again(&submission, added);
    Ok(pb::SubmittedInstance { submission: Some(submission), is_new: false, message: Some(message) })
}
