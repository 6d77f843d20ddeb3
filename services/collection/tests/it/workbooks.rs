//! Excel workbooks in: what people have, and what somebody made to do harm.

use std::collections::BTreeSet;

use chassis::{Caller, Code};
use cpas_collection::domain::definition::{Definition, EventMeasure, Measured};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Role},
};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula};
use uuid::Uuid;

use crate::{
    sheets::{archive, book, declaring_much, drop_it, row},
    world::{Client, World, config, deaths, done, expect_code, preview},
};

#[tokio::test]
async fn the_sheet_with_the_table_is_found_below_its_titles() {
    let world = World::start().await;
    let bytes = book(|book| {
        let cover = book.add_worksheet().set_name("Lisez-moi").expect("a name");
        row(cover, 0, &["Rapport mensuel"]);
        let sheet = book.add_worksheet().set_name("Données").expect("a name");
        drop_it(sheet.merge_range(0, 0, 0, 4, "MISSION – Victimes civiles", &Format::new()));
        row(sheet, 3, &["Code indicateur", "Zone", "Mois", "Sexe", "Valeur"]);
        let month = Format::new().set_num_format("mmm yyyy");
        row(sheet, 4, &["OC-CIVDEATHS", "A1"]);
        drop_it(sheet.write_string(4, 2, "2024-01"));
        row(sheet, 6, &["OC-CIVDEATHS", "A2"]);
        drop_it(sheet.write_datetime_with_format(6, 2, ExcelDateTime::from_ymd(2024, 2, 1).expect("a day"), &month));
        drop_it(sheet.write_string(4, 3, "f"));
        drop_it(sheet.write_number(4, 4, 3.0));
        drop_it(sheet.write_formula(6, 4, Formula::new("=2+2.5").set_result("4.5")));
        row(sheet, 7, &["OC-CIVDEATHS", "Nowhere", "2024-03", "", "1"]);
    });
    let batch = preview(&mut world.coordinator(), &bytes, &[]).await.expect("a preview");
    assert_eq!(batch.encoding, "XLSX, Données");
    assert_eq!((batch.rows_read, batch.rows_added, batch.rows_rejected), (3, 2, 1), "{:?}", batch.rejected);
    let why: Vec<(u32, &str)> = batch.rejected.iter().map(|row| (row.row, row.column.as_str())).collect();
    assert_eq!(why, [(8, "Zone")], "rows as the workbook numbers them: {:?}", batch.rejected);
    assert!(batch.warnings.iter().any(|row| row.reason.contains("first of a month")), "{:?}", batch.warnings);
    world.commit(&batch).await;
    // A cell that shows "Feb 2024" is the first of February to Excel, and February to who typed it.
    let values = world.values("OC-CIVDEATHS", "A2", "").await;
    assert_eq!(values.last(), Some(&("2024-02".to_owned(), Some(4.5))), "{values:?}");
}

#[tokio::test]
async fn what_went_out_as_a_workbook_comes_in_again() {
    let world = World::start().await;
    world.import("indicator,area,period,sex,value\nOC-CIVDEATHS,A1,2024-01,f,3\nOC-CIVDEATHS,B,2024-02,,1.5\n").await;
    let asked = pb::ExportObservationsRequest { format: "xlsx".to_owned(), ..Default::default() };
    let mut stream = done(world.coordinator().export_observations(asked).await);
    let mut bytes = Vec::new();
    while let Some(piece) = stream.message().await.expect("a piece") {
        bytes.extend(piece.data);
    }
    let again = preview(&mut world.coordinator(), &bytes, &[]).await.expect("a preview");
    assert_eq!((again.rows_read, again.rows_unchanged, again.rows_rejected), (2, 2, 0), "{:?}", again.rejected);
    assert_eq!((again.encoding.as_str(), again.hxl_tags), ("XLSX, Observations 1", true));
}

