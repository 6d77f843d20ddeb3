//! Finds an area by what people call it: code, name in either language, or alias; and where nothing fits, what is
//! nearest to what was typed.

use cpas_proto::vocabulary;

use super::Area;
use crate::domain::fold::fold;

/// Most letters that a near miss is compared by; longer texts are found by a part only.
const COMPARED_CHARS_MAX: usize = 60;

vocabulary! {
    /// How an area was found, the best first.
    pub enum Fit as "a fit" {
        Code = "code",
        Name = "name",
        Alias = "alias",
        /// Code, name or alias has the text in it.
        Part = "part",
        /// A near miss: a suggestion, and no answer.
        Near = "near",
    }
}

/// An area that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    pub area: Area,
    pub fit: Fit,
}

/// The areas that a text means, the best first: what it names exactly, else what has it in its names, else what
/// is nearest. At most `most`.
pub fn find(areas: Vec<Area>, text: &str, most: usize) -> Vec<Match> {
    let wanted = fold(text);
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(Fit, usize, Area)> = areas
        .into_iter()
        .filter_map(|area| {
            let (fit, misses) = fit(&area, &wanted)?;
            Some((fit, misses, area))
        })
        .collect();
    found.sort_by(|one, other| {
        (one.0, one.1, one.2.level, &one.2.code).cmp(&(other.0, other.1, other.2.level, &other.2.code))
    });
    // What was named exactly needs no suggestion beside it; what has the text in it needs no near miss.
    let best = found.first().map(|(fit, ..)| *fit);
    let keeps = |fit: Fit| match best {
        Some(Fit::Near) | None => true,
        Some(Fit::Part) => fit == Fit::Part,
        Some(_) => fit < Fit::Part,
    };
    let kept = found.into_iter().filter(|(fit, ..)| keeps(*fit)).take(most);
    kept.map(|(fit, _, area)| Match { area, fit }).collect()
}

/// How well an area fits a folded text, and by how many letters it misses.
fn fit(area: &Area, wanted: &str) -> Option<(Fit, usize)> {
    let code = fold(area.code.as_str());
    let names: Vec<String> =
        [&area.name.en, &area.name.fr].into_iter().filter(|name| !name.is_empty()).map(|name| fold(name)).collect();
    let aliases: Vec<String> = area.aliases.iter().map(|alias| fold(alias)).collect();
    let is = |name: &String| name == wanted;
    if is(&code) {
        return Some((Fit::Code, 0));
    }
    if names.iter().any(is) {
        return Some((Fit::Name, 0));
    }
    if aliases.iter().any(is) {
        return Some((Fit::Alias, 0));
    }
    let all = || std::iter::once(&code).chain(&names).chain(&aliases);
    if let Some(shortest) = all().filter(|name| name.contains(wanted)).map(String::len).min() {
        return Some((Fit::Part, shortest));
    }
    let letters = wanted.chars().count();
    if letters > COMPARED_CHARS_MAX {
        return None;
    }
    let misses = all().filter(|name| name.chars().count() <= COMPARED_CHARS_MAX);
    let misses = misses.map(|name| strsim::damerau_levenshtein(name, wanted)).min()?;
    // A letter in four may be wrong, and one in any case; of two letters none.
    let may_miss = if letters < 3 { 0 } else { (letters / 4).max(1) };
    (misses <= may_miss).then_some((Fit::Near, misses))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        Text,
        area::{Code, Validity},
        ids::AreaId,
    };

    fn area(code: &str, en: &str, fr: &str, aliases: &[&str]) -> Area {
        Area {
            id: AreaId(Uuid::nil()),
            code: Code::parse(code).expect("a code"),
            name: Text::of(en, fr),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            level: 1,
            parent: None,
            former: Vec::new(),
            validity: Validity::default(),
            geometry: None,
            version: 1,
        }
    }

    fn areas() -> Vec<Area> {
        vec![
            area("CF22", "Ouham", "", &["Bossangoa"]),
            area("CF32", "Ouham-Pendé", "", &[]),
            area("CF12", "Mambéré-Kadéï", "", &["Berbérati"]),
            area("CF11", "Lobaye", "La Lobaye", &[]),
            area("CF71", "Bangui", "Bangui", &["Capital", "Capitale"]),
        ]
    }

    #[test]
    fn an_area_is_found_by_code_name_alias_part_and_near_miss() {
        for (text, expected) in [
            ("cf11", vec![("CF11", Fit::Code)]),
            ("la lobaye", vec![("CF11", Fit::Name)]),
            ("Ouham", vec![("CF22", Fit::Name)]),
            ("OUHAM PENDE", vec![("CF32", Fit::Near)]),
            ("ouham-pende", vec![("CF32", Fit::Name)]),
            ("capitale", vec![("CF71", Fit::Alias)]),
            ("berberati", vec![("CF12", Fit::Alias)]),
            ("ouha", vec![("CF22", Fit::Part), ("CF32", Fit::Part)]),
            ("Bngui", vec![("CF71", Fit::Near)]),
            ("Bosangoa", vec![("CF22", Fit::Near)]),
            ("Mambere Kadei", vec![("CF12", Fit::Near)]),
            ("Khartoum", vec![]),
            ("xz", vec![]),
            ("  ", vec![]),
        ] {
            let found = find(areas(), text, 10);
            let said: Vec<_> = found.iter().map(|one| (one.area.code.as_str(), one.fit)).collect();
            assert_eq!(said, expected, "{text}");
        }
    }

    #[test]
    fn only_so_many_are_given() {
        assert_eq!(find(areas(), "cf", 2).len(), 2);
        assert!(find(areas(), &"long ".repeat(1000), 2).is_empty());
    }
}
