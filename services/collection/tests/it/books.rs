//! Several sheets of a workbook in one import, headings of several rows, OpenDocument, and the rejected rows back as the
//! same workbook.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use chassis::Code;
use cpas_proto::collection::v1 as pb;

use crate::{
    sheets::{archive, book, merged, ods_of, ods_sheet, row, sheet},
    world::{World, config, done, preview},
};

const HEAD: &[&str] = &["Indicator", "Area", "Period", "Value"];

/// The rejected rows as a file: its name and its bytes.
async fn rejected(world: &World, batch: &pb::ImportBatch, language: &str) -> (String, Vec<u8>) {
    let asked =
        pb::DownloadRejectedRequest { id: batch.id.clone(), language: language.to_owned(), ..Default::default() };
    let mut chunks = done(world.coordinator().download_rejected(asked).await);
    let (mut name, mut bytes) = (String::new(), Vec::new());
    while let Some(chunk) = chunks.message().await.expect("a chunk") {
        if name.is_empty() {
            name = chunk.file_name;
        }
        bytes.extend(chunk.data);
    }
    (name, bytes)
}

/// The rows of a sheet, each cell as it is shown.
fn rows(bytes: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range(sheet).expect("the sheet");
    let (height, width) = range.end().map_or((0, 0), |(row, column)| (row + 1, column + 1));
    let cell = |row, column| range.get_value((row, column)).map_or_else(String::new, Data::to_string);
    (0..height).map(|row| (0..width).map(|column| cell(row, column)).collect()).collect()
}

/// A monthly report in French with two sheets, a cover, and mistakes.
fn report() -> Vec<u8> {
    book(|book| {
        sheet(book, "Lisez-moi", &[&["Rapport mensuel"], &["Section", "Droits de l’homme"]]);
        let first = sheet(
            book,
            "2023",
            &[
                &[],
                &[],
                &["Indicateur", "Zone", "Mois", "Valeur", "Commentaire"],
                &["OC-CIVDEATHS", "A1", "2023-01", "3", "=HYPERLINK(\"http://x\")"],
                &["OC-CIVDEATHS", "A3", "2023-02", "2.5", "=1+1"],
                &["OC-NONE", "A1", "2023-02", "beaucoup", "@SUM(1)"],
            ],
        );
        merged(first, 0, 0, 4, "MISSION – Victimes civiles");
        let second = sheet(book, "2024", &[&["Indicateur", "Zone", "janv. 2024", "févr. 2024", "Total"]]);
        row(second, 1, &["OC-CIVDEATHS", "A1", "1", "2", "3"]);
        row(second, 2, &["OC-CIVDEATHS", "A2", "beaucoup", "4", "4"]);
        sheet(book, "Vide", &[&["Indicateur", "Zone", "Mois", "Valeur"]]);
    })
}

#[tokio::test]
async fn all_sheets_that_hold_data_are_read_each_in_its_own_way() {
    let world = World::start().await;
    let batch = preview(&mut world.coordinator(), &report(), &[]).await.expect("a preview");
    assert_eq!(batch.encoding, "XLSX, 2023, 2024");
    let told: Vec<(&str, &str, u32, u32, u32)> = batch
        .sheets
        .iter()
        .map(|one| (one.name.as_str(), one.left_out.as_str(), one.rows_read, one.rows_added, one.rows_rejected))
        .collect();
    assert_eq!(told[1..3], [("2023", "", 3, 1, 2), ("2024", "", 4, 3, 1)], "{told:?}");
    assert!(told[0].1.starts_with("No column holds the indicator"), "{told:?}");
    assert_eq!(
        (told[3].1, batch.sheets[3].left_out_fr.as_str()),
        ("It has headings and no rows.", "Elle a des en-têtes et aucune ligne.")
    );
    assert_eq!((batch.rows_read, batch.rows_added, batch.rows_rejected), (7, 4, 3), "{:?}", batch.rejected);
    let why: Vec<(&str, u32, &str)> =
        batch.rejected.iter().map(|row| (row.sheet.as_str(), row.row, row.column.as_str())).collect();
    assert_eq!(
        why,
        [("2023", 5, "Zone"), ("2023", 6, "Indicateur"), ("2024", 3, "Value")],
        "sheet and row of the file"
    );
    assert_eq!(batch.rejected[0].reason_fr, "La mission n’a pas de zone « A3 ».");
    assert_ne!(batch.sheets[1].headings, batch.sheets[2].headings, "each has its own columns");
    assert!(
        batch.warnings.iter().any(|row| row.reason.starts_with("Sheet \"2024\": The headings name periods")),
        "{:?}",
        batch.warnings
    );

    let batch = world.commit(&batch).await;
    assert_eq!(batch.sheets[2].rows_added, 3);
    let values = world.values("OC-CIVDEATHS", "A1", "").await;
    assert_eq!(values.first(), Some(&("2023-01".to_owned(), Some(3.0))));
    assert_eq!(values.last(), Some(&("2024-02".to_owned(), Some(2.0))));
    let stored = done(world.coordinator().list_observations(pb::ListObservationsRequest::default()).await).observations;
    let mut places: Vec<(String, u32)> = stored.into_iter().map(|one| (one.batch_sheet, one.batch_row)).collect();
    places.sort();
    let told = [("2023", 4), ("2024", 2), ("2024", 2), ("2024", 3)].map(|(sheet, row)| (sheet.to_owned(), row));
    assert_eq!(places, told, "every value knows the sheet and the row that it came from");
}

