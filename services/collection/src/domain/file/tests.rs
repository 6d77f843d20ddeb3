use std::collections::BTreeMap;

use super::{encoding::Make, reference::AreaName, *};
use crate::domain::{
    definition::{Definition, Kind, tests::casualties},
    lock::Lock,
    observation::Measure,
};

fn reference() -> Reference {
    let ratio = Definition { code: "OC-TRUST".to_owned(), kind: Kind::Ratio, dimensions: Vec::new(), ..casualties() };
    let scale = Definition { code: "OC-SCALE".to_owned(), kind: Kind::Scale, dimensions: Vec::new(), ..casualties() };
    let old = Definition { code: "OC-OLD".to_owned(), retired: true, ..casualties() };
    let area = |code: &str, name: &str| AreaName { code: code.to_owned(), names: vec![name.to_owned()] };
    Reference::new(
        vec![casualties(), ratio, scale, old],
        vec![area("CAF11", "Bangui"), area("CAF12", "Nana-Grébizi")],
        vec![Lock { period: "2020".parse().expect("a period"), reason: "reported".to_owned() }],
        7,
    )
}

type Good = (String, String, String, Measure);
type Bad = (String, String);

struct Outcome {
    survey: Survey,
    /// Row, and area, period, slice and measure, or column and reason.
    rows: Vec<(u32, Result<Good, Bad>)>,
}

impl Outcome {
    fn measures(&self) -> Vec<Measure> {
        self.rows.iter().filter_map(|(_, row)| row.as_ref().ok().map(|row| row.3.clone())).collect()
    }

    fn rejections(&self) -> Vec<(u32, &str, &str)> {
        let rejected = self.rows.iter().filter_map(|(number, row)| row.as_ref().err().map(|why| (*number, why)));
        rejected.map(|(number, (column, reason))| (number, column.as_str(), reason.as_str())).collect()
    }
}

fn read_with(bytes: &[u8], mapping: &[(&str, &str)], rows_max: u32) -> Result<Outcome, String> {
    let mut sniffer = Sniffer::default();
    sniffer.take(bytes);
    let Make::Text(encoding) = sniffer.finish().map_err(|error| error.to_string())? else {
        return Err("an archive".to_owned());
    };
    let mapping: BTreeMap<String, String> =
        mapping.iter().map(|&(field, heading)| (field.to_owned(), heading.to_owned())).collect();
    let reference = reference();
    let survey = survey(|| Ok(bytes), encoding, &mapping, &reference, rows_max).map_err(|error| error.to_string())?;
    let mut reader = Reader::new(bytes, &survey, &reference);
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row().expect("surveyed") {
        let outcome =
            row.outcome.map(|row| (row.area.to_owned(), row.period.to_string(), row.slice.to_string(), row.measure));
        rows.push((row.number, outcome.map_err(|rejection| (rejection.column, rejection.reason))));
    }
    Ok(Outcome { survey, rows })
}

fn read(text: &str) -> Outcome {
    read_with(text.as_bytes(), &[], 1000).expect("usable")
}

#[test]
fn a_file_with_tags_semicolons_decimal_commas_and_a_column_for_each_dimension() {
    let text = "Indicateur;Zone;Mois;Valeur;Sexe;Note\r\n#indicator+code;#adm1+code;#date;#value;;#description\r\n\
                OC-CIVDEATHS;CAF11;2024-01;1,5;F;\"deux; trois\"\r\n\r\nOC-CIVDEATHS;nana grebizi;2024Q1;2;tous;\r\n";
    let windows: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin")).collect();
    let outcome = read_with(&windows, &[], 1000).expect("usable");
    assert_eq!((outcome.survey.delimiter, outcome.survey.decimal_sign), (';', DecimalSign::Comma));
    assert!(outcome.survey.hxl_tags && outcome.survey.rows == 2);
    let says = |area: &str, period: &str, slice: &str, value| {
        Ok((area.to_owned(), period.to_owned(), slice.to_owned(), Measure::Value(value)))
    };
    assert_eq!(
        outcome.rows,
        vec![(3, says("CAF11", "2024-01", "sex=f", 1.5)), (5, says("CAF12", "2024-Q1", "", 2.0))],
        "rows count as a spreadsheet counts them"
    );
}

#[test]
fn zero_is_zero_and_nothing_is_missing() {
    let outcome = read(
        "indicator,area,period,value\nOC-CIVDEATHS,CAF11,2024-01,0\nOC-CIVDEATHS,CAF11,2024-02,\n\
         OC-CIVDEATHS,CAF11,2024-03,n/a\nOC-CIVDEATHS,CAF11,2024-04,..\nOC-CIVDEATHS,CAF11,2024-05,not applicable\n\
         OC-CIVDEATHS,CAF11,2024-06,*\n",
    );
    let missing = Measure::Missing;
    assert_eq!(
        outcome.measures(),
        [Measure::Value(0.0), missing.clone(), missing.clone(), missing, Measure::NotApplicable, Measure::Suppressed]
    );
}

