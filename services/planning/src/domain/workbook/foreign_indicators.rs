//! The indicators of a framework that somebody typed: each measures the outcome or output that it stands beside, and is
//! a draft to be completed. Numbers may be texts, with a percent sign, a decimal comma or the year that they are of.

use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::words::Language;

use super::{
    At, NEW, Problem, Row, Sheet, Tables,
    foreign::Layout,
    grid::{Grid, Said},
    letters,
    said_as::number,
    words::plain,
};

/// Fields of their columns.
pub(super) const FIELDS: [&str; 6] = ["indicator", "indicator_code", "unit", "baseline", "target", "verification"];
/// Words that say nothing of what an indicator counts.
const EMPTY: &[&str] = &[
    "a",
    "an",
    "and",
    "as",
    "at",
    "by",
    "for",
    "in",
    "of",
    "on",
    "per",
    "the",
    "to",
    "who",
    "with",
    "number",
    "percentage",
    "percent",
    "share",
    "proportion",
    "rate",
    "total",
    "au",
    "aux",
    "avec",
    "d",
    "dans",
    "de",
    "des",
    "du",
    "en",
    "et",
    "l",
    "la",
    "le",
    "les",
    "nombre",
    "par",
    "pour",
    "pourcentage",
    "qui",
    "sur",
    "taux",
    "un",
    "une",
];
/// Words that make it a share.
const SHARES: &[&str] = &["percentage", "percent", "share", "proportion", "pourcentage", "part", "pct"];
/// Words of a code made of a name, and its longest.
const CODE_WORDS: usize = 3;
const CODE_CHARS: usize = 30;

/// What is known beside the workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Codes that indicators have already.
    pub codes: BTreeSet<String>,
    /// The last year of the plan: of a target that names none.
    pub last_year: Option<i32>,
}

/// Indicators and their targets as they are found.
pub(super) struct Indicators<'a> {
    grid: &'a Grid,
    layout: &'a Layout,
    known: &'a Known,
    codes: BTreeSet<String>,
    /// The last one: what it measures, and its text.
    last: Option<(String, String)>,
    /// Its baseline and target as they stand there.
    last_numbers: [Option<(u32, String)>; 2],
    pub rows: Vec<Row>,
    pub targets: Vec<Row>,
    pub problems: Vec<Problem>,
}

/// A number as it stands in a cell.
struct Told {
    value: f64,
    /// It has a percent sign.
    is_percent: bool,
    /// It has a sign of "at most" before it.
    is_at_most: bool,
    year: Option<i32>,
}

