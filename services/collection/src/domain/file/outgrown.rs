//! Whether a file has outgrown the mapping that was said of others like it.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::folded;

/// Headings that two tables share at least, to be alike.
const SHARED_MIN: usize = 2;

/// Columns that a remembered mapping names and this table does not have, where the table is almost the one that the mapping
/// was said of: at least half of the headings are the same. `remembered` has the headings of each as
/// [`layout_key`](super::frame::layout_key) writes them.
pub fn outgrown<'a>(
    headings: &[String],
    remembered: impl Iterator<Item = (&'a String, &'a BTreeMap<String, String>)>,
) -> Option<Vec<&'a str>> {
    let own: BTreeSet<String> = headings.iter().map(|heading| folded(heading)).filter(|own| !own.is_empty()).collect();
    let alike = remembered.filter_map(|(key, mapping)| {
        let known: BTreeSet<&str> = key.split('|').collect();
        let shared = known.iter().filter(|heading| own.contains(**heading)).count();
        let is_alike = shared >= SHARED_MIN && shared * 2 >= known.len().max(own.len());
        let columns = mapping.values().filter(|to| !to.starts_with('='));
        let lost: Vec<&str> = columns.filter(|to| !own.contains(&folded(to))).map(String::as_str).collect();
        (is_alike && !lost.is_empty()).then_some((shared, key, lost))
    });
    // The one that is most alike; of equals always the same.
    alike.max_by_key(|(shared, key, _)| (*shared, std::cmp::Reverse(*key))).map(|(.., lost)| lost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::file::frame::layout_key;

    fn headings(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn lost(now: &[&str]) -> Vec<String> {
        let said = [("area", "Zone"), ("value", "Nb de morts"), ("indicator", "=OC-CIVDEATHS")];
        let mapping = said.map(|(field, to)| (field.to_owned(), to.to_owned())).into();
        let remembered = BTreeMap::from([(layout_key(&headings(&["Zone", "Mois", "Nb de morts", "Note"])), mapping)]);
        let found = outgrown(&headings(now), remembered.iter()).unwrap_or_default();
        found.into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn a_column_that_was_renamed_is_missed_and_one_of_another_table_is_not() {
        assert_eq!(lost(&["Zone", "Mois", "Morts", "Note"]), ["Nb de morts"]);
        assert_eq!(lost(&["ZONE", "mois", "nb de morts", "Note", "Source"]), Vec::<String>::new(), "one column more");
        assert_eq!(lost(&["Zone", "Year", "Month", "Cases", "Team"]), Vec::<String>::new(), "another table");
        assert_eq!(lost(&[]), Vec::<String>::new());
    }
}
