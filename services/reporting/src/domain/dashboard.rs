//! A dashboard: whose it is, who may see and change it, and how it changes.

use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    text::{TITLE_CHARS_MAX, Text},
    tile::{Filters, Tile},
};

/// Dashboards that one person has in a mission at a time.
pub const DASHBOARDS_A_PERSON_MAX: i64 = 100;
const COPY: (&str, &str) = (" (copy)", " (copie)");

/// A dashboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dashboard {
    pub id: Uuid,
    pub version: i64,
    pub title: Text,
    pub tiles: Vec<Tile>,
    pub filters: Filters,
    pub shared: bool,
    /// Account of its maker.
    pub maker: Uuid,
    pub made_by: String,
    pub classification: Classification,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: String,
    pub removed_at: Option<DateTime<Utc>>,
}

/// What of it somebody writes.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    pub title: Text,
    pub tiles: Vec<Tile>,
    pub filters: Filters,
    pub shared: bool,
    pub classification: Classification,
}

/// Who looks at it or changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person<'a> {
    pub account: Uuid,
    pub name: &'a str,
    /// Shares what is theirs with the mission.
    pub shares: bool,
    /// Changes what others share.
    pub coordinates: bool,
}

/// What a person may not do with a dashboard that they may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error(
        "Only its maker or a coordinator changes this dashboard. Copy it to have one of your own. Nothing was changed."
    )]
    NotYours,
    #[error(
        "Coordinators, component heads, advisers and leadership share dashboards with the mission; keep it private, or ask one of them. Nothing was changed."
    )]
    NotToShare,
    #[error("Only its maker makes this dashboard private again; you may remove it. Nothing was changed.")]
    NotToHide,
}

impl Dashboard {
    /// A new one of somebody.
    ///
    /// # Errors
    /// [`Refused::NotToShare`] when it is to be shared by who shares nothing.
    pub fn make(id: Uuid, content: Content, by: &Person<'_>, at: DateTime<Utc>) -> Result<Self, Refused> {
        if content.shared && !by.shares {
            return Err(Refused::NotToShare);
        }
        let Content { title, tiles, filters, shared, classification } = content;
        Ok(Self {
            id,
            version: 1,
            title,
            tiles,
            filters,
            shared,
            maker: by.account,
            made_by: by.name.to_owned(),
            classification,
            recorded_at: at,
            recorded_by: by.name.to_owned(),
            removed_at: None,
        })
    }

    /// True when the person may know that it exists.
    pub fn is_known_to(&self, who: &Person<'_>) -> bool {
        self.maker == who.account || (self.shared && (self.removed_at.is_none() || who.coordinates))
    }

    /// True when the person may change, remove and restore it.
    pub fn is_changed_by(&self, who: &Person<'_>) -> bool {
        self.maker == who.account || (self.shared && who.coordinates)
    }

    /// With other content.
    ///
    /// # Errors
    /// When the person may not change it so.
    pub fn revise(self, content: Content, by: &Person<'_>, at: DateTime<Utc>) -> Result<Self, Refused> {
        self.changeable(by)?;
        if content.shared && !by.shares {
            return Err(Refused::NotToShare);
        }
        if self.shared && !content.shared && self.maker != by.account {
            return Err(Refused::NotToHide);
        }
        let Content { title, tiles, filters, shared, classification } = content;
        Ok(Self { title, tiles, filters, shared, classification, ..self.next(by, at) })
    }

    /// Out of sight, until it is restored.
    ///
    /// # Errors
    /// When the person may not.
    pub fn remove(self, by: &Person<'_>, at: DateTime<Utc>) -> Result<Self, Refused> {
        self.changeable(by)?;
        Ok(Self { removed_at: Some(at), ..self.next(by, at) })
    }

    /// Back in sight.
    ///
    /// # Errors
    /// When the person may not.
    pub fn restore(self, by: &Person<'_>, at: DateTime<Utc>) -> Result<Self, Refused> {
        self.changeable(by)?;
        Ok(Self { removed_at: None, ..self.next(by, at) })
    }

    fn changeable(&self, by: &Person<'_>) -> Result<(), Refused> {
        if self.is_changed_by(by) { Ok(()) } else { Err(Refused::NotYours) }
    }

    fn next(self, by: &Person<'_>, at: DateTime<Utc>) -> Self {
        Self { version: self.version + 1, recorded_at: at, recorded_by: by.name.to_owned(), ..self }
    }
}

