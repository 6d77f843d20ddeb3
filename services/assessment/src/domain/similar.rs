//! Which recommendations say nearly the same.
//!
//! The rule, in each language that both are written in; the higher counts:
//!
//! 1. Small letters, accents taken off, split at whatever is neither letter nor digit.
//! 2. Words that every text has (articles, prepositions, "should", "doit") are left out, and a plural s or x.
//! 3. Each word becomes its trigrams, with a blank before and after it: "fuel" is " fu", "fue", "uel", "el ".
//! 4. Likeness is Sørensen and Dice's: twice the trigrams that both have, by the trigrams of either; 0 to 1.
//!
//! From [`ALIKE`] on a text is shown; from [`RELATED`] on where both name an indicator, or rest on findings of one
//! outcome.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::text::Text;

/// From here on two texts are alike.
pub const ALIKE: f64 = 0.45;
/// From here on they are, where they speak of the same.
pub const RELATED: f64 = 0.25;
/// Most that are shown.
pub const SHOWN_MAX: usize = 8;

const STOP_WORDS: [&str; 46] = [
    "a", "an", "and", "at", "be", "by", "for", "from", "in", "is", "it", "of", "on", "or", "should", "that", "the",
    "their", "to", "with", "au", "aux", "avec", "ce", "d", "dan", "de", "des", "devrait", "doit", "du", "en", "est",
    "et", "il", "l", "la", "le", "leur", "ou", "par", "pour", "que", "sur", "un", "une",
];

/// What a recommendation says and speaks of.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    pub id: Uuid,
    pub text: Text,
    pub indicator_codes: Vec<String>,
    /// Lineages of the outcomes of its findings.
    pub outcomes: BTreeSet<Uuid>,
}

/// One that says nearly the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    pub id: Uuid,
    /// 0 to 1.
    pub likeness: f64,
    pub shared_codes: Vec<String>,
    pub same_outcome: bool,
}

/// Those of `among` that are shown beside `one`, the most alike first.
pub fn similar(one: &Spoken, among: &[Spoken]) -> Vec<Similar> {
    let own = Trigrams::of(&one.text);
    let compare = |other: &Spoken| {
        let shared_codes: Vec<String> =
            other.indicator_codes.iter().filter(|code| one.indicator_codes.contains(code)).cloned().collect();
        let same_outcome = other.outcomes.intersection(&one.outcomes).next().is_some();
        let likeness = own.likeness(&Trigrams::of(&other.text));
        let least = if shared_codes.is_empty() && !same_outcome { ALIKE } else { RELATED };
        (likeness >= least).then_some(Similar { id: other.id, likeness, shared_codes, same_outcome })
    };
    let mut found: Vec<Similar> = among.iter().filter(|other| other.id != one.id).filter_map(compare).collect();
    found.sort_by(|one, other| other.likeness.total_cmp(&one.likeness).then(other.id.cmp(&one.id)));
    found.truncate(SHOWN_MAX);
    found
}

/// How alike two texts are, 0 to 1; 0 where they have no language in common.
pub fn likeness(one: &Text, other: &Text) -> f64 {
    Trigrams::of(one).likeness(&Trigrams::of(other))
}

struct Trigrams {
    en: BTreeSet<[char; 3]>,
    fr: BTreeSet<[char; 3]>,
}

impl Trigrams {
    fn of(text: &Text) -> Self {
        Self { en: trigrams(&text.en), fr: trigrams(&text.fr) }
    }

    fn likeness(&self, other: &Self) -> f64 {
        dice(&self.en, &other.en).max(dice(&self.fr, &other.fr))
    }
}

fn dice(one: &BTreeSet<[char; 3]>, other: &BTreeSet<[char; 3]>) -> f64 {
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    2.0 * one.intersection(other).count() as f64 / (one.len() + other.len()) as f64
}