#[test]
fn every_bad_row_says_which_column_and_why() {
    let outcome = read(
        "indicator,area,period,value,numerator,denominator,slice\n\
         OC-CIVDEATH,CAF11,2024-01,1,,,\n\
         OC-CIVDEATHS,CAF99,2024-01,1,,,\n\
         OC-CIVDEATHS,CAF11,2024-13,1,,,\n\
         OC-CIVDEATHS,CAF11,2024-01,abc,,,\n\
         OC-TRUST,CAF11,2024-01,0.4,,,\n\
         OC-TRUST,CAF11,2024-01,,3,,\n\
         OC-TRUST,CAF11,2024-01,,3,0,\n\
         OC-CIVDEATHS,CAF11,2024-01,-1,,,\n\
         OC-CIVDEATHS,CAF11,2024-01,1,,,sex=x\n\
         OC-CIVDEATHS,CAF11,2020-05,1,,,\n\
         OC-OLD,CAF11,2024-01,1,,,\n\
         OC-CIVDEATHS,CAF11\n\
         OC-CIVDEATHS,CAF11,2024-01,1,,,,surplus\n\
         ,CAF11,2024-01,1,,,\n\
         OC-TRUST,CAF11,2024-01,,3,4,\n",
    );
    let found: Vec<(u32, &str)> = outcome.rejections().iter().map(|(row, column, _)| (*row, *column)).collect();
    assert_eq!(
        found,
        [
            (2, "indicator"),
            (3, "area"),
            (4, "period"),
            (5, "value"),
            (6, "denominator"),
            (7, "denominator"),
            (8, "denominator"),
            (9, "value"),
            (10, "slice"),
            (11, "period"),
            (12, "indicator"),
            (13, ""),
            (14, ""),
            (15, "indicator"),
        ]
    );
    assert_eq!(outcome.rejections()[0].2, "The mission has no indicator \"OC-CIVDEATH\". Did you mean OC-CIVDEATHS?");
    assert!(outcome.rejections()[9].2.starts_with("2020 is locked (reported)"));
    assert_eq!(outcome.measures(), [Measure::Ratio { numerator: 3.0, denominator: 4.0 }]);
    assert_eq!(outcome.survey.unknown_codes, ["CAF99".to_owned(), "OC-CIVDEATH".to_owned()].into());
}

#[test]
fn a_row_that_ends_before_its_dimension_is_no_total() {
    let outcome =
        read("indicator,area,period,value,sex\nOC-CIVDEATHS,CAF11,2024-01,5\nOC-CIVDEATHS,CAF11,2024-02,5,\n");
    assert_eq!(outcome.rejections(), [(2, "", "The row has 4 cells and the heading 5.")]);
    assert_eq!(outcome.measures(), [Measure::Value(5.0)]);
}

#[test]
fn an_ambiguous_decimal_is_refused_until_the_file_says_which() {
    let head = "indicator;area;period;value\n";
    let row = |value: &str| format!("OC-CIVDEATHS;CAF11;2024-01;{value}\n");
    let unclear = read(&format!("{head}{}", row("1,234")));
    assert_eq!(unclear.survey.decimal_sign, DecimalSign::Ambiguous);
    assert!(unclear.rejections()[0].2.contains("could be a decimal"));
    let clear = read(&format!("{head}{}{}", row("1,234"), row("0,5")));
    assert_eq!(clear.measures(), [Measure::Value(1.234), Measure::Value(0.5)]);
}

#[test]
fn a_mapping_gives_what_the_file_does_not_say() {
    let mapping = [("indicator", "=OC-SCALE"), ("value", "Level")];
    let text = b"Where,Year,Level,code\nx,2024,3,CAF11\ny,2024,high,CAF11\n";
    let outcome = read_with(text, &mapping, 10).expect("usable");
    assert_eq!(outcome.measures(), [Measure::Value(3.0), Measure::Level("high".to_owned())]);
}

#[test]
fn a_file_that_cannot_be_used_says_why() {
    let why = |bytes: &[u8], rows_max| read_with(bytes, &[], rows_max).err().expect("not usable");
    assert!(why(b"", 10).starts_with("The file is empty."));
    assert!(why(b"indicator,period,value\n", 10).starts_with("The file has headings and no rows."));
    assert!(why(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 10).contains("Excel workbook"));
    let rows = format!("indicator,period,value\n{}", "OC-CIVDEATHS,2024,1\n".repeat(11));
    assert!(why(rows.as_bytes(), 10).starts_with("The file has more than 10 rows"));
    assert!(why(b"indicator,period,value\nOC-CIVDEATHS,\"2024,1\n", 10).contains("row 2, column 2, never closes"));
    assert!(why(b"what,when\n1,2\n", 10).contains("No column holds the indicator"));
}

#[test]
fn two_million_rows_are_refused_by_the_bound_without_being_kept() {
    struct Rows(u32);
    impl std::io::Read for Rows {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            const ROW: &[u8] = b"OC-CIVDEATHS,CAF11,2024-01,1\n";
            if self.0 == 0 {
                return Ok(0);
            }
            let head: &[u8] = b"indicator,area,period,value\n";
            if self.0 == u32::MAX {
                buffer[..head.len()].copy_from_slice(head);
                self.0 = 2_000_000;
                return Ok(head.len());
            }
            let rows = (buffer.len() / ROW.len()).min(self.0 as usize);
            for row in 0..rows {
                buffer[row * ROW.len()..(row + 1) * ROW.len()].copy_from_slice(ROW);
            }
            self.0 -= rows as u32;
            Ok(rows * ROW.len())
        }
    }
    let survey = survey(|| Ok(Rows(u32::MAX)), Encoding::Utf8, &BTreeMap::new(), &reference(), 1_500_000);
    assert!(matches!(survey, Err(Unusable::TooManyRows(1_500_000))));
}
