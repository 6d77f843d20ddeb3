//! Which area lies in which, by code.

use std::collections::{BTreeMap, BTreeSet};

/// Codes of a mission with the code of the area that each lies in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<String, Option<String>>);

impl FromIterator<(String, Option<String>)> for Tree {
    fn from_iter<I: IntoIterator<Item = (String, Option<String>)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl Tree {
    pub fn contains(&self, code: &str) -> bool {
        self.0.contains_key(code)
    }

    /// The area itself and all that it lies in, from the inside out. Ends also where codes form a circle.
    pub fn upwards<'a>(&'a self, code: &'a str) -> Vec<&'a str> {
        let mut way = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = Some(code);
        while let Some(code) = next.filter(|code| seen.insert(*code)) {
            way.push(code);
            next = self.0.get(code).and_then(|parent| parent.as_deref());
        }
        way
    }

    /// The codes of a circle that this code is on, from it and back to it; `None` when it is on none.
    pub fn circle(&self, code: &str) -> Option<Vec<String>> {
        let way = self.upwards(code);
        let last = way.last().and_then(|last| self.0.get(*last)).and_then(|parent| parent.as_deref());
        (last == Some(code)).then(|| way.into_iter().chain([code]).map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(pairs: &[(&str, &str)]) -> Tree {
        let pair =
            |(code, parent): &(&str, &str)| ((*code).to_owned(), (!parent.is_empty()).then(|| (*parent).to_owned()));
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn the_way_up_ends_at_the_top() {
        let tree = tree(&[("CF", ""), ("CF1", "CF"), ("CF11", "CF1")]);
        assert_eq!(tree.upwards("CF11"), ["CF11", "CF1", "CF"]);
        assert_eq!(tree.upwards("XX"), ["XX"], "a code of no area lies in nothing");
        assert_eq!(tree.circle("CF11"), None);
    }

    #[test]
    fn a_circle_is_found_by_all_that_are_on_it_and_no_others() {
        let tree = tree(&[("A", "B"), ("B", "C"), ("C", "A"), ("D", "A"), ("E", "E")]);
        assert_eq!(tree.circle("A"), Some(vec!["A".to_owned(), "B".to_owned(), "C".to_owned(), "A".to_owned()]));
        assert_eq!(tree.circle("D"), None, "it leads to a circle, but is not on it");
        assert_eq!(tree.circle("E"), Some(vec!["E".to_owned(), "E".to_owned()]));
    }
}
