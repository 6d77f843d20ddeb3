use super::*;
use crate::domain::{document::tests::whole_sheet, output::tests::parts};

fn book(language: Language) -> std::collections::BTreeMap<String, String> {
    let sheet = whole_sheet();
    parts(&write(&sheet, &Document::of(&sheet, language, None), language).expect("a workbook"))
}

#[test]
fn each_chart_map_and_table_has_a_sheet_of_its_own_between_about_and_all_numbers() {
    let book = book(Language::Fr);
    let names: Vec<&str> =
        book["xl/workbook.xml"].split("<sheet name=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(names, ["À propos", "1 Décès de civils", "2 Décès de civils", "3 Décès de civils", "Tous les chiffres"]);
}

#[test]
fn numbers_are_numbers_and_what_is_missing_is_a_word() {
    let book = book(Language::En);
    let chart = &book["xl/worksheets/sheet2.xml"];
    // Q1, Q3 and Q4 with their targets; Q2 is missing.
    assert_eq!(chart.matches("<v>4</v></c>").count(), 1 + usize::from(chart.contains("t=\"s\"><v>4</v>")));
    let words = &book["xl/sharedStrings.xml"];
    for said in ["no data", "suppressed", "Human Rights Division", "Two areas report late.", "#loc+code"] {
        assert!(words.contains(said), "{said}");
    }
    assert!(!book.values().any(|part| part.contains("<f>")), "no formula");
}

#[test]
fn the_properties_hold_the_day_of_the_snapshot() {
    let book = book(Language::En);
    assert!(book["docProps/core.xml"].contains("2024-03-01T00:00:00Z"), "{}", book["docProps/core.xml"]);
}

#[test]
fn a_sheet_has_a_name_that_excel_takes() {
    let named = |words: &str| sheet_name(12, &Spoken { words: words.to_owned(), language: "en" });
    assert_eq!(named("[Deaths]: by 'area'/month?*\\"), "12 Deaths by areamonth");
    assert_eq!(named(&"é".repeat(80)).encode_utf16().count(), SHEET_NAME_CHARS_MAX);
    assert!(named(&"😀".repeat(80)).encode_utf16().count() <= SHEET_NAME_CHARS_MAX);
    assert_eq!(named(" "), "12");
}