fn trigrams(text: &str) -> BTreeSet<[char; 3]> {
    let mut found = BTreeSet::new();
    for word in words(text) {
        let letters: Vec<char> = std::iter::once(' ').chain(word.chars()).chain(std::iter::once(' ')).collect();
        found.extend(letters.windows(3).map(|three| [three[0], three[1], three[2]]));
    }
    found
}

/// The words that count.
fn words(text: &str) -> Vec<String> {
    let plain: String = text.to_lowercase().chars().map(without_accent).collect();
    let words = plain.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let singular = |word: &str| match word.char_indices().next_back() {
        Some((end, 's' | 'x')) if word.chars().count() > 3 => word[..end].to_owned(),
        _ => word.to_owned(),
    };
    words.map(singular).filter(|word| !STOP_WORDS.contains(&word.as_str())).collect()
}

const fn without_accent(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ä' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'î' | 'ï' | 'í' => 'i',
        'ô' | 'ö' | 'ó' => 'o',
        'ù' | 'û' | 'ü' | 'ú' => 'u',
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spoken(id: u128, en: &str, fr: &str) -> Spoken {
        let (indicator_codes, outcomes) = (Vec::new(), BTreeSet::new());
        Spoken { id: Uuid::from_u128(id), text: Text::of(en, fr), indicator_codes, outcomes }
    }

    #[test]
    fn the_same_in_other_words_is_found_and_what_is_not_is_not() {
        let one = spoken(1, "Move two patrols to the market roads in the north", "");
        let near = spoken(2, "Two patrols should be moved to market roads of the North.", "");
        let far = spoken(3, "Train police officers in handling of evidence", "");
        let found = similar(&one, &[far, near, one.clone()]);
        assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), [Uuid::from_u128(2)]);
        assert!(found[0].likeness > 0.8, "{}", found[0].likeness);
    }

    #[test]
    fn french_is_compared_with_french_without_its_accents() {
        let one = Text::of("", "Déplacer deux patrouilles vers les marchés");
        assert!(likeness(&one, &Text::of("", "DEPLACER DEUX PATROUILLES AU MARCHE")) > 0.8);
        assert!(
            likeness(&one, &Text::of("Déplacer deux patrouilles vers les marchés", "")) < f64::EPSILON,
            "no language in common"
        );
    }

    #[test]
    fn what_speaks_of_the_same_is_shown_from_less_likeness_on() {
        let one = spoken(1, "Send patrols by boat to the river crossing at night", "");
        let other = spoken(2, "Open a second base at the crossing for traders", "");
        let alike = likeness(&one.text, &other.text);
        assert!((RELATED..ALIKE).contains(&alike), "{alike}");
        assert!(similar(&one, std::slice::from_ref(&other)).is_empty());
        let codes = vec!["OC-1".to_owned(), "OC-2".to_owned()];
        let one_of = Spoken { indicator_codes: codes.clone(), ..one.clone() };
        let found = similar(&one_of, &[Spoken { indicator_codes: codes[1..].to_vec(), ..other.clone() }]);
        assert_eq!(found[0].shared_codes, ["OC-2"]);
        let outcomes = BTreeSet::from([Uuid::max()]);
        let found = similar(&Spoken { outcomes: outcomes.clone(), ..one }, &[Spoken { outcomes, ..other }]);
        assert!(found[0].same_outcome);
    }

    proptest! {
        #[test]
        fn likeness_is_the_same_both_ways_and_whole_with_itself(one in ".{0,60}", other in ".{0,60}") {
            let (one, other) = (Text::of(one, ""), Text::of(other, ""));
            let found = likeness(&one, &other);
            prop_assert!((0.0..=1.0).contains(&found));
            prop_assert!((found - likeness(&other, &one)).abs() < f64::EPSILON);
            let itself = likeness(&one, &one);
            prop_assert!(itself == 0.0 || (itself - 1.0).abs() < f64::EPSILON);
        }
    }
}
