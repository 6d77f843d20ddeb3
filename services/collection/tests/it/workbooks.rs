//! Excel workbooks in: what people have, and what somebody made to do harm.

use chassis::Code;
use cpas_proto::collection::v1 as pb;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula};

use crate::{
    sheets::{archive, book, declaring_much, drop_it, row},
    world::{World, config, done, preview},
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
