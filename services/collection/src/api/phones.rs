//! What phones send, as it travels.

use chassis::Failure;
use cpas_proto::collection::v1 as pb;
use tonic::Streaming;

use crate::{app::submit_instance::Arrived, error::Error};

/// Most bytes of one request, and parts.
const BYTES_MAX: usize = 11 << 20;
const PARTS_MAX: usize = 40;

/// Takes the parts of a request.
pub(super) async fn receive(mut pieces: Streaming<pb::SubmitInstanceRequest>) -> Result<Vec<Arrived>, Failure> {
    let (mut parts, mut left): (Vec<Arrived>, usize) = (Vec::new(), BYTES_MAX);
    while let Some(piece) = pieces.message().await.map_err(Failure::from)? {
        let too_much = || Error::TooLarge("One request takes 10 MB and 40 parts. Nothing was stored.".to_owned());
        left = left.checked_sub(piece.data.len()).ok_or_else(too_much)?;
        if !piece.name.is_empty() {
            parts.push(Arrived { name: piece.name, bytes: piece.data });
        } else if let Some(part) = parts.last_mut() {
            part.bytes.extend_from_slice(&piece.data);
        }
        if parts.len() > PARTS_MAX {
            return Err(too_much().into());
        }
    }
    Ok(parts)
}
