//! Tables as people and other systems have them: wide ones, JSON, and data value sets of DHIS2.

use chassis::Code;
use cpas_proto::collection::v1 as pb;
use rust_xlsxwriter::{Format, Workbook};

use crate::world::{World, done, preview};

async fn exported(world: &World, format: &str) -> Vec<u8> {
    let asked = pb::ExportObservationsRequest { format: format.to_owned(), ..Default::default() };
    let mut stream = done(world.coordinator().export_observations(asked).await);
    let mut bytes = Vec::new();
    while let Some(piece) = stream.message().await.expect("a piece") {
        bytes.extend(piece.data);
    }
    bytes
}

#[tokio::test]
async fn months_in_columns_are_read_a_row_for_each_cell() {
    let world = World::start().await;
    let text = "Indicator;Zone;Sexe;janv. 2024;févr. 2024;mars 2024;Total\n\
                OC-CIVDEATHS;A1;f;1;2,5;;3,5\n\
                OC-CIVDEATHS;A2;;0;;many;0\n\
                OC-NONE;A2;;1;;;1\n";
    let batch = world.preview(text).await;
    assert_eq!((batch.rows_read, batch.rows_added, batch.rows_rejected), (5, 3, 2), "{:?}", batch.rejected);
    let how = &batch.warnings[0].reason;
    assert!(how.contains("3 columns from \"janv. 2024\" to \"mars 2024\"") && how.contains("4 empty cells"), "{how}");
    assert!(how.ends_with("Total."), "a sum is no period: {how}");
    // What is rejected says where it stood.
    let places: Vec<&[String]> = batch.rejected.iter().map(|row| &row.cells[row.cells.len() - 2..]).collect();
    assert_eq!(places, [["3", "mars 2024"], ["4", "janv. 2024"]]);
    // A mapping corrected on the screen goes back whole.
    let told: Vec<(&str, &str)> = batch.mapping.iter().map(|(field, to)| (field.as_str(), to.as_str())).collect();
    let again = preview(&mut world.coordinator(), text.as_bytes(), &told).await.expect("the same table");
    assert_eq!((again.rows_added, again.mapping == batch.mapping), (3, true), "{told:?}");
    world.commit(&batch).await;
    let values = world.values("OC-CIVDEATHS", "A2", "").await;
    let told = [("2024-01".to_owned(), Some(0.0)), ("2024-02".to_owned(), None)];
    assert_eq!(values, told, "zero is told, an empty cell is not");
}

#[tokio::test]
async fn a_wide_workbook_is_found_below_its_titles_and_counts_once() {
    let world = World::start().await;
    let bytes = {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let titles = sheet.merge_range(0, 0, 0, 4, "Civilian casualties by month", &Format::new());
        titles.expect("a title");
        for (column, heading) in (0..).zip(["Month", "A1", "A2"]) {
            sheet.write_string(2, column, heading).expect("a heading");
        }
        for (at, month) in [(3, "2024-01"), (4, "2024-02")] {
            sheet.write_string(at, 0, month).expect("a month");
            sheet.write_number(at, 1, f64::from(at)).expect("a number");
            sheet.write_number(at, 2, 7.0).expect("a number");
        }
        book.save_to_buffer().expect("a workbook")
    };
    let unclear = preview(&mut world.coordinator(), &bytes, &[]).await.expect_err("nobody says which indicator");
    assert_eq!(unclear.code, Code::Invalid);
    assert_eq!(unclear.violations[0].field, "mapping.indicator", "{unclear}");
    let mapping = [("indicator", "=OC-CIVDEATHS")];
    let batch = preview(&mut world.coordinator(), &bytes, &mapping).await.expect("a preview");
    assert_eq!((batch.rows_read, batch.rows_added, batch.rows_rejected), (4, 4, 0), "{:?}", batch.rejected);
    world.commit(&batch).await;
    assert_eq!(
        world.values("OC-CIVDEATHS", "A1", "").await,
        [("2024-01".to_owned(), Some(3.0)), ("2024-02".to_owned(), Some(4.0))]
    );
    let again = preview(&mut world.coordinator(), &bytes, &mapping).await.expect("a preview");
    assert_eq!((again.rows_unchanged, again.rows_added), (4, 0), "the same file adds nothing");
    assert!(again.warnings.iter().any(|row| row.reason.contains("The same file was imported")), "{:?}", again.warnings);
}

#[tokio::test]
async fn a_wide_table_that_spreads_out_too_far_is_refused_whole() {
    let config = cpas_collection::Config { import_bytes_max: 40_000, ..crate::world::config() };
    let world = World::empty(config).await;
    world.indicator(&crate::world::deaths()).await;
    let months: String = (1..=12).map(|month| format!(",2024-{month:02}")).collect();
    let row = format!("OC-CIVDEATHS,{}{}\n", "x".repeat(400), ",1".repeat(12));
    let text = format!("Indicator,Comment{months}\n{}", row.repeat(20));
    let refused = preview(&mut world.coordinator(), text.as_bytes(), &[]).await.expect_err("too much");
    assert_eq!(refused.code, Code::Exhausted, "{refused}");
    assert!(refused.message.starts_with("The table spreads out"), "{refused}");
}

#[tokio::test]
async fn what_went_out_comes_in_again_from_dhis2_and_json_lines() {
    let world = World::start().await;
    world.import("indicator,area,period,sex,value\nOC-CIVDEATHS,A1,2024-01,f,3\nOC-CIVDEATHS,,2024-02,,1.5\n").await;
    world.import("indicator,area,period,numerator,denominator,note\nOC-TRUST,A1,2024-Q1,3,6,by phone\n").await;
    for format in ["dhis2", "jsonl"] {
        let bytes = exported(&world, format).await;
        let text = String::from_utf8_lossy(&bytes);
        let again = preview(&mut world.coordinator(), &bytes, &[]).await.expect(&text);
        assert_eq!(
            (again.rows_read, again.rows_unchanged, again.rows_rejected),
            (3, 3, 0),
            "{format}: {:?} of {text}",
            again.rejected
        );
    }
}

#[tokio::test]
async fn json_that_cannot_be_read_says_where() {
    let world = World::start().await;
    let refused =
        preview(&mut world.coordinator(), b"[{\"indicator\": \"OC-CIVDEATHS\", ", &[]).await.expect_err("cut");
    assert_eq!(refused.code, Code::Invalid);
    assert!(refused.message.contains("line 1 column"), "{refused}");
    let refused = preview(&mut world.coordinator(), b"[{\"what\": 1}]", &[]).await.expect_err("unclear");
    assert_eq!(refused.violations[0].field, "mapping.indicator", "{refused}");
}

#[tokio::test]
async fn places_that_nobody_said_are_places_are_not_taken_for_the_mission() {
    let world = World::start().await;
    let text = "Indicator,Where they live,2024-01,2024-02\nOC-CIVDEATHS,A1,1,2\n";
    let refused = preview(&mut world.coordinator(), text.as_bytes(), &[]).await.expect_err("which column?");
    assert_eq!(refused.violations[0].field, "mapping.area", "{refused}");
    let told = [("area", "Where they live")];
    let batch = preview(&mut world.coordinator(), text.as_bytes(), &told).await.expect("a preview");
    assert_eq!((batch.rows_added, batch.areas.as_slice()), (2, ["A1".to_owned()].as_slice()));
}