impl<'a> Indicators<'a> {
    pub(super) fn new(grid: &'a Grid, layout: &'a Layout, known: &'a Known) -> Self {
        let codes = known.codes.clone();
        Self {
            grid,
            layout,
            known,
            codes,
            last: None,
            last_numbers: [None, None],
            rows: Vec::new(),
            targets: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Sets its tables, if there is an indicator.
    pub(super) fn fill(self, tables: &mut Tables) -> Vec<Problem> {
        if !self.rows.is_empty() {
            tables.set(Sheet::Indicators, self.rows);
            tables.set(Sheet::Targets, self.targets);
        }
        self.problems
    }

    /// The indicator of a row, if it has one. `measured`: key and level of the nearest outcome or output above.
    pub(super) fn read(&mut self, number: u32, cells: &BTreeMap<u32, Said>, measured: Option<(&str, &'static str)>) {
        let Some((place, name)) = self.text("indicator", cells) else { return };
        let Some((item, level)) = measured else {
            return self.wrong(number, place, "There is no outcome or output above this indicator.");
        };
        // A cell that goes on over several rows is one indicator.
        let own = (item.to_owned(), name.clone());
        let numbers = ["baseline", "target"].map(|field| self.text(field, cells));
        if self.last.as_ref() == Some(&own) {
            let others =
                numbers.into_iter().zip(&self.last_numbers).filter(|(now, first)| now.is_some() && now != *first);
            let places: Vec<u32> = others.filter_map(|(now, _)| now.map(|(place, _)| place)).collect();
            for place in places {
                let message = "This indicator stands above already, with another number. Leave one of the two here, and \
                               enter the other on the page of the indicator.";
                self.wrong(number, place, message);
            }
            return;
        }
        (self.last, self.last_numbers) = (Some(own), numbers);
        let code = match self.text("indicator_code", cells) {
            Some((_, code)) => code,
            None => self.made_of(&name, level),
        };
        self.codes.insert(code.clone());
        let mut row = self.row(number, place, &code, &name);
        row.cells.insert("plan_item_lineage_id", item.to_owned());
        row.cells.insert("level", level.to_owned());
        if let Some((_, verification)) = self.text("verification", cells) {
            row.cells.insert(self.spoken("verification.en", "verification.fr"), verification);
        }
        self.measure(number, cells, &name, &mut row);
        self.rows.push(row);
    }

    /// Its type, unit, baseline and target.
    fn measure(&mut self, number: u32, cells: &BTreeMap<u32, Said>, name: &str, row: &mut Row) {
        let unit = self.text("unit", cells).map(|(_, unit)| unit).unwrap_or_default();
        let said = |field| self.layout.columns.get(field).and_then(|place| Some((*place, cells.get(place)?)));
        let (baseline, target) = (said("baseline"), said("target"));
        let told = |cell: Option<(u32, &Said)>| cell.map(|(place, said)| (place, read_number(said), said.text()));
        let (baseline, target) = (told(baseline), told(target));
        let is_text = |cell: &Option<(u32, Option<Told>, String)>| matches!(cell, Some((_, None, _)));
        let is_number = |cell: &Option<(u32, Option<Told>, String)>| matches!(cell, Some((_, Some(_), _)));
        if (is_text(&baseline) || is_text(&target)) && !is_number(&baseline) && !is_number(&target) {
            return self.described(row, baseline, target);
        }
        let cells = [("baseline", baseline), ("target", target)];
        let percent = |cell: &Option<(u32, Option<Told>, String)>| {
            cell.as_ref().and_then(|(_, told, _)| told.as_ref()).is_some_and(|told| told.is_percent)
        };
        let words = plain(&format!("{name} {unit}"));
        let has_percent_unit = unit.contains('%');
        let is_share = has_percent_unit
            || name.contains('%')
            || words.split(' ').any(|word| SHARES.contains(&word))
            || cells.iter().any(|(_, cell)| percent(cell));
        let fraction = |told: &Told| told.value.fract() != 0.0 || told.value < 0.0;
        let has_fraction = cells.iter().any(|(_, cell)| matches!(cell, Some((_, Some(told), _)) if fraction(told)));
        let (kind, over_time, over_areas, usual) = match (is_share, has_fraction) {
            (true, _) => ("ratio", "ratio", "ratio", "share"),
            (false, true) => ("average", "average", "average", ""),
            (false, false) => ("count", "sum", "sum", ""),
        };
        let unit = if is_share || unit.is_empty() { usual.to_owned() } else { unit };
        for (field, word) in [("kind", kind), ("over_time", over_time), ("over_areas", over_areas), ("unit", &unit)] {
            row.cells.insert(field, word.to_owned());
        }
        let numbers = || cells.iter().filter_map(|(_, cell)| cell.as_ref().and_then(|(_, told, _)| told.as_ref()));
        // 45 and 45 % are 0.45; a cell that Excel shows as a percentage holds 0.45. Said of a row as a whole, and not
        // guessed at where it could be either.
        let bare = numbers().filter(|told| !told.is_percent).map(|told| told.value.abs()).fold(0.0, f64::max);
        let is_unclear = is_share && bare > 0.0 && bare <= 2.0 && (bare > 1.0 || has_percent_unit);
        if is_unclear {
            let place = cells.iter().find_map(|(_, cell)| cell.as_ref().map(|(place, ..)| *place)).unwrap_or_default();
            let message = "It could be a share or a percentage. Write the percent sign behind it: 0.8 % or 80 %.";
            return self.wrong(number, place, message);
        }
        let share = |told: &Told| {
            let whole = is_share && (told.is_percent || bare > 2.0);
            (if whole { told.value / 100.0 } else { told.value }).to_string()
        };
        let of = |place: usize| cells[place].1.as_ref().and_then(|(_, told, _)| told.as_ref());
        let falls = of(0).zip(of(1)).is_some_and(|(baseline, target)| {
            let plain = |told: &Told| share(told).parse::<f64>().unwrap_or_default();
            plain(target) < plain(baseline)
        });
        if falls || of(1).is_some_and(|target| target.is_at_most) {
            row.cells.insert("direction", "lower".to_owned());
        }
        for (field, cell) in cells {
            let Some((place, told, text)) = cell else { continue };
            let Some(told) = told else {
                let message = format!("\"{text}\" is no number, and beside it stands one. Write it as a number.");
                self.wrong(number, place, &message);
                continue;
            };
            let year = told.year.or_else(|| year_of(&self.heading(place)));
            match (field, year) {
                ("baseline", Some(year)) => {
                    row.cells.insert("baseline_value", share(&told));
                    row.cells.insert("baseline_period", year.to_string());
                }
                ("baseline", None) => {
                    let message = "It is not said of which year the baseline is. Write it into the heading, as in \
                                   \"Baseline 2025\", or behind the number, as in \"45 (2025)\".";
                    self.wrong(number, place, message);
                }
                (_, year) => self.target(number, place, row, &share(&told), year),
            }
        }
    }

    /// What is reached is said in words: the words are kept where the method is.
    fn described(
        &self,
        row: &mut Row,
        baseline: Option<(u32, Option<Told>, String)>,
        target: Option<(u32, Option<Told>, String)>,
    ) {
        for (field, word) in [("kind", "qualitative"), ("over_time", "last"), ("over_areas", "none"), ("unit", "")] {
            row.cells.insert(field, word.to_owned());
        }
        let (before, aim) = match self.layout.language {
            Language::Fr => ("Référence", "Cible"),
            Language::En => ("Baseline", "Target"),
        };
        let said = [(before, baseline), (aim, target)];
        let said = said.into_iter().filter_map(|(what, cell)| cell.map(|(_, _, text)| format!("{what}: {text}")));
        row.cells.insert(self.spoken("method.en", "method.fr"), said.collect::<Vec<_>>().join("\n"));
    }

    fn target(&mut self, number: u32, place: u32, of: &Row, value: &str, year: Option<i32>) {
        let Some(year) = year.or(self.known.last_year) else { return };
        let cells = BTreeMap::from([
            ("indicator", of.key.clone()),
            ("period", year.to_string()),
            ("area", String::new()),
            ("slice", String::new()),
            ("value", value.to_owned()),
            ("low", String::new()),
            ("high", String::new()),
            // Also of a year that is over: why it is set now.
            ("reason", format!("{} {}", self.spoken("As in", "Comme dans"), self.grid.place(number, place))),
        ]);
        let key = format!("{}|{year}||", of.key);
        let columns = BTreeMap::from([("value", place), ("period", place)]);
        let at = Some(At { sheet: self.grid.name.clone(), row: number, columns });
        self.targets.push(Row { key, name: format!("{} {year}", of.cell("code")), cells, at, ..Row::default() });
    }

    fn row(&self, number: u32, place: u32, code: &str, name: &str) -> Row {
        let key = format!("{NEW}{}:{}{}", self.grid.name, letters(place), number + 1);
        let columns = self.layout.columns.iter().map(|(field, place)| (*field, *place));
        let own = [
            ("code", self.layout.columns.get("indicator_code").copied().unwrap_or(place)),
            ("name.en", place),
            ("name.fr", place),
            ("baseline_value", self.layout.columns.get("baseline").copied().unwrap_or(place)),
            ("plan_item_lineage_id", place),
        ];
        let columns = columns.filter(|(field, _)| FIELDS.contains(field)).chain(own).collect();
        let cells = BTreeMap::from([
            ("code", code.to_owned()),
            (self.spoken("name.en", "name.fr"), name.to_owned()),
            ("direction", "higher".to_owned()),
            ("frequency", "year".to_owned()),
            ("classification", "unclassified".to_owned()),
        ]);
        let at = Some(At { sheet: self.grid.name.clone(), row: number, columns });
        Row { key, name: format!("{code} {name}"), cells, at, ..Row::default() }
    }

    fn spoken(&self, en: &'static str, fr: &'static str) -> &'static str {
        if self.layout.language == Language::Fr { fr } else { en }
    }

    fn text(&self, field: &str, cells: &BTreeMap<u32, Said>) -> Option<(u32, String)> {
        let place = *self.layout.columns.get(field)?;
        let text = cells.get(&place)?.text();
        let text = text.trim();
        (!text.is_empty()).then(|| (place, text.to_owned()))
    }

    fn heading(&self, place: u32) -> String {
        let headings = self.grid.rows.get(&self.layout.heading_row);
        headings.and_then(|cells| cells.get(&place)).map(Said::text).unwrap_or_default()
    }

    fn wrong(&mut self, number: u32, place: u32, message: &str) {
        let place = Some(self.grid.place(number, place));
        self.problems.push(Problem { place, message: message.to_owned() });
    }

    /// A code of the words of a name that nobody has: "Number of patrols by night" of an output is `OP-PATROLS-NIGHT`.
    fn made_of(&self, name: &str, level: &str) -> String {
        let mut code = if level == "outcome" { "OC".to_owned() } else { "OP".to_owned() };
        let words = plain(name);
        let telling = |word: &&str| !word.is_empty() && word.is_ascii() && !EMPTY.contains(word);
        for word in words.split(' ').filter(telling).take(CODE_WORDS) {
            if code.len() + 1 + word.len() <= CODE_CHARS {
                code = format!("{code}-{}", word.to_ascii_uppercase());
            }
        }
        let taken = |code: &str| self.codes.iter().any(|other| other.eq_ignore_ascii_case(code));
        let numbered = (2..).map(|number| format!("{code}-{number}"));
        std::iter::once(code.clone()).chain(numbered).find(|code| !taken(code)).unwrap_or(code)
    }
}

/// The number of a cell: `120`, `45 %`, `1,5`, `≥ 80`, `45 (2025)`, `80 by 2027`; none where it says more than that.
fn read_number(said: &Said) -> Option<Told> {
    let Said::Text(text) = said else {
        let value = number(said).ok()?.parse().ok()?;
        return Some(Told { value, is_percent: false, is_at_most: false, year: None });
    };
    let bare = text.trim_start_matches(|letter: char| {
        matches!(letter, '≥' | '≤' | '>' | '<' | '=' | '~' | '+') || letter.is_whitespace()
    });
    let end = bare
        .find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | ',' | '-' | '−' | ' ' | '\u{202f}')));
    let (digits, rest) = bare.split_at(end.unwrap_or(bare.len()));
    let value = number(&Said::Text(digits.trim().replace('−', "-"))).ok()?.parse().ok()?;
    let (is_percent, rest) = match rest.trim_start().strip_prefix('%') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let words = plain(rest);
    let year = year_of(rest);
    // "by", "in", "d ici": what stands around a year.
    let fits = words.split(' ').filter(|word| !word.is_empty()).all(|word| {
        year.is_some_and(|year| year.to_string() == word)
            || matches!(word, "by" | "in" | "end" | "en" | "d" | "ici" | "fin" | "a")
    });
    let is_at_most = text.trim_start().starts_with(['≤', '<']);
    fits.then_some(Told { value, is_percent, is_at_most, year })
}

