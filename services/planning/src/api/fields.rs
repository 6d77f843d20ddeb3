//! How single fields travel: ids, texts, dates and instants.

use chassis::Failure;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use cpas_proto::{common::v1 as common, words::Language};
use uuid::Uuid;

use crate::{
    domain::{
        broken::Broken,
        ids::{IndicatorId, PlanId, RiskId},
        text::Text,
    },
    store::{indicators::Which, plans},
};

/// An id; blank is `None`.
///
/// # Errors
/// Anything else that is no UUID.
pub(super) fn parse_id(field: &str, id: &str) -> Result<Option<Uuid>, Broken> {
    if id.is_empty() {
        return Ok(None);
    }
    id.parse().map(Some).map_err(|_| Broken::one(field, format!("\"{id}\" is not an id.")))
}

/// An id that must be there.
pub(super) fn parse_needed_id(field: &str, id: &str) -> Result<Uuid, Broken> {
    parse_id(field, id)?.ok_or_else(|| Broken::one(field, "An id is needed here."))
}

/// A text that may be missing.
pub(super) fn parse_text(field: &str, text: Option<common::Text>) -> Result<Text, Broken> {
    let text = text.unwrap_or_default();
    Text::parse(field, &text.en, &text.fr)
}

/// A text that must be there in one language.
pub(super) fn parse_needed_text(field: &str, text: Option<common::Text>) -> Result<Text, Broken> {
    let text = text.unwrap_or_default();
    Text::parse_needed(field, &text.en, &text.fr)
}

/// A part of a request that must be there.
pub(super) fn needed<T>(field: &str, part: Option<T>) -> Result<T, Broken> {
    part.ok_or_else(|| Broken::one(field, format!("The request has no {field}.")))
}

pub(super) fn text(text: &Text) -> Option<common::Text> {
    Some(common::Text { en: text.en.clone(), fr: text.fr.clone() })
}

pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

pub(super) fn date(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

pub(super) fn id(id: Option<impl ToString>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// Media type of a workbook.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A language; blank is English.
pub(super) fn language(word: &str) -> Result<Language, Broken> {
    let mut broken = Broken::nothing();
    let language = if word.is_empty() { Some(Language::En) } else { broken.word("language", word) };
    broken.into_result(language.unwrap_or(Language::En))
}

/// An indicator by its id or its code.
pub(super) fn which(id_or_code: String) -> Which {
    match id_or_code.parse() {
        Ok(id) => Which::Id(IndicatorId(id)),
        Err(_) => Which::Code(id_or_code),
    }
}

/// A plan by its id, or the active one.
pub(super) fn which_plan(id: &str) -> Result<plans::Which, Failure> {
    match id {
        "active" => Ok(plans::Which::Active),
        id => Ok(plans::Which::Id(plan_id(id)?)),
    }
}

/// The id of a plan. What cannot be an id is not the id of anything.
pub(super) fn plan_id(id: &str) -> Result<PlanId, Failure> {
    id.parse().map(PlanId).map_err(|_| Failure::not_found("plan"))
}

/// The id of an assumption or risk, likewise.
pub(super) fn risk_id(id: &str) -> Result<RiskId, Failure> {
    id.parse().map(RiskId).map_err(|_| Failure::not_found("assumption or risk"))
}
