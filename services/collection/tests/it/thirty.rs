//! Files as they come, from clean to hostile, each made here and each with the exact outcome.

use chassis::Code;
use cpas_proto::collection::v1 as pb;

use crate::{
    sheets::{archive, book, declaring_much, declaring_ten_gb, drop_it, merged, ods_of, ods_sheet, row, sheet},
    world::{World, preview},
};

/// What comes of a file.
enum Outcome {
    /// It is read: rows added, the rows that are rejected with the first words of why, all that is warned of (a part of each),
    /// and values of OC-CIVDEATHS (area, period, value) when it is taken in.
    Read(i32, &'static [(u32, &'static str)], &'static [&'static str], &'static [(&'static str, &'static str, f64)]),
    Refused(Code, &'static str),
}
use Outcome::{Read, Refused};

const HEAD: &str = "Indicator,Area,Period,Value\n";
const COLUMNS: &[&str] = &["Indicator", "Area", "Period", "Value"];
const TOO_MUCH: &str = "The workbook unpacks to more than an import takes.";
const NO_WORKBOOK: &str = "The file is an archive, but not a workbook";

fn csv(rows: &str) -> Vec<u8> {
    format!("{HEAD}{rows}").into_bytes()
}

fn windows(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin")).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// Texts, in every writing.
fn texts() -> Vec<(&'static str, Vec<u8>, Outcome)> {
    let one = &[("A1", "2024-01", 3.0)];
    let french = "Indicateur;Zone;Période;Valeur\nOC-CIVDEATHS;A1;2024-01;3\n";
    vec![
        ("clean.csv", csv("OC-CIVDEATHS,A1,2024-01,3\n"), Read(1, &[], &[], one)),
        ("bom.csv", [b"\xEF\xBB\xBF".to_vec(), csv("OC-CIVDEATHS,A1,2024-01,3\n")].concat(), Read(1, &[], &[], one)),
        ("utf-16.csv", utf16(french), Read(1, &[], &[], one)),
        ("windows-1252.csv", windows(french), Read(1, &[], &[], one)),
        ("tabs.tsv", "Indicator\tArea\tPeriod\tValue\r\nOC-CIVDEATHS\tA1\t2024-01\t3\r\n".into(), Read(1, &[], &[], one)),
        (
            "hxl.csv",
            "What,Where,When,How many\n#indicator+code,#adm1+code,#date,#value\nOC-CIVDEATHS,A1,2024-01,3\n".into(),
            Read(1, &[], &[], one),
        ),
        ("decimal-commas.csv", csv("OC-CIVDEATHS,A1,2024-01,\"2,5\"\nOC-CIVDEATHS,A1,2024-02,\"1.234,5\"\n"), Read(
            2, &[], &[], &[("A1", "2024-01", 2.5), ("A1", "2024-02", 1234.5)],
        )),
        ("point-and-comma.csv", csv("OC-CIVDEATHS,A1,2024-01,\"1,5\"\nOC-CIVDEATHS,A1,2024-02,1.5\nOC-CIVDEATHS,A1,2024-03,\"1,234\"\n"), Read(
            2,
            &[(4, "\"1,234\" could be a decimal or a number with its thousands set apart")],
            &["Some numbers use a decimal point and some a decimal comma."],
            &[("A1", "2024-01", 1.5), ("A1", "2024-02", 1.5)],
        )),
        ("thousands.csv", csv("OC-CIVDEATHS,A1,2024-01,\"1,234.5\"\nOC-CIVDEATHS,A1,2024-02,\"1,234\"\nOC-CIVDEATHS,A1,2024-03,\"1 234\"\n"), Read(
            3, &[], &[], &[("A1", "2024-01", 1234.5), ("A1", "2024-02", 1234.0), ("A1", "2024-03", 1234.0)],
        )),
        ("thousands-alone.csv", csv("OC-CIVDEATHS,A1,2024-01,\"1,234\"\nOC-CIVDEATHS,A1,2024-02,7\n"), Read(
            1, &[(2, "\"1,234\" could be a decimal")], &["none in the file says which"], &[("A1", "2024-02", 7.0)],
        )),
        ("quotes.csv", "Indicator,Area,Period,Value,Note\nOC-CIVDEATHS,A1,2024-01,3,\"two\nlines, and \"\"words\"\"\"\n".into(), Read(1, &[], &[], one)),
        ("the-same-twice.csv", csv("OC-CIVDEATHS,A1,2024-01,3\nOC-CIVDEATHS,A1,2024-01,3\n"), Read(
            1, &[(3, "Row 2 says the same already.")], &[], one,
        )),
        ("two-of-one.csv", csv("OC-CIVDEATHS,A1,2024-01,3\nOC-CIVDEATHS,A1,2024-01,4\nOC-CIVDEATHS,A2,2024-01,4\n"), Read(
            1,
            &[(2, "Rows 2 and 3 say different things"), (3, "Rows 2 and 3 say different things")],
            &[],
            &[("A2", "2024-01", 4.0)],
        )),
        (
            "totals-that-do-not-match.csv",
            "Indicator,Area,Period,Sex,Value\nOC-CIVDEATHS,A1,2024-01,,9\nOC-CIVDEATHS,A1,2024-01,f,4\nOC-CIVDEATHS,A1,2024-01,m,4\n".into(),
            Read(3, &[], &["The total is 9, but its slices by sex add up to 8."], &[("A1", "2024-01", 9.0)]),
        ),
        ("firsts-of-months.csv", csv("OC-CIVDEATHS,A1,2024-01-01,3\nOC-CIVDEATHS,A1,2024-02-01,4\n"), Read(
            2, &[], &["first of a month"], &[("A1", "2024-01", 3.0), ("A1", "2024-02", 4.0)],
        )),
        ("days-by-slashes.csv", csv("OC-CIVDEATHS,A1,01/02/2024,3\nOC-CIVDEATHS,A1,17/03/2024,4\nOC-CIVDEATHS,A1,31/02/2024,5\n"), Read(
            2, &[(4, "\"31/02/2024\" is not a period")], &[], &[("A1", "2024-02-01", 3.0), ("A1", "2024-03-17", 4.0)],
        )),
        ("days-by-points.csv", csv("OC-CIVDEATHS,A1,03.04.2024,3\nOC-CIVDEATHS,A1,17.03.2024 00:00,4\n"), Read(
            2, &[], &[], &[("A1", "2024-04-03", 3.0), ("A1", "2024-03-17", 4.0)],
        )),
        ("the-month-first.csv", csv("OC-CIVDEATHS,A1,3/4/2024,3\nOC-CIVDEATHS,A1,3/17/2024,4\n"), Read(
            2, &[], &["Dates are read with the month first"], &[("A1", "2024-03-04", 3.0), ("A1", "2024-03-17", 4.0)],
        )),
        ("days-that-could-be-either.csv", csv("OC-CIVDEATHS,A1,03/04/2024,3\nOC-CIVDEATHS,A1,05/06/2024,4\nOC-CIVDEATHS,A1,2024-03-17,5\n"), Read(
            1,
            &[
                (2, "\"03/04/2024\" could be 2024-04-03 or 2024-03-04, and no date in the column says which number is the month. Write"),
                (3, "\"05/06/2024\" could be 2024-06-05 or 2024-05-06"),
            ],
            &["Dates like 03/04/2024 could have the day or the month first"],
            &[("A1", "2024-03-17", 5.0)],
        )),
        ("days-in-both-orders.csv", csv("OC-CIVDEATHS,A1,17/03/2024,3\nOC-CIVDEATHS,A1,3/18/2024,4\nOC-CIVDEATHS,A1,03/04/2024,5\n"), Read(
            2, &[(4, "\"03/04/2024\" could be 2024-04-03 or 2024-03-04: some dates in the column")], &[], &[("A1", "2024-03-17", 3.0), ("A1", "2024-03-18", 4.0)],
        )),
        ("days-in-words.csv", csv("OC-CIVDEATHS,A1,15 March 2024,3\nOC-CIVDEATHS,A1,16 mars 2024,4\nOC-CIVDEATHS,A1,\"March 17, 2024\",5\n"), Read(
            3, &[], &[], &[("A1", "2024-03-15", 3.0), ("A1", "2024-03-16", 4.0), ("A1", "2024-03-17", 5.0)],
        )),
        ("days-as-numbers.csv", csv("OC-CIVDEATHS,A1,2024-01-31,3\nOC-CIVDEATHS,A1,45293,4\n"), Read(
            2, &[], &[], &[("A1", "2024-01-31", 3.0), ("A1", "2024-01-02", 4.0)],
        )),
        ("numbers-alone.csv", csv("OC-CIVDEATHS,A1,45293,4\nOC-CIVDEATHS,A1,2024-03,5\n"), Read(
            1, &[(2, "\"45293\" may be 2024-01-02 as a spreadsheet counts days, but no other cell of the column is a day.")], &[], &[("A1", "2024-03", 5.0)],
        )),
        ("titles-above.csv", format!("Monthly report\n\nSection,Human Rights\n{HEAD}OC-CIVDEATHS,A1,2024-01,3\nOC-CIVDEATHS,A9,2024-01,3\n").into(), Read(
            1, &[(6, "The mission has no area \"A9\".")], &[], one,
        )),
        ("headings-of-two-rows.csv", "Indicator,Area,2024,\n,,Jan,Feb\nOC-CIVDEATHS,A1,3,4\n".into(), Read(
            2, &[], &["The headings name periods"], &[("A1", "2024-01", 3.0), ("A1", "2024-02", 4.0)],
        )),
        ("unknown-codes.csv", csv("OC-CIVDEATH,A1,2024-01,3\nOC-CIVDEATHS,Ares A1,2024-01,3\nOC-CIVDEATHS,A1,soon,3\n"), Read(
            0,
            &[
                (2, "The mission has no indicator \"OC-CIVDEATH\". Did you mean OC-CIVDEATHS?"),
                (3, "The mission has no area \"Ares A1\". Did you mean A1 (\"Area A1\")?"),
                (4, "\"soon\" is not a period"),
            ],
            &[],
            &[],
        )),
        ("formulas-as-text.csv", "Indicator,Area,Period,Value,Note\nOC-CIVDEATHS,A1,2024-01,3,=cmd|'/c calc'!A0\nOC-CIVDEATHS,A1,2024-02,=1+1,\n".into(), Read(
            1, &[(3, "\"=1+1\" is not a number.")], &[], one,
        )),
        ("months-in-columns.csv", "Indicator,Area,2024-01,2024-02,Total\nOC-CIVDEATHS,A1,3,4,7\n".into(), Read(
            2, &[], &["from \"2024-01\" to \"2024-02\""], &[("A1", "2024-01", 3.0), ("A1", "2024-02", 4.0)],
        )),
        ("words-for-nothing.csv", csv("OC-CIVDEATHS,A1,2024-01,0\nOC-CIVDEATHS,A1,2024-02,n/a\nOC-CIVDEATHS,A1,2024-03,-1\n"), Read(
            2, &[(4, "OC-CIVDEATHS counts: -1 is less than zero.")], &[], &[("A1", "2024-01", 0.0)],
        )),
        (
            "lines.jsonl",
            "{\"indicator\":\"OC-CIVDEATHS\",\"area\":\"A1\",\"period\":\"2024-01\",\"value\":3}\n".into(),
            Read(1, &[], &[], one),
        ),
        (
            "dhis2.json",
            "{\"dataValues\":[{\"dataElement\":\"OC-CIVDEATHS\",\"period\":\"202401\",\"orgUnit\":\"A1\",\"value\":\"3\"}]}".into(),
            Read(1, &[], &[], one),
        ),
        ("empty.csv", Vec::new(), Refused(Code::Invalid, "The file is empty.")),
        ("headings-alone.csv", csv(""), Refused(Code::Invalid, "The file has headings and no rows.")),
        ("binary.csv", b"\x7FELF\x02\x01\x01\x00\x00".to_vec(), Refused(Code::Invalid, "The file is binary")),
        ("open-quote.csv", csv("OC-CIVDEATHS,A1,\"2024-01,3\n"), Refused(Code::Invalid, "A quoted field that starts in row 2")),
        ("one-long-line.csv", vec![b'x'; 3 << 20], Refused(Code::Invalid, "Row 1 is longer")),
        ("report.csv", b"%PDF-1.7 1 0 obj".to_vec(), Refused(Code::Invalid, "The file is a PDF")),
    ]
}

/// Workbooks, of both makes.
fn workbooks() -> Vec<(&'static str, Vec<u8>, Outcome)> {
    let one = &[("A1", "2024-01", 3.0)];
    let january = rust_xlsxwriter::ExcelDateTime::from_ymd(2024, 1, 1).expect("a day");
    let month = rust_xlsxwriter::Format::new().set_num_format("mmm yyyy");
    let values = &["OC-CIVDEATHS", "A1", "2024-01", "3"];
    vec![
        (
            "dates-and-formulas.xlsx",
            book(|book| {
                let own = sheet(book, "S", &[COLUMNS, &["OC-CIVDEATHS", "A1"]]);
                drop_it(own.write_datetime_with_format(1, 2, &january, &month));
                drop_it(own.write_formula(1, 3, rust_xlsxwriter::Formula::new("=1+2").set_result("3")));
            }),
            Read(1, &[], &["first of a month"], one),
        ),
        (
            "a-day-without-its-format.xlsx",
            book(|book| {
                let own = sheet(book, "S", &[COLUMNS, &["OC-CIVDEATHS", "A1"], &["OC-CIVDEATHS", "A1"]]);
                drop_it(own.write_datetime_with_format(1, 2, &january, &month));
                drop_it(own.write_number(2, 2, 45_323.0));
                drop_it(own.write_number(1, 3, 3.0));
                drop_it(own.write_number(2, 3, 4.0));
            }),
            Read(2, &[], &["first of a month"], &[("A1", "2024-01", 3.0), ("A1", "2024-02", 4.0)]),
        ),
        (
            "merged-headings.xlsx",
            book(|book| {
                let own = sheet(
                    book,
                    "S",
                    &[
                        &["Title"],
                        &["Area", "Month"],
                        &["", "", "Female", "Male", "Total"],
                        &["A1", "2024-01", "1", "2", "3"],
                    ],
                );
                merged(own, 1, 2, 4, "OC-CIVDEATHS");
            }),
            Read(3, &[], &["indicators and slices"], one),
        ),
        (
            "three-rows-of-headings.xlsx",
            book(|book| {
                let own = sheet(
                    book,
                    "S",
                    &[&["Indicator", "Area"], &[], &["", "", "f", "m"], &["OC-CIVDEATHS", "A1", "1", "2"]],
                );
                merged(own, 0, 2, 3, "2024");
                merged(own, 1, 2, 3, "Jan");
            }),
            Read(2, &[], &["periods and slices"], one),
        ),
        (
            "two-sheets.xlsx",
            book(|book| {
                sheet(book, "Cover", &[&["Report"], &["By", "Human Rights"]]);
                sheet(book, "One", &[COLUMNS, values]);
                sheet(book, "Two", &[&["Month", "A1", "A2", "Indicator"], &["2024-02", "4", "x", "OC-CIVDEATHS"]]);
            }),
            Read(
                2,
                &[(2, "\"x\" is not a number.")],
                &["Sheet \"Two\": The headings name areas"],
                &[("A1", "2024-01", 3.0), ("A1", "2024-02", 4.0)],
            ),
        ),
        ("clean.ods", ods_of(&ods_sheet("S", &[COLUMNS, values])), Read(1, &[], &[], one)),
        (
            "days.ods",
            ods_of(&ods_sheet("S", &[&["Title"], COLUMNS, &["OC-CIVDEATHS", "A1", "2024-01-01", "3"]])),
            Read(1, &[], &["first of a month"], one),
        ),
        (
            "bomb.xlsx",
            archive(&[("xl/workbook.xml", b""), ("xl/sharedStrings.xml", &vec![b' '; 100 << 20])]),
            Refused(Code::Exhausted, TOO_MUCH),
        ),
        (
            "declares-much.xlsx",
            declaring_much(book(|book| row(book.add_worksheet(), 0, COLUMNS))),
            Refused(Code::Exhausted, TOO_MUCH),
        ),
        (
            "declares-10-gb.xlsx",
            declaring_ten_gb(&book(|book| row(book.add_worksheet(), 0, COLUMNS))),
            Refused(Code::Exhausted, TOO_MUCH),
        ),
        (
            "repeats.ods",
            ods_of(&ods_sheet("S", &[COLUMNS, values]).replacen(
                "</table:table-row><table:table-row>",
                "</table:table-row><table:table-row table:number-rows-repeated=\"99999999999\">",
                1,
            )),
            Refused(Code::Exhausted, TOO_MUCH),
        ),
        ("words.docx", archive(&[("word/document.xml", b"<w/>")]), Refused(Code::Invalid, NO_WORKBOOK)),
        (
            "cut.xlsx",
            book(|book| row(book.add_worksheet(), 0, COLUMNS))[..900].to_vec(),
            Refused(Code::Invalid, NO_WORKBOOK),
        ),
        (
            "old.xls",
            b"\xD0\xCF\x11\xE0 Book1".to_vec(),
            Refused(Code::Invalid, "The file is a workbook of an old Excel"),
        ),
    ]
}

/// What is recorded of single days.
async fn of_days(world: &World, area: &str) -> Vec<(String, Option<f64>)> {
    let all = world.coordinator().list_observations(pb::ListObservationsRequest::default()).await;
    let all = all.expect("a list").into_inner().observations;
    let days = all.into_iter().filter(|own| own.area == area && own.period.len() == "2024-03-17".len());
    days.map(|own| (own.period, own.value)).collect()
}

#[tokio::test]
async fn each_file_has_its_outcome() {
    let files: Vec<_> = texts().into_iter().chain(workbooks()).collect();
    assert!(files.len() >= 30, "{} files", files.len());
    // What is refused leaves nothing, and previews do not see each other: these share a mission.
    let shared = World::start().await;
    for (name, bytes, outcome) in files {
        match outcome {
            Refused(code, sentence) => {
                let refused = preview(&mut shared.coordinator(), &bytes, &[]).await;
                let failure = refused.err().unwrap_or_else(|| panic!("{name} is read"));
                assert_eq!(failure.code, code, "{name}: {failure}");
                assert!(failure.message.starts_with(sentence), "{name}: {failure}");
            }
            Read(added, rejected, warned, values) => {
                let world = World::start().await;
                let read = preview(&mut world.coordinator(), &bytes, &[]).await;
                let batch = read.unwrap_or_else(|failure| panic!("{name}: {failure}"));
                assert_eq!(i32::try_from(batch.rows_added), Ok(added), "{name}: {:?}", batch.rejected);
                let why: Vec<(u32, &str)> = batch.rejected.iter().map(|row| (row.row, row.reason.as_str())).collect();
                assert_eq!(why.len(), rejected.len(), "{name}: {why:?}");
                for ((row, reason), (wanted, words)) in why.iter().zip(rejected) {
                    assert!(row == wanted && reason.starts_with(words), "{name}: row {row}: {reason}");
                }
                assert!(batch.rejected.iter().all(|row| !row.reason_fr.is_empty()), "{name}: {:?}", batch.rejected);
                // Each sentence once: none is missing, and none is there that nobody expects.
                let mut said: Vec<&str> = batch.warnings.iter().map(|row| row.reason.as_str()).collect();
                for words in warned {
                    let found = said.iter().position(|sentence| sentence.contains(words));
                    said.remove(found.unwrap_or_else(|| panic!("{name}: no {words:?} in {said:?}")));
                }
                assert!(said.is_empty(), "{name}: not expected: {said:?}");
                if values.is_empty() {
                    continue;
                }
                world.commit(&batch).await;
                for (area, period, value) in values {
                    let mut stored = world.values("OC-CIVDEATHS", area, "").await;
                    // The series is one of months: single days are looked for as they were recorded.
                    stored.extend(of_days(&world, area).await);
                    let found = stored.iter().find(|(own, _)| own == period).and_then(|(_, value)| *value);
                    assert_eq!(found, Some(*value), "{name}: {stored:?}");
                }
            }
        }
    }
    let kept = shared.coordinator().list_imports(pb::ListImportsRequest::default()).await;
    assert_eq!(kept.expect("a list").into_inner().batches, vec![], "what is refused leaves nothing");
}
