//! What is asked across missions, from the protocol.

use chassis::Failure;
use cpas_proto::{reporting::v1 as pb, words::Period};
use uuid::Uuid;

use crate::app::HeatMapAsked;

impl TryFrom<pb::GetAcrossMissionsRequest> for HeatMapAsked {
    type Error = Failure;

    fn try_from(request: pb::GetAcrossMissionsRequest) -> Result<Self, Failure> {
        if request.library_code.trim().is_empty() || request.library_code.chars().count() > CODE_CHARS_MAX {
            return Err(Failure::bad_field("library_code", "name an indicator of the library by its code"));
        }
        let frequency = match request.frequency.as_str() {
            "" => None,
            word => Some(word.parse().map_err(|error| Failure::bad_field("frequency", error))?),
        };
        let first = period("first_period", &request.first_period)?;
        let last = period("last_period", &request.last_period)?;
        Ok(Self { library_code: request.library_code, frequency, first, last })
    }
}

/// As planning takes the codes of indicators.
const CODE_CHARS_MAX: usize = 40;

fn period(field: &str, text: &str) -> Result<Option<Period>, Failure> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|error| Failure::bad_field(field, error)),
    }
}

/// The id of the last of the page before.
pub(super) fn before(id: &str) -> Result<Option<Uuid>, Failure> {
    match id {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| Failure::bad_field("before", format!("\"{id}\" is no id"))),
    }
}