/// The entry template of a request, as a file.
async fn template(client: &mut Client, asked: pb::ExportObservationsRequest) -> Vec<u8> {
    let mut stream = done(client.export_observations(asked).await);
    let mut bytes = Vec::new();
    while let Some(piece) = stream.message().await.expect("a piece") {
        bytes.extend(piece.data);
    }
    bytes
}

fn template_of(section: &str, first: &str, last: &str) -> pb::ExportObservationsRequest {
    pb::ExportObservationsRequest {
        format: "template".to_owned(),
        section: section.to_owned(),
        first_period: first.to_owned(),
        last_period: last.to_owned(),
        ..Default::default()
    }
}

/// The rows of a template below its headings and tags, as a third party's reader has them.
fn rows_of(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).expect("a workbook");
    let sheet = calamine::Reader::worksheet_range_at(&mut book, 1).expect("a second sheet").expect("readable");
    sheet.rows().skip(2).map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

/// The template with cells of its second sheet filled in; rows from 0, below headings and tags.
fn filled(bytes: &[u8], cells: &[(usize, usize, &str)]) -> Vec<u8> {
    let mut source: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).expect("a workbook");
    let sheet = calamine::Reader::worksheet_range_at(&mut source, 1).expect("a second sheet").expect("readable");
    book(|book| {
        let own = book.add_worksheet();
        for (at, cells_of) in sheet.rows().enumerate() {
            for (column, cell) in cells_of.iter().enumerate() {
                let typed = cells.iter().find(|(row, own, _)| row + 2 == at && *own == column).map(|(.., text)| *text);
                let text = typed.map_or_else(|| cell.to_string(), str::to_owned);
                if !text.is_empty() {
                    drop_it(own.write_string(at as u32, column as u16, text));
                }
            }
        }
    })
}

#[tokio::test]
async fn the_entry_template_has_what_is_due_and_comes_in_again_filled() {
    let world = World::start().await;
    world
        .import(
            "indicator,area,period,sex,value,note\nOC-CIVDEATHS,A1,2024-01,,7,seen\nOC-CIVDEATHS,A1,2024-01,f,0,\n\
             OC-CIVDEATHS,A2,2024-02,,missing,\n",
        )
        .await;
    let mut client = world.coordinator();
    let bytes = template(&mut client, template_of("Human Rights", "2024-01", "2024-02")).await;
    let rows = rows_of(&bytes);
    // Two areas that reported, two months, the total and three categories; trust is another section's.
    assert_eq!(rows.len(), 16, "{rows:?}");
    assert!(rows.iter().all(|row| row[0] == "OC-CIVDEATHS"));
    let row = |area: &str, period: &str, slice: &str| {
        let found = rows.iter().position(|row| row[1] == area && row[3] == period && row[4] == slice);
        found.unwrap_or_else(|| panic!("no row of {area} {period} {slice}"))
    };
    let value = |at: usize| rows[at][5].as_str();
    assert_eq!((value(row("A1", "2024-01", "")), value(row("A1", "2024-01", "sex=f"))), ("7", "0"), "zero is said");
    assert_eq!((value(row("A2", "2024-02", "")), value(row("A1", "2024-02", ""))), ("missing", ""), "nothing is not");
    assert_eq!(rows[row("A1", "2024-01", "")][8], "seen");
    assert_eq!(rows[row("A1", "2024-01", "")][10], "2024-02-10", "the day on which it is due");

    // As it is, it says what is known; what was left empty says nothing.
    let as_it_is = preview(&mut client, &bytes, &[]).await.expect("a preview");
    assert_eq!(
        (as_it_is.rows_read, as_it_is.rows_unchanged, as_it_is.rows_added, as_it_is.rows_rejected),
        (3, 3, 0, 0),
        "{:?}",
        as_it_is.rejected
    );
    let told = |batch: &pb::ImportBatch, words: &str| batch.warnings.iter().any(|row| row.reason.contains(words));
    assert!(told(&as_it_is, "13 rows of the entry template were left empty"), "{:?}", as_it_is.warnings);

    let mended = filled(&bytes, &[(row("A1", "2024-02", ""), 5, "5"), (row("A2", "2024-01", "sex=m"), 5, "2")]);
    let batch = preview(&mut client, &mended, &[]).await.expect("a preview");
    assert_eq!((batch.rows_added, batch.rows_unchanged, batch.rows_rejected), (2, 3, 0), "{:?}", batch.rejected);
    world.commit(&batch).await;
    assert!(world.values("OC-CIVDEATHS", "A1", "").await.contains(&("2024-02".to_owned(), Some(5.0))));

    // Of a ratio the parts are asked for; an area narrows it, and French has French headings.
    world
        .import("indicator,area,period,numerator,denominator\nOC-TRUST,A,2024-Q1,30,60\nOC-TRUST,B,2024-Q1,1,2\n")
        .await;
    let french = pb::ExportObservationsRequest {
        areas: vec!["A".to_owned()],
        language: "fr".to_owned(),
        ..template_of("UNPOL", "2024-Q1", "2024-Q2")
    };
    let bytes = template(&mut client, french).await;
    let rows = rows_of(&bytes);
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(rows[0][..8], ["OC-TRUST", "A", "Zone A", "2024-Q1", "", "", "30", "60"]);
    let batch = preview(&mut client, &filled(&bytes, &[(1, 6, "3"), (1, 7, "4")]), &[]).await.expect("a preview");
    assert_eq!((batch.rows_added, batch.rows_unchanged, batch.rows_rejected), (1, 1, 0), "{:?}", batch.rejected);
}

