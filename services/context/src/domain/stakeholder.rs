//! Stakeholders: who can promote or prevent change.

use chrono::{DateTime, Utc};
use cpas_proto::{vocabulary, words::Classification};
use serde::{Deserialize, Serialize};

use super::{Broken, Text, Who, fold::fold, ids::StakeholderId};

vocabulary! {
    /// What a stakeholder is.
    pub enum StakeholderKind as "a kind of stakeholder" {
        StateInstitution = "state_institution",
        ArmedGroup = "armed_group",
        PoliticalParty = "political_party",
        CivilSociety = "civil_society",
        Community = "community",
        RegionalOrganisation = "regional_organisation",
        MemberState = "member_state",
        Private = "private",
        Individual = "individual",
    }
}

/// A share, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Share(f64);

impl Share {
    /// # Errors
    /// Outside 0 to 1, or not a number.
    pub fn parse(field: &str, number: f64) -> Result<Self, Broken> {
        if number.is_finite() && (0.0..=1.0).contains(&number) {
            return Ok(Self(number));
        }
        Err(Broken::one(field, format!("{number} is not a share; give a number from 0 to 1, 0.3 for 30 %.")))
    }

    /// 0 to 1.
    pub const fn number(self) -> f64 {
        self.0
    }
}

/// What is known of a stakeholder.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    pub name: String,
    pub aliases: Vec<String>,
    pub kind: StakeholderKind,
    /// Codes of areas; none: the whole mission.
    pub areas: Vec<String>,
    pub description: Text,
    pub women_share: Option<Share>,
    /// `None`: what the kind asks for at registration, what it was at a revision.
    pub classification: Option<Classification>,
}

/// A person, group or institution that can promote or prevent change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stakeholder {
    pub id: StakeholderId,
    pub name: String,
    pub aliases: Vec<String>,
    pub kind: StakeholderKind,
    pub areas: Vec<String>,
    pub description: Text,
    pub women_share: Option<Share>,
    /// What somebody gave it, or its kind.
    pub own_classification: Classification,
    /// The highest of all records that are one with it.
    pub classification: Classification,
    /// The record that it was merged into; `None`: it stands for itself.
    pub merged_into: Option<StakeholderId>,
    /// The record that stands for all that are one with it; itself while it stands.
    pub head: StakeholderId,
    /// Other names, from records that were merged into it.
    pub also: Vec<String>,
    /// The records that it stands for.
    pub former: Vec<StakeholderId>,
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Who,
}

/// Least classification of a kind, unless someone lowers it by name.
const fn usual(kind: StakeholderKind) -> Classification {
    match kind {
        StakeholderKind::Individual => Classification::Confidential,
        _ => Classification::Unclassified,
    }
}

impl Stakeholder {
    /// Registers one; an individual is confidential unless another classification is named.
    pub fn register(profile: Profile, id: StakeholderId, by: Who, at: DateTime<Utc>) -> Self {
        let classification = profile.classification.unwrap_or_else(|| usual(profile.kind));
        let Profile { name, aliases, kind, areas, description, women_share, classification: _ } = profile;
        Self {
            id,
            name,
            aliases,
            kind,
            areas,
            description,
            women_share,
            own_classification: classification,
            classification,
            merged_into: None,
            head: id,
            also: Vec::new(),
            former: Vec::new(),
            version: 1,
            recorded_at: at,
            recorded_by: by,
        }
    }

    /// A revision. Without a classification named it keeps the one it has, also one that it has from those it is
    /// one with: what was written under it stays as secret when they are taken apart. What becomes an individual
    /// becomes at least confidential.
    #[must_use]
    pub fn revise(&self, profile: Profile) -> Self {
        let becomes_individual = profile.kind != self.kind;
        let own = self.classification;
        let kept = if becomes_individual { own.max(usual(profile.kind)) } else { own };
        let classification = profile.classification.unwrap_or(kept);
        let Profile { name, aliases, kind, areas, description, women_share, classification: _ } = profile;
        Self {
            name,
            aliases,
            kind,
            areas,
            description,
            women_share,
            own_classification: classification,
            classification,
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// The name as it is compared and sorted.
    pub fn folded_name(&self) -> String {
        fold(&self.name)
    }

    /// All its names as they are searched, one a line.
    pub fn folded_names(&self) -> String {
        let names = std::iter::once(&self.name).chain(&self.aliases).chain(&self.also).map(|name| fold(name));
        names.collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn profile(kind: StakeholderKind, classification: Option<Classification>) -> Profile {
        Profile {
            name: "Général Mbaïkoua".to_owned(),
            aliases: vec!["The Lion".to_owned()],
            kind,
            areas: vec![],
            description: Text::default(),
            women_share: None,
            classification,
        }
    }

    fn registered(kind: StakeholderKind, classification: Option<Classification>) -> Stakeholder {
        let by = Who { account: Uuid::from_u128(1), name: "Ada".to_owned() };
        let at = DateTime::from_timestamp(1_700_000_000, 0).expect("an instant");
        Stakeholder::register(profile(kind, classification), StakeholderId(Uuid::from_u128(2)), by, at)
    }

    #[test]
    fn an_individual_is_confidential_unless_someone_lowers_it() {
        for kind in StakeholderKind::ALL {
            let expected = match kind {
                StakeholderKind::Individual => Classification::Confidential,
                _ => Classification::Unclassified,
            };
            assert_eq!(registered(*kind, None).classification, expected, "{kind}");
        }
        let lowered = registered(StakeholderKind::Individual, Some(Classification::Unclassified));
        assert_eq!(lowered.classification, Classification::Unclassified);
    }

    #[test]
    fn a_revision_keeps_the_classification_unless_one_is_named() {
        let individual = registered(StakeholderKind::Individual, Some(Classification::StrictlyConfidential));
        let revised = individual.revise(profile(StakeholderKind::Individual, None));
        assert_eq!((revised.classification, revised.version), (Classification::StrictlyConfidential, 2));
        let lowered = revised.revise(profile(StakeholderKind::Individual, Some(Classification::Unclassified)));
        assert_eq!(lowered.classification, Classification::Unclassified);
        assert_eq!(
            lowered.revise(profile(StakeholderKind::Individual, None)).classification,
            Classification::Unclassified
        );
    }

    #[test]
    fn what_becomes_an_individual_becomes_confidential() {
        let group = registered(StakeholderKind::ArmedGroup, None);
        assert_eq!(
            group.revise(profile(StakeholderKind::Individual, None)).classification,
            Classification::Confidential
        );
    }

    #[test]
    fn a_share_goes_from_nothing_to_all() {
        for (number, fine) in [(0.0, true), (1.0, true), (0.35, true), (-0.1, false), (35.0, false), (f64::NAN, false)]
        {
            assert_eq!(Share::parse("women_share", number).is_ok(), fine, "{number}");
        }
    }

    #[test]
    fn names_are_searched_without_accents() {
        assert_eq!(registered(StakeholderKind::Individual, None).folded_names(), "general mbaikoua\nthe lion");
    }
}
