//! Context maps and their way from draft to published.
//!
//! Which role may take a step is in `cpas_proto::policy`; here is what no role can waive: the order of
//! the steps, that who wrote does not review, and that every factor of a published map has evidence.

use chrono::{DateTime, Utc};
use cpas_proto::{
    vocabulary,
    words::{Classification, Period},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Text, Who,
    factor::{Factor, FactorContent},
    ids::{ContextMapId, EvidenceId, FactorId},
};

/// Most factors of one map.
pub const FACTORS_MAX: usize = 100;

vocabulary! {
    /// State of a context map.
    pub enum MapState as "a state of a context map" {
        Draft = "draft",
        Reviewed = "reviewed",
        Published = "published",
        Superseded = "superseded",
    }
}

/// A map as it is drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContextMap {
    pub title: Text,
    pub period: Period,
    /// Codes of areas; none: the whole mission.
    pub areas: Vec<String>,
    pub themes: Vec<String>,
    pub narrative: Text,
    pub classification: Classification,
}

/// A dated analysis of what promotes and inhibits peace in some areas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextMap {
    pub id: ContextMapId,
    pub title: Text,
    pub period: Period,
    pub areas: Vec<String>,
    pub themes: Vec<String>,
    pub narrative: Text,
    pub state: MapState,
    pub factors: Vec<Factor>,
    /// What it was drafted as.
    pub own_classification: Classification,
    /// The highest of its own and its evidence's.
    pub classification: Classification,
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Who,
    /// Accounts that wrote in it: none of them may review it.
    pub authors: Vec<Uuid>,
    pub reviewed_by: Option<Who>,
    pub published_at: Option<DateTime<Utc>>,
}

/// Why something cannot be done to a map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    #[error("A context map that is {0} is never changed. Draft a new one; publishing that supersedes this one.")]
    Immutable(MapState),
    #[error("A context map that is {0} cannot be reviewed; only a draft can.")]
    NotADraft(MapState),
    #[error("A context map that is {0} cannot be published; it has to be reviewed first, and only once.")]
    NotReviewed(MapState),
    #[error("You wrote in this context map, so another person has to review it.")]
    AuthorReviews,
    #[error("This context map has no factors. Add what promotes and what inhibits peace, then go on.")]
    NoFactors,
    #[error("These factors have no evidence: {}. Add evidence to each, then publish.", .0.join(", "))]
    WithoutEvidence(Vec<String>),
    #[error("A context map has at most {FACTORS_MAX} factors. Join some, or draft a second map.")]
    TooManyFactors,
    #[error("There is no such factor in this context map.")]
    NoSuchFactor,
}

impl ContextMap {
    /// A first draft.
    pub fn draft(new: NewContextMap, id: ContextMapId, by: Who, at: DateTime<Utc>) -> Self {
        let NewContextMap { title, period, areas, themes, narrative, classification } = new;
        Self {
            id,
            title,
            period,
            areas,
            themes,
            narrative,
            state: MapState::Draft,
            factors: Vec::new(),
            own_classification: classification,
            classification,
            version: 1,
            recorded_at: at,
            authors: vec![by.account],
            recorded_by: by,
            reviewed_by: None,
            published_at: None,
        }
    }

    /// A draft that begins where another map stands: its areas, themes, narrative and factors. Each factor
    /// keeps its id, by which two maps are compared.
    pub fn draft_from(
        before: &Self,
        title: Option<Text>,
        period: Period,
        id: ContextMapId,
        by: Who,
        at: DateTime<Utc>,
    ) -> Self {
        let Self { areas, themes, narrative, factors, own_classification, classification, .. } = before.clone();
        let title = title.unwrap_or_else(|| before.title.clone());
        let new = NewContextMap { title, period, areas, themes, narrative, classification: own_classification };
        Self { factors, classification, ..Self::draft(new, id, by, at) }
    }