#[tokio::test]
async fn a_template_leaves_out_what_nobody_can_fill_in_and_says_what_it_needs() {
    let world = World::start().await;
    let secret = Definition {
        id: Uuid::from_u128(0xD9),
        code: "OC-SECRET".to_owned(),
        classification: Classification::Confidential,
        ..deaths()
    };
    world.indicator(&secret).await;
    let computed = Definition {
        id: Uuid::from_u128(0xDA),
        code: "OC-COUNTED".to_owned(),
        events: Some(EventMeasure { measure: Measured::Events, kinds: Vec::new(), sub_kinds: Vec::new() }),
        ..deaths()
    };
    world.indicator(&computed).await;
    let mut client = world.coordinator();
    let codes = |rows: Vec<Vec<String>>| rows.into_iter().map(|row| row[0].clone()).collect::<BTreeSet<_>>();
    let asked = || template_of("Human Rights", "2024-01", "2024-02");
    let all = codes(rows_of(&template(&mut client, asked()).await));
    assert_eq!(all, ["OC-CIVDEATHS".to_owned(), "OC-SECRET".to_owned()].into(), "what is computed is not asked for");
    let outsider = world.cleared(Role::Verifier, Classification::Unclassified);
    let seen = codes(rows_of(&template(&mut world.of(&outsider), asked()).await));
    assert_eq!(seen, ["OC-CIVDEATHS".to_owned()].into(), "what one may not see is not due");
    let hidden = pb::ExportObservationsRequest { indicators: vec!["OC-SECRET".to_owned()], ..asked() };
    assert_eq!(
        expect_code(world.of(&outsider).export_observations(hidden).await, Code::Invalid).violations[0].field,
        "indicators"
    );

    // A locked month takes no file, so it is not in it; of nothing else there is no template.
    let lock = pb::LockPeriodRequest { period: "2024-01".to_owned(), reason: "reported".to_owned() };
    done(client.lock_period(lock).await);
    let periods: BTreeSet<String> =
        rows_of(&template(&mut client, asked()).await).into_iter().map(|row| row[3].clone()).collect();
    assert_eq!(periods, ["2024-02".to_owned()].into());
    let mut field = async |asked: pb::ExportObservationsRequest| {
        let failure = expect_code(client.export_observations(asked).await, Code::Invalid);
        failure.violations[0].field.clone()
    };
    assert_eq!(field(template_of("Human Rights", "2024-01", "2024-01")).await, "first_period", "nothing is due");
    assert_eq!(field(template_of("", "2024-01", "2024-01")).await, "section");
    assert_eq!(field(template_of("Cooks", "2024-01", "2024-01")).await, "section", "there is none");
    assert_eq!(field(template_of("Human Rights", "2024-01", "")).await, "last_period");
    assert_eq!(field(template_of("Human Rights", "2024-02", "2024-01")).await, "last_period");
    assert_eq!(field(pb::ExportObservationsRequest { only_verified: true, ..asked() }).await, "only_verified");

    // In another mission there is nothing of this one.
    let elsewhere = Caller { mission: Some(chassis::testing::mission("UNMID")), ..world.caller(Role::Coordinator) };
    expect_code(world.of(&elsewhere).export_observations(asked()).await, Code::Invalid);

    // A template that nobody filled in is no import.
    let empty = template(&mut world.coordinator(), template_of("UNPOL", "2024-Q1", "2024-Q1")).await;
    let failure = preview(&mut world.coordinator(), &empty, &[]).await.expect_err("nothing filled in");
    assert!(failure.message.starts_with("No row of the entry template is filled in yet."), "{failure}");
}

