//! The entry template: a row for each value that is due, with what is known of it, to be filled in and imported.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use cpas_proto::words::{Frequency, Period, Slice};

use super::{COLUMNS, Cell};
use crate::domain::definition::{Definition, Kind};

/// The tag of the day on which a value is due. It tells a template from other files: a row of a template that was left
/// empty says nothing, where that of another file says that the value is missing.
pub const DUE_TAG: &str = "#meta+due";

/// A value as it stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Said {
    /// As an observation has it; empty: nothing was said.
    pub kind: String,
    pub value: Option<f64>,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    pub level: String,
    pub text: String,
    pub note: String,
}

/// A value that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    pub indicator: String,
    /// Empty: the mission as a whole.
    pub area: String,
    pub area_name: String,
    pub period: Period,
    pub slice: String,
    pub due: NaiveDate,
    pub said: Said,
}

/// Headings in English and French, and the HXL tag, of every column; those of an export, but for the last.
pub fn columns() -> Vec<(&'static str, &'static str, &'static str)> {
    const KEPT: [&str; 10] = [
        "Indicator code",
        "Area code",
        "Area name",
        "Period",
        "Slice",
        "Value",
        "Numerator",
        "Denominator",
        "Note",
        "Source",
    ];
    let kept = KEPT.iter().filter_map(|name| COLUMNS.iter().find(|column| column.0 == *name)).copied();
    kept.chain([("Due", "Échéance", DUE_TAG)]).collect()
}

impl Due {
    /// One cell for each of [`columns`]: what an import reads again.
    pub fn cells(&self) -> Vec<Cell<'_>> {
        let number = |number: Option<f64>| number.map_or(Cell::Nothing, Cell::Number);
        fn text(text: &str) -> Cell<'_> {
            if text.is_empty() { Cell::Nothing } else { Cell::Text(text) }
        }
        let said = &self.said;
        let value = match said.kind.as_str() {
            // A ratio is given by its parts.
            "" | "ratio" => Cell::Nothing,
            "value" => number(said.value),
            "level" => text(&said.level),
            "text" => text(&said.text),
            "not_applicable" => Cell::Word("not applicable".into()),
            other => Cell::Word(other.into()),
        };
        vec![
            Cell::Word(self.indicator.as_str().into()),
            text(&self.area),
            text(&self.area_name),
            Cell::Word(self.period.to_string().into()),
            text(&self.slice),
            value,
            number(said.numerator),
            number(said.denominator),
            text(&said.note),
            Cell::Nothing,
            Cell::Word(self.due.to_string().into()),
        ]
    }
}

/// The slices that an indicator is asked for, as in the entry grid: the total, and each category of each dimension; with
/// those that something is said of already.
pub fn slices<'a>(definition: &Definition, said: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let mut slices: BTreeSet<String> = said.map(str::to_owned).collect();
    slices.insert(String::new());
    if definition.kind != Kind::Qualitative {
        let singles = definition.dimensions.iter().flat_map(|own| own.categories.iter().map(|one| (&own.name, one)));
        slices.extend(singles.filter_map(|(name, category)| {
            let slice: Slice = definition.known_slice([(name.as_str(), category.as_str())]).ok()?;
            Some(slice.to_string())
        }));
    }
    slices
}

/// The periods of a frequency that lie between two days, oldest first.
pub fn periods_between(
    first: NaiveDate,
    last: NaiveDate,
    frequency: Frequency,
    fiscal_start_month: u32,
) -> Vec<Period> {
    let mut period = Period::containing(first, frequency, fiscal_start_month);
    if period.first_day(fiscal_start_month) < first {
        period = period.next(fiscal_start_month);
    }
    let mut periods = Vec::new();
    while period.last_day(fiscal_start_month) <= last {
        periods.push(period);
        period = period.next(fiscal_start_month);
    }
    periods
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::definition::tests::casualties;

    #[test]
    fn the_slices_are_those_of_the_grid_and_what_is_said_already() {
        let found = slices(&casualties(), ["age=child,sex=f", ""].into_iter());
        let expected = ["", "age=adult", "age=child", "age=child,sex=f", "sex=f", "sex=m", "sex=unknown"];
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
        let told = Definition { kind: Kind::Qualitative, ..casualties() };
        assert_eq!(slices(&told, std::iter::empty()).len(), 1, "a text has no slices");
    }

    #[test]
    fn periods_lie_wholly_in_the_time() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let between = |first, last, frequency| {
            periods_between(day(first), day(last), frequency, 7).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(between("2024-01-01", "2024-03-31", Frequency::Month), ["2024-01", "2024-02", "2024-03"]);
        assert_eq!(between("2024-01-15", "2024-03-30", Frequency::Month), ["2024-02"]);
        assert_eq!(between("2023-07-01", "2024-06-30", Frequency::FiscalYear), ["FY2024"]);
        assert_eq!(between("2024-01-01", "2024-03-30", Frequency::Quarter), [""; 0]);
    }

    #[test]
    fn what_is_said_stands_there_as_an_import_reads_it() {
        let due = |said: Said| Due {
            indicator: "OC-CIVDEATHS".to_owned(),
            area: String::new(),
            area_name: String::new(),
            period: "2024-01".parse().expect("a period"),
            slice: String::new(),
            due: NaiveDate::from_ymd_opt(2024, 2, 10).expect("a day"),
            said,
        };
        let said = |kind: &str| Said { kind: kind.to_owned(), value: Some(0.0), ..Said::default() };
        assert_eq!(due(said("value")).cells()[5], Cell::Number(0.0), "zero is a number");
        assert_eq!(due(said("missing")).cells()[5], Cell::Word("missing".into()));
        assert_eq!(due(Said::default()).cells()[5], Cell::Nothing, "nothing was said");
        let ratio = Said { kind: "ratio".to_owned(), numerator: Some(1.0), denominator: Some(2.0), ..Said::default() };
        let due = due(ratio);
        assert_eq!(due.cells()[5..8], [Cell::Nothing, Cell::Number(1.0), Cell::Number(2.0)]);
        assert_eq!(columns().len(), due.cells().len());
    }
}