    /// Says something else of itself; its factors stay. A reviewed map becomes a draft again.
    ///
    /// # Errors
    /// Published or superseded.
    pub fn revise(mut self, new: NewContextMap, by: &Who) -> Result<Self, NotNow> {
        self.open_for_writing(by)?;
        let NewContextMap { title, period, areas, themes, narrative, classification } = new;
        Ok(Self { title, period, areas, themes, narrative, own_classification: classification, ..self })
    }

    /// Adds a factor, or replaces the one with that id. A reviewed map becomes a draft again, so that
    /// what is published is what was reviewed.
    ///
    /// # Errors
    /// Published or superseded, no factor of that id, or too many.
    pub fn set_factor(mut self, id: FactorId, is_new: bool, content: FactorContent, by: &Who) -> Result<Self, NotNow> {
        self.open_for_writing(by)?;
        match self.factors.iter().position(|factor| factor.id == id) {
            Some(place) => self.factors[place].content = content,
            None if !is_new => return Err(NotNow::NoSuchFactor),
            None if self.factors.len() >= FACTORS_MAX => return Err(NotNow::TooManyFactors),
            None => self.factors.push(Factor { id, content }),
        }
        Ok(self)
    }

    /// Removes a factor.
    ///
    /// # Errors
    /// Published or superseded, or no factor of that id.
    pub fn remove_factor(mut self, id: FactorId, by: &Who) -> Result<Self, NotNow> {
        self.open_for_writing(by)?;
        let before = self.factors.len();
        self.factors.retain(|factor| factor.id != id);
        if self.factors.len() == before { Err(NotNow::NoSuchFactor) } else { Ok(self) }
    }

    /// `draft → reviewed`.
    ///
    /// # Errors
    /// Not a draft, no factors, or reviewed by one who wrote in it.
    pub fn review(mut self, by: Who) -> Result<Self, NotNow> {
        match self.state {
            MapState::Draft => {}
            state => return Err(NotNow::NotADraft(state)),
        }
        if self.authors.contains(&by.account) {
            return Err(NotNow::AuthorReviews);
        }
        if self.factors.is_empty() {
            return Err(NotNow::NoFactors);
        }
        self.state = MapState::Reviewed;
        self.reviewed_by = Some(by);
        self.version += 1;
        Ok(self)
    }

    /// `reviewed → published`.
    ///
    /// # Errors
    /// Not reviewed, or a factor without evidence; names all of these.
    pub fn publish(mut self, at: DateTime<Utc>) -> Result<Self, NotNow> {
        match self.state {
            MapState::Reviewed => {}
            state => return Err(NotNow::NotReviewed(state)),
        }
        let without = self.factors.iter().filter(|factor| factor.content.evidence.is_empty());
        let without: Vec<_> = without.map(|factor| format!("\"{}\"", factor.content.title.any())).collect();
        if !without.is_empty() {
            return Err(NotNow::WithoutEvidence(without));
        }
        self.state = MapState::Published;
        self.published_at = Some(at);
        self.version += 1;
        Ok(self)
    }

    /// `published → superseded`, when another one is published.
    #[must_use]
    pub fn supersede(mut self) -> Self {
        if self.state == MapState::Published {
            self.state = MapState::Superseded;
            self.version += 1;
        }
        self
    }

    /// All evidence of its factors, each once.
    pub fn evidence(&self) -> Vec<EvidenceId> {
        let mut ids: Vec<_> = self.factors.iter().flat_map(|factor| factor.content.evidence.iter().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Raises or lowers it to the highest of its own classification and those of its evidence.
    #[must_use]
    pub fn classified_by(mut self, evidence: impl IntoIterator<Item = Classification>) -> Self {
        self.classification = evidence.into_iter().fold(self.own_classification, Ord::max);
        self
    }

    fn open_for_writing(&mut self, by: &Who) -> Result<(), NotNow> {
        match self.state {
            MapState::Draft | MapState::Reviewed => {}
            state @ (MapState::Published | MapState::Superseded) => return Err(NotNow::Immutable(state)),
        }
        self.state = MapState::Draft;
        self.reviewed_by = None;
        self.version += 1;
        if !self.authors.contains(&by.account) {
            self.authors.push(by.account);
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "context_map_tests.rs"]
mod tests;