#[tokio::test]
async fn rejected_rows_go_back_as_the_same_workbook_and_mended_they_come_in() {
    let world = World::start().await;
    let batch = preview(&mut world.coordinator(), &report(), &[]).await.expect("a preview");
    let batch = world.commit(&batch).await;
    let (name, bytes) = rejected(&world, &batch, "fr").await;
    assert_eq!(name, "observations-rejected.xlsx");
    let first = rows(&bytes, "2023");
    assert_eq!(first[0][0], "MISSION – Victimes civiles", "titles are kept: {first:?}");
    assert_eq!(first[2], ["Indicateur", "Zone", "Mois", "Valeur", "Commentaire", "Motif", "Ligne du fichier"]);
    assert_eq!(first[3][..5], ["OC-CIVDEATHS", "A3", "2023-02", "2.5", "=1+1"], "as they were typed");
    assert_eq!(first[3][5..], ["Zone : La mission n’a pas de zone « A3 ».", "5"]);
    assert_eq!(first.len(), 5, "the rejected rows only");
    let second = rows(&bytes, "2024");
    assert_eq!(second[1][..5], ["OC-CIVDEATHS", "A2", "beaucoup", "4", "4"], "the row as a whole");
    assert_eq!(second[1][5], "janv. 2024 : « beaucoup » n’est pas un nombre.", "the cell that is wrong is named");
    let (_, english) = rejected(&world, &batch, "").await;
    assert_eq!(rows(&english, "2023")[2][5..], ["Reason", "Row in the file"]);
    assert_eq!(rows(&english, "2023")[3][5], "Area: The mission has no area \"A3\".".replace("Area", "Zone"));
    let mut read = Xlsx::new(Cursor::new(&bytes)).expect("a workbook");
    let formulas = read.worksheet_formula("2023").expect("formulas");
    assert_eq!(formulas.used_cells().count(), 0, "what begins like a formula is a text");
    assert_eq!(read.sheet_names(), ["2023", "2024"], "sheets without rejected rows stay away");

    // Mended by hand, as a person would: the place and the code are right now, the reasons stay where they are.
    let mended = book(|book| {
        for (name, lines) in [("2023", &first), ("2024", &second)] {
            let own = book.add_worksheet().set_name(name).expect("a name");
            for (at, cells) in (0..).zip(lines) {
                let right = |cell: &String| match cell.as_str() {
                    "A3" => "A2".to_owned(),
                    "OC-NONE" => "OC-CIVDEATHS".to_owned(),
                    "beaucoup" => "8".to_owned(),
                    other => other.to_owned(),
                };
                let cells: Vec<String> = cells.iter().map(right).collect();
                row(own, at, &cells.iter().map(String::as_str).collect::<Vec<_>>());
            }
        }
    });
    let again = preview(&mut world.coordinator(), &mended, &[]).await.expect("a preview");
    assert_eq!(again.rejected, vec![], "nothing is rejected any more");
    assert_eq!((again.rows_added, again.rows_unchanged), (3, 1), "what was good is known already");
    world.commit(&again).await;
    let values = world.values("OC-CIVDEATHS", "A2", "").await;
    assert!(values.contains(&("2023-02".to_owned(), Some(2.5))), "{values:?}");
}

