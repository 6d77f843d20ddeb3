//! What is asked of lines of time, from the protocol.

use chassis::Failure;
use cpas_proto::{
    reporting::v1 as pb,
    words::{Frequency, Period},
};

use crate::{
    app::{MonthsAsked, TimeLinesAsked},
    domain::time_line::{MISSIONS_MAX, Months},
};

impl TryFrom<pb::GetTimeLineRequest> for MonthsAsked {
    type Error = Failure;

    fn try_from(request: pb::GetTimeLineRequest) -> Result<Self, Failure> {
        months(&request.first_month, &request.last_month)
    }
}

impl TryFrom<pb::GetTimeLinesAcrossMissionsRequest> for TimeLinesAsked {
    type Error = Failure;

    fn try_from(request: pb::GetTimeLinesAcrossMissionsRequest) -> Result<Self, Failure> {
        let mut missions: Vec<String> = Vec::new();
        for code in request.missions.split(',').map(str::trim).filter(|code| !code.is_empty()) {
            if !missions.iter().any(|known| known == code) {
                missions.push(code.to_owned());
            }
        }
        if missions.is_empty() || missions.len() > MISSIONS_MAX {
            return Err(Failure::bad_field(
                "missions",
                "name at least one mission and at most six, with commas between them",
            ));
        }
        Ok(Self { missions, months: months(&request.first_month, &request.last_month)? })
    }
}

fn months(first: &str, last: &str) -> Result<MonthsAsked, Failure> {
    let (first, last) = (month("first_month", first)?, month("last_month", last)?);
    if let (Some(first), Some(last)) = (first, last)
        && (Months { first, last }).count().is_none()
    {
        return Err(Failure::bad_field("last_month", "a line is of at least one month and at most 120"));
    }
    Ok(MonthsAsked { first, last })
}

fn month(field: &str, text: &str) -> Result<Option<Period>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let period = text.parse::<Period>().ok().filter(|period| period.frequency() == Frequency::Month);
    period.map(Some).ok_or_else(|| Failure::bad_field(field, "write a month like 2024-03"))
}