#[tokio::test]
async fn a_sheet_can_be_named() {
    let world = World::start().await;
    let bytes = book(|book| {
        for (name, value) in [("2023", "1"), ("2024", "2")] {
            let sheet = book.add_worksheet().set_name(name).expect("a name");
            row(sheet, 0, &["Indicator", "Area", "Period", "Value"]);
            drop_it(sheet.write_string(1, 0, "OC-CIVDEATHS"));
            drop_it(sheet.write_string(1, 1, "A1"));
            drop_it(sheet.write_string(1, 2, format!("{name}-01")));
            drop_it(sheet.write_number(1, 3, value.parse::<f64>().expect("a number")));
        }
        let hidden = book.add_worksheet().set_name("Lists").expect("a name").set_hidden(true);
        row(hidden, 0, &["Indicator", "Area", "Period", "Value"]);
    });
    let both = preview(&mut world.coordinator(), &bytes, &[]).await.expect("a preview");
    assert_eq!(
        (both.encoding.as_str(), both.first_period.as_str(), both.rows_added),
        ("XLSX, 2023, 2024", "2023-01", 2)
    );
    let second = preview(&mut world.coordinator(), &bytes, &[("sheet", "2024")]).await.expect("a preview");
    assert_eq!(second.first_period, "2024-01");
    let failure = preview(&mut world.coordinator(), &bytes, &[("sheet", "Lists")]).await.expect_err("hidden");
    assert_eq!(failure.violations[0].field, "mapping.sheet");
    assert!(failure.message.contains("The sheets are: 2023, 2024."), "{failure}");
}