#[tokio::test]
async fn sheets_that_are_alike_take_one_mapping_and_it_is_remembered() {
    let world = World::start().await;
    let alike = |months: [&str; 2]| {
        book(|book| {
            for (name, month) in ["Nord", "Sud"].into_iter().zip(months) {
                sheet(book, name, &[&["Code", "Place", "When", "Total"], &["OC-CIVDEATHS", "A1", month, "4"]]);
            }
            sheet(book, "Notes", &[&["Nothing", "here"]]);
        })
    };
    let unclear = preview(&mut world.coordinator(), &alike(["2024-01", "2024-02"]), &[]).await.expect_err("unclear");
    assert_eq!(unclear.code, Code::Invalid, "{unclear}");
    let mapping = [("indicator", "Code"), ("area", "Place"), ("period", "When"), ("value", "Total")];
    let batch = preview(&mut world.coordinator(), &alike(["2024-01", "2024-02"]), &mapping).await.expect("a preview");
    assert_eq!((batch.rows_added, batch.encoding.as_str()), (2, "XLSX, Nord, Sud"), "{:?}", batch.sheets);
    let again = preview(&mut world.coordinator(), &alike(["2024-03", "2024-04"]), &[]).await.expect("remembered");
    assert_eq!((again.rows_added, again.sheets[1].mapping["value"].as_str()), (2, "Total"));
    assert!(again.warnings.iter().any(|row| row.reason.contains("as they were last time")), "{:?}", again.warnings);
    // Of one sheet something else is said, and only that one is read.
    let one = [
        ("sheet", "Sud"),
        ("indicator@Sud", "=OC-CIVDEATHS"),
        ("area@Sud", "Place"),
        ("period@Sud", "When"),
        ("value@Sud", "Total"),
    ];
    let only = preview(&mut world.coordinator(), &alike(["2024-03", "2024-04"]), &one).await.expect("a preview");
    assert_eq!((only.rows_added, only.sheets[1].mapping["indicator"].as_str()), (1, "=OC-CIVDEATHS"));
    assert_eq!(only.sheets[0].left_out, "It was not asked for.");
    let nowhere = [("indicator", "=OC-CIVDEATHS"), ("area", "Place"), ("period", "When"), ("value", "Sum")];
    let failure =
        preview(&mut world.coordinator(), &alike(["2024-03", "2024-04"]), &nowhere).await.expect_err("no Sum");
    assert_eq!(failure.code, Code::Invalid, "{failure}");
}

#[tokio::test]
async fn the_same_value_in_two_sheets_is_named_with_both() {
    let world = World::start().await;
    let bytes = book(|book| {
        sheet(book, "One", &[HEAD, &["OC-CIVDEATHS", "A1", "2024-01", "4"], &["OC-CIVDEATHS", "A2", "2024-01", "4"]]);
        sheet(book, "Two", &[HEAD, &["OC-CIVDEATHS", "A1", "2024-01", "4"], &["OC-CIVDEATHS", "A2", "2024-01", "5"]]);
    });
    let batch = preview(&mut world.coordinator(), &bytes, &[]).await.expect("a preview");
    let reasons: Vec<(&str, u32, &str)> =
        batch.rejected.iter().map(|row| (row.sheet.as_str(), row.row, row.reason.as_str())).collect();
    assert_eq!(reasons[1], ("Two", 2, "Row 2 of sheet \"One\" says the same already."), "{reasons:?}");
    assert!(
        reasons[0].2.starts_with("Rows 3 of sheet \"One\" and 3 of sheet \"Two\" say different things"),
        "{reasons:?}"
    );
    assert!(batch.rejected.iter().all(|row| !row.reason_fr.is_empty()), "{:?}", batch.rejected);
}

