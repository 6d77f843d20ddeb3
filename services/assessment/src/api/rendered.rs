//! What every noun needs to be parsed or rendered.

use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::common::v1::Text as PbText;
use uuid::Uuid;

use crate::{app::Seen, domain::text::Text, error::Error};

/// The id of the record that a call is about; a text that is no id is the id of nothing.
pub(super) fn id(what: &'static str, text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::NotFound(what))
}

pub(super) fn seen(what: &'static str, text: &str, version: i64) -> Result<Seen, Error> {
    Ok(Seen { id: id(what, text)?, version })
}

pub(super) fn rendered<'a, D, M: From<&'a D>>(records: &'a [D]) -> Vec<M> {
    records.iter().map(M::from).collect()
}

pub(super) fn text(text: &Text) -> Option<PbText> {
    Some(PbText::of(&text.en, &text.fr))
}

pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A record's author; the nil account is a service of this system.
pub(super) fn account(id: Uuid) -> String {
    id.to_string()
}