/// The year that a text names, if it names one only.
fn year_of(text: &str) -> Option<i32> {
    let years = text.split(|letter: char| !letter.is_ascii_digit()).filter(|digits| digits.len() == 4);
    let mut years = years.filter_map(|digits| digits.parse().ok()).filter(|year| (1990..2100).contains(year));
    let first = years.next()?;
    years.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_type_them() {
        let told =
            |text: &str| read_number(&Said::Text(text.to_owned())).map(|told| (told.value, told.is_percent, told.year));
        assert_eq!(told("120"), Some((120.0, false, None)));
        assert_eq!(told("1 200"), Some((1200.0, false, None)));
        assert_eq!(told("1,5"), Some((1.5, false, None)));
        assert_eq!(told("45 %"), Some((45.0, true, None)));
        assert_eq!(told("≥ 80% by 2027"), Some((80.0, true, Some(2027))));
        assert_eq!(told("12 (2025)"), Some((12.0, false, Some(2025))));
        assert_eq!(told("60 % d’ici fin 2027"), Some((60.0, true, Some(2027))));
        for text in ["weak", "", "12 of 30 posts", "10 or 20", "%"] {
            assert_eq!(told(text), None, "{text}");
        }
        assert_eq!(year_of("Target 2027"), Some(2027));
        assert_eq!(year_of("2026/2027"), None);
    }
}