#[tokio::test]
async fn headings_of_two_rows_are_read_as_one() {
    let world = World::start().await;
    let bytes = book(|book| {
        let own = sheet(
            book,
            "Sexe",
            &[
                &["Victimes civiles"],
                &["Zone", "Mois", "", "", ""],
                &["", "", "Femmes", "Hommes", "Total"],
                &["A1", "2024-01", "1", "2", "3"],
            ],
        );
        merged(own, 1, 2, 4, "OC-CIVDEATHS");
        let own = sheet(
            book,
            "Mois",
            &[&["Indicateur", "Zone"], &["", "", "janv.", "févr."], &["OC-CIVDEATHS", "A2", "5", "6"]],
        );
        merged(own, 0, 2, 3, "2024");
    });
    let batch = preview(&mut world.coordinator(), &bytes, &[]).await.expect("a preview");
    assert_eq!((batch.rows_added, batch.rows_rejected), (5, 0), "{:?} {:?}", batch.rejected, batch.sheets);
    world.commit(&batch).await;
    let values = world.values("OC-CIVDEATHS", "A1", "").await;
    assert_eq!(values[0], ("2024-01".to_owned(), Some(3.0)), "the total, once");
    assert_eq!(
        world.values("OC-CIVDEATHS", "A2", "").await,
        [("2024-01".to_owned(), Some(5.0)), ("2024-02".to_owned(), Some(6.0))]
    );
    let stored = done(world.coordinator().list_observations(pb::ListObservationsRequest::default()).await).observations;
    let mut slices: Vec<(String, Option<f64>)> =
        stored.into_iter().filter(|one| one.area == "A1").map(|one| (one.slice, one.value)).collect();
    slices.sort_by(|one, other| one.0.cmp(&other.0));
    let told = [("", 3.0), ("sex=f", 1.0), ("sex=m", 2.0)].map(|(slice, value)| (slice.to_owned(), Some(value)));
    assert_eq!(slices, told);
}

#[tokio::test]
async fn a_workbook_of_open_document_is_read_as_one_of_excels() {
    let world = World::start().await;
    let hidden = ods_sheet("Listes", &[HEAD, &["OC-CIVDEATHS", "B", "2024-01", "9"]]).replacen(
        "table:name",
        "table:style-name=\"ta2\" table:name",
        1,
    );
    let bytes = ods_of(&format!(
        "{}{hidden}",
        ods_sheet(
            "Données",
            &[
                &["Rapport & annexe"],
                &["Indicateur", "Zone", "Date", "Valeur", "Note"],
                &["OC-CIVDEATHS", "A1", "2024-01-01", "2.375", "Cœur d’Ouham"],
                &[],
                &["OC-CIVDEATHS", "Nulle part", "2024-02-01", "1", "=1+1"],
            ],
        )
    ));
    let batch = preview(&mut world.coordinator(), &bytes, &[]).await.expect("a preview");
    assert_eq!(batch.encoding, "ODS, Données");
    assert_eq!((batch.rows_read, batch.rows_added, batch.rows_rejected), (2, 1, 1), "{:?}", batch.rejected);
    assert_eq!(
        (batch.rejected[0].row, batch.sheets.len()),
        (5, 1),
        "rows as the sheet numbers them; hidden ones stay out"
    );
    world.commit(&batch).await;
    assert_eq!(world.values("OC-CIVDEATHS", "A1", "").await, [("2024-01".to_owned(), Some(2.375))]);
    let (name, back) = rejected(&world, &batch, "en").await;
    assert_eq!(name, "observations-rejected.xlsx");
    let lines = rows(&back, "Données");
    assert_eq!(lines[0][0], "Rapport & annexe");
    assert_eq!(lines[2][4..6], ["=1+1", "Zone: The mission has no area \"Nulle part\"."]);
}

