//! Papers that are read outside, from the protocol.

use chassis::Failure;
use cpas_proto::reporting::v1 as pb;

use crate::app::{Asked, OutsideAsked};

impl TryFrom<pb::ReadOutsideRequest> for OutsideAsked {
    type Error = Failure;

    fn try_from(request: pb::ReadOutsideRequest) -> Result<Self, Failure> {
        let pb::ReadOutsideRequest { key, language, format, counted, base } = request;
        let language = language.parse().map_err(|error| Failure::bad_field("language", error))?;
        let what = match format.as_str() {
            "" => Asked::Page,
            "manifest.json" => Asked::Manifest,
            word => Asked::File(word.parse().map_err(|error| Failure::bad_field("format", error))?),
        };
        Ok(Self { key, language, what, counted, base })
    }
}