/// The title of a copy: says that it is one, in the languages of the original.
pub fn copied_title(of: &Text) -> Text {
    let copied = |text: &str, word: &str| {
        if text.trim().is_empty() {
            return String::new();
        }
        let room = TITLE_CHARS_MAX - word.chars().count();
        text.chars().take(room).chain(word.chars()).collect()
    };
    Text { en: copied(&of.en, COPY.0), fr: copied(&of.fr, COPY.1) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person(number: u128, shares: bool, coordinates: bool) -> Person<'static> {
        Person { account: Uuid::from_u128(number), name: "Ana", shares, coordinates }
    }

    fn content(shared: bool) -> Content {
        let (title, classification) = (Text::of("T", ""), Classification::Unclassified);
        Content { title, tiles: Vec::new(), filters: Filters::default(), shared, classification }
    }

    fn made(shared: bool) -> Dashboard {
        let maker = person(1, true, false);
        Dashboard::make(Uuid::nil(), content(shared), &maker, DateTime::default()).expect("a dashboard")
    }

    #[test]
    fn a_private_one_is_its_makers_alone() {
        let private = made(false);
        let (maker, coordinator) = (person(1, false, false), person(2, true, true));
        assert!(private.is_known_to(&maker) && !private.is_known_to(&coordinator));
        assert_eq!(private.clone().remove(&coordinator, DateTime::default()), Err(Refused::NotYours));
        let removed = private.remove(&maker, DateTime::default()).expect("removed");
        assert!(removed.is_known_to(&maker) && removed.removed_at.is_some());
        assert_eq!(removed.restore(&maker, DateTime::default()).expect("back").removed_at, None);
    }

    #[test]
    fn a_shared_one_is_changed_by_its_maker_or_a_coordinator() {
        let (maker, other, coordinator) = (person(1, true, false), person(2, true, false), person(3, true, true));
        let revised = |by: &Person<'_>, shared| made(true).revise(content(shared), by, DateTime::default());
        assert_eq!(revised(&maker, true).expect("its maker").version, 2);
        assert_eq!(revised(&coordinator, true).expect("a coordinator").maker, maker.account, "it stays its maker's");
        assert_eq!(revised(&other, true), Err(Refused::NotYours));
        assert_eq!(revised(&coordinator, false), Err(Refused::NotToHide));
        assert!(!revised(&maker, false).expect("its maker").shared);
        let removed = made(true).remove(&coordinator, DateTime::default()).expect("removed");
        assert!(removed.is_known_to(&coordinator) && removed.is_known_to(&maker) && !removed.is_known_to(&other));
    }

    #[test]
    fn who_shares_nothing_makes_private_ones() {
        let contributor = person(1, false, false);
        let made = |shared| Dashboard::make(Uuid::nil(), content(shared), &contributor, DateTime::default());
        assert_eq!(made(true), Err(Refused::NotToShare));
        let private = made(false).expect("a private one");
        assert_eq!(private.revise(content(true), &contributor, DateTime::default()), Err(Refused::NotToShare));
    }

    #[test]
    fn a_copy_says_so_in_the_languages_it_has() {
        assert_eq!(copied_title(&Text::of("Posts", "")), Text::of("Posts (copy)", ""));
        let long = Text::of("", "é".repeat(TITLE_CHARS_MAX));
        let copied = copied_title(&long);
        assert!(copied.fr.ends_with("é (copie)") && copied.fr.chars().count() == TITLE_CHARS_MAX);
    }

    proptest! {
        /// Whatever people do, a private dashboard stays its maker's, and nobody shares who may not.
        #[test]
        fn nobody_takes_what_is_private(steps in prop::collection::vec((0..4_u128, any::<bool>(), any::<bool>(), any::<bool>()), 0..12)) {
            let mut now = made(false);
            for (who, shares, coordinates, shared) in steps {
                let by = person(who, shares, coordinates);
                let before = now.clone();
                if let Ok(next) = now.clone().revise(content(shared), &by, DateTime::default()) {
                    prop_assert!(before.is_known_to(&by));
                    prop_assert!(!next.shared || by.shares);
                    prop_assert_eq!((next.maker, next.version), (before.maker, before.version + 1));
                    now = next;
                } else {
                    prop_assert!(before.maker != by.account || (shared && !shares));
                }
            }
        }
    }
}