#[tokio::test]
async fn a_workbook_of_open_document_that_would_do_harm_is_refused() {
    let world = World::empty(cpas_collection::Config { import_bytes_max: 1 << 20, ..config() }).await;
    let table = |rows: &str| ods_of(&format!("<table:table table:name=\"S\">{rows}</table:table>"));
    let head = "<table:table-row><table:table-cell><text:p>Indicator</text:p></table:table-cell><table:table-cell>\
                <text:p>Period</text:p></table:table-cell><table:table-cell><text:p>Value</text:p></table:table-cell>\
                </table:table-row>";
    let cell = "<table:table-cell office:value-type=\"float\" office:value=\"1\"/>";
    let row =
        |times: &str| format!("{head}<table:table-row table:number-rows-repeated=\"{times}\">{cell}</table:table-row>");
    let wide = format!(
        "{head}<table:table-row><table:table-cell table:number-columns-repeated=\"4000000000\" office:value-type=\"float\" \
         office:value=\"1\"/></table:table-row>"
    );
    let spaces = format!(
        "{head}<table:table-row><table:table-cell><text:p>x<text:s text:c=\"99999999999\"/><text:s text:c=\"2000000\"/></text:p></table:table-cell></table:table-row>"
    );
    let long = format!(
        "{head}<table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>",
        "x".repeat(2 << 20)
    );
    let repeated = format!(
        "{head}<table:table-row table:number-rows-repeated=\"30\"><table:table-cell table:number-columns-repeated=\"200\">\
         <text:p>{}</text:p></table:table-cell></table:table-row>",
        "x".repeat(100_000)
    );
    let mut sheets = String::new();
    for place in 0..101 {
        sheets.push_str(&format!(
            "<table:table table:name=\"{place}\"/><table:table table:name=\"{place}x\"></table:table>"
        ));
    }
    let unfolding = archive(&[
        ("mimetype", crate::sheets::ODS),
        ("content.xml", b"<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><x>&b;</x>"),
    ]);
    let bomb =
        archive(&[("mimetype", crate::sheets::ODS), ("content.xml", b"<x/>"), ("styles.xml", &vec![b' '; 100 << 20])]);
    let encrypted = archive(&[
        ("mimetype", crate::sheets::ODS),
        ("content.xml", b"\x01\x02\x03"),
        ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
    ]);
    let (too_much, none) =
        ("The workbook unpacks to more than an import takes.", "The file is an archive, but not a workbook");
    for (what, bytes, code, sentence) in [
        ("a row a million million times", table(&row("1000000000000")), Code::Exhausted, too_much),
        ("a long text in two hundred columns of thirty rows", table(&repeated), Code::Exhausted, too_much),
        ("a row four million times", table(&row("4000000")), Code::Exhausted, too_much),
        ("rows that make a table of many megabytes", table(&row("1000000")), Code::Exhausted, too_much),
        ("a cell four billion times", table(&wide), Code::Invalid, "Row 2 has more than 200 columns."),
        ("spaces without end", table(&spaces), Code::Exhausted, too_much),
        ("a text of two megabytes", table(&long), Code::Exhausted, too_much),
        ("too many sheets", ods_of(&sheets), Code::Exhausted, too_much),
        ("a part that unpacks to 100 MB", bomb, Code::Exhausted, too_much),
        ("a header that declares 4 GB", crate::sheets::declaring_much(table(head)), Code::Exhausted, too_much),
        ("words that unfold", unfolding, Code::Invalid, "The file has headings and no rows."),
        ("a password", encrypted, Code::Invalid, "The workbook is protected by a password."),
        (
            "a drawing",
            archive(&[("mimetype", b"application/vnd.oasis.opendocument.graphics"), ("content.xml", b"<x/>")]),
            Code::Invalid,
            none,
        ),
        ("half of one", table(head)[..200].to_vec(), Code::Invalid, none),
        ("tags that do not fit", ods_of("<table:table table:name=\"S\"></table:row>"), Code::Invalid, none),
        ("headings alone", table(head), Code::Invalid, "The file has headings and no rows."),
    ] {
        let failure = preview(&mut world.coordinator(), &bytes, &[]).await.err().unwrap_or_else(|| panic!("{what}"));
        assert_eq!(failure.code, code, "{what}: {failure}");
        assert!(failure.message.starts_with(sentence), "{what}: {failure}");
    }
}

#[tokio::test]
async fn a_row_whose_cells_are_repeated_stands_in_each() {
    let world = World::start().await;
    let table = ods_sheet("S", &[HEAD, &["OC-CIVDEATHS", "A1", "2024-01", "2"]]);
    // The empty area and the comment of a cell are no part of its value; what is repeated is said as often.
    let table = table.replacen(
        "<text:p>2</text:p>",
        "<office:annotation><text:p>9 by hand</text:p></office:annotation><text:p>2</text:p>",
        1,
    );
    let batch = preview(&mut world.coordinator(), &ods_of(&table), &[]).await.expect("a preview");
    assert_eq!((batch.rows_added, batch.sample[0].cells[3].as_str()), (1, "2"), "{:?}", batch.sample);
    let twice = table.replacen(
        "</table:table-row><table:table-row>",
        "</table:table-row><table:table-row table:number-rows-repeated=\"2\">",
        1,
    );
    let batch = preview(&mut world.coordinator(), &ods_of(&twice), &[]).await.expect("a preview");
    assert_eq!((batch.rows_read, batch.rejected[0].row), (2, 3), "{:?}", batch.rejected);
}