#[tokio::test]
async fn a_workbook_that_would_do_harm_is_refused_before_it_is_read() {
    let config = cpas_collection::Config { import_bytes_max: 1 << 20, ..config() };
    let world = World::empty(config).await;
    let small = book(|book| row(book.add_worksheet(), 0, &["Indicator", "Area", "Period", "Value"]));
    let zeros = vec![b' '; 100 << 20];
    let wide = book(|book| {
        let sheet = book.add_worksheet();
        row(sheet, 0, &["Indicator", "Area", "Period", "Value"]);
        drop_it(sheet.write_number(1, 16_000, 1.0));
    });
    // Every cell refers to one long text: small as a workbook, 3 MB as a table.
    let much_text = book(|book| {
        let sheet = book.add_worksheet();
        row(sheet, 0, &["Indicator", "Area", "Period", "Value"]);
        for at in 1..100 {
            drop_it(sheet.write_string(at, 0, "x".repeat(32_000)));
        }
    });
    // As its texts would have it, room for a hundred million million of them is made.
    let many_texts = archive(&[
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/texts.xml", b"<sst count=\"1\" uniqueCount=\"100000000000000\"><si><t>x</t></si></sst>"),
    ]);
    let long_text = [b"<c t=\"inlineStr\"><is><t>".as_slice(), &vec![b'x'; 2 << 20], b"</t></is></c>"].concat();
    let long_text = archive(&[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &long_text)]);
    let many_sheets = book(|book| {
        for _ in 0..101 {
            book.add_worksheet();
        }
    });
    let too_much = "The workbook unpacks to more than an import takes.";
    for (bytes, code, sentence) in [
        (declaring_much(small.clone()), Code::Exhausted, too_much),
        (archive(&[("xl/workbook.xml", b""), ("xl/sharedStrings.xml", &zeros)]), Code::Exhausted, too_much),
        (much_text, Code::Exhausted, too_much),
        (many_texts, Code::Exhausted, too_much),
        (long_text, Code::Exhausted, too_much),
        (many_sheets, Code::Exhausted, too_much),
        (wide, Code::Invalid, "Row 2 has more than 200 columns."),
        (archive(&[("word/document.xml", b"<w/>")]), Code::Invalid, "The file is an archive, but not a workbook"),
        (archive(&[("xl/workbook.xml", b"<workbook")]), Code::Invalid, "The file is an archive, but not a workbook"),
        (small[..small.len() / 2].to_vec(), Code::Invalid, "The file is an archive, but not a workbook"),
        (small, Code::Invalid, "The file has headings and no rows."),
        (book(|book| row(book.add_worksheet(), 0, &[])), Code::Invalid, "The file has headings and no rows."),
    ] {
        let failure = preview(&mut world.coordinator(), &bytes, &[]).await.expect_err("refused");
        assert_eq!(failure.code, code, "{failure}");
        assert!(failure.message.starts_with(sentence), "{failure}");
    }
}

#[tokio::test]
async fn rows_that_are_only_styled_cost_nothing() {
    let world = World::start().await;
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        row(sheet, 0, &["Indicator", "Area", "Period", "Value"]);
        row(sheet, 1, &["OC-CIVDEATHS", "A1"]);
        drop_it(sheet.write_string(1, 2, "2024-01"));
        drop_it(sheet.write_number(1, 3, 2.0));
        let bold = Format::new().set_bold();
        for at in 2..200_000 {
            drop_it(sheet.write_blank(at, 3, &bold));
        }
    });
    let batch = preview(&mut world.coordinator(), &bytes, &[]).await.expect("a preview");
    assert_eq!((batch.rows_read, batch.rows_added), (1, 1));
}

#[tokio::test]
async fn a_number_of_a_workbook_has_one_reading() {
    let world = World::start().await;
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        row(sheet, 0, &["Indicator", "Area", "Period", "Value"]);
        for (at, month) in [(1, "2024-01"), (2, "2024-02"), (3, "2024-03")] {
            row(sheet, at, &["OC-CIVDEATHS", "A1"]);
            drop_it(sheet.write_string(at, 2, month));
        }
        drop_it(sheet.write_number(1, 3, 2.375));
        drop_it(sheet.write_number(2, 3, 1_234.0));
        // Typed as a text by somebody with a French keyboard: it does not change how the numbers are read.
        drop_it(sheet.write_string(3, 3, "12,5"));
    });
    let batch = preview(&mut world.coordinator(), &bytes, &[]).await.expect("a preview");
    world.commit(&batch).await;
    let values = world.values("OC-CIVDEATHS", "A1", "").await;
    assert_eq!(values[0].1, Some(2.375));
    assert_eq!(values[1].1, Some(1_234.0));
    assert_eq!(values[2].1, Some(12.5));
}
