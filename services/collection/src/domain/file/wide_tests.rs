use uuid::Uuid;

use super::*;
use crate::domain::{
    definition::{Definition, tests::casualties},
    file::{Records, reference::AreaName},
};

fn reference() -> Reference {
    let indicator = |code: &str| Definition { id: Uuid::from_u128(1), code: code.to_owned(), ..casualties() };
    let area = |code: &str, name: &str| AreaName { code: code.to_owned(), names: vec![name.to_owned()] };
    Reference::new(
        vec![indicator("OC-KILLED"), indicator("OC-HURT")],
        vec![area("A1", "Bria"), area("A2", "Nana-Grébizi")],
        Vec::new(),
        7,
    )
}

fn wide(headings: &[&str], mapping: &[(&str, &str)]) -> Option<Wide> {
    let headings: Vec<String> = headings.iter().map(|&text| text.to_owned()).collect();
    let mapping = mapping.iter().map(|&(field, to)| (field.to_owned(), to.to_owned())).collect();
    Wide::of(&headings, None, &mapping, &reference())
}

/// Headings and rows of the long table.
fn long(text: &str, mapping: &[(&str, &str)]) -> (Vec<String>, u32) {
    let (head, rest) = text.split_once('\n').expect("headings");
    let wide = wide(&head.split(',').collect::<Vec<_>>(), mapping).expect("a wide table");
    let mut lines = vec![wide.long_headings().join(",")];
    let (mut rows, mut record, mut empty) = (Records::new(rest.as_bytes(), ','), Record::default(), 0);
    while let Some(number) = rows.next(&mut record).expect("readable") {
        let give = |cells: &[&str]| {
            lines.push(cells.join(","));
            Ok::<(), ()>(())
        };
        empty += wide.spread(number + 1, &record, give).expect("given");
    }
    (lines, empty)
}

#[test]
fn periods_in_columns_make_a_row_for_each_cell() {
    let (lines, empty) =
        long("Indicator,Place,Jan 2024,févr. 2024,Total\nOC-KILLED,Bria,3,,3\nOC-HURT,Bria,0,5,5\n", &[]);
    assert_eq!(
        lines,
        [
            "Indicator,Place,Period,Value,Row in the file,Column in the file",
            "OC-KILLED,Bria,Jan 2024,3,2,Jan 2024",
            "OC-HURT,Bria,Jan 2024,0,3,Jan 2024",
            "OC-HURT,Bria,févr. 2024,5,3,févr. 2024",
        ]
    );
    assert_eq!(empty, 1, "an empty cell is no zero");
}

#[test]
fn areas_indicators_or_slices_may_stand_in_the_headings() {
    let (lines, _) = long("Month,BRIA,nana grebizi\n2024-01,1,2\n", &[("indicator", "=OC-KILLED")]);
    assert_eq!(lines[1..], ["2024-01,A1,1,2,BRIA", "2024-01,A2,2,2,nana grebizi"]);
    let (lines, _) = long("Location,Quarter,oc-killed,OC-HURT\nA1,2024-Q1,1,2\n", &[]);
    assert_eq!(lines[1..], ["A1,2024-Q1,OC-KILLED,1,2,oc-killed", "A1,2024-Q1,OC-HURT,2,2,OC-HURT"]);
    let (lines, _) = long("Indicator,Month,Femmes,Hommes,Total\nOC-KILLED,2024-01,1,2,3\n", &[]);
    assert_eq!(
        lines[1..],
        ["OC-KILLED,2024-01,sex=f,1,2,Femmes", "OC-KILLED,2024-01,sex=m,2,2,Hommes", "OC-KILLED,2024-01,,3,2,Total",],
        "a total beside slices is the total"
    );
}

#[test]
fn a_heading_may_say_two_things() {
    let (lines, _) = long("Indicator,Zone,2024-01 | f,2024-01 | m\nOC-KILLED,A1,1,2\n", &[]);
    assert_eq!(lines[0], "Indicator,Zone,Period,Slice,Value,Row in the file,Column in the file");
    assert_eq!(lines[1], "OC-KILLED,A1,2024-01,sex=f,1,2,2024-01 | f");
}

#[test]
fn what_is_long_or_does_not_say_enough_is_left_as_it_is() {
    assert_eq!(wide(&["Indicator", "Area", "Period", "Value"], &[]), None, "long");
    assert_eq!(wide(&["Indicator", "Area", "Period", "2024", "2025"], &[]), None, "a period column says the period");
    assert_eq!(wide(&["Area", "2024", "2025"], &[]), None, "no indicator");
    assert!(wide(&["Area", "2024", "2025"], &[("indicator", "=OC-KILLED")]).is_some());
    assert_eq!(wide(&["Indicator", "Somewhere", "Elsewhere"], &[]), None, "headings that name nothing known");
    assert_eq!(wide(&["Indicator", "2024-01", "A1"], &[]), None, "one column a period, the next an area");
}

#[test]
fn a_mapping_that_a_preview_told_finds_the_table_again() {
    let told = [("indicator", "Indicator"), ("period", "Period"), ("value", "Value"), ("area", "Place")];
    let again = wide(&["Indicator", "Place", "2024-01", "2024-02"], &told).expect("the same table");
    assert_eq!(Some(again), wide(&["Indicator", "Place", "2024-01", "2024-02"], &[("area", "Place")]));
    assert_eq!(wide(&["Indicator", "2024-01"], &[("area", "Nowhere")]), None, "a heading that nobody has");
}

#[test]
fn what_was_left_out_is_told() {
    let wide = wide(&["Indicator", "Comment by UNPOL", "2024-01", "2024-02", "Total", "Seen by"], &[]).expect("wide");
    let told = wide.told(4);
    assert!(told.contains("2 columns from \"2024-01\" to \"2024-02\""), "{told}");
    assert!(told.contains("4 empty cells") && told.ends_with("Total, Seen by."), "{told}");
    assert!(told.contains("Kept beside the values, and not read: Comment by UNPOL."), "{told}");
    assert!(wide.long_headings().contains(&"Comment by UNPOL"), "what stands before the values describes the row");
}

#[test]
fn a_column_that_only_its_tag_explains_is_called_by_what_it_holds() {
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    let headings = owned(&["Indicator", "Where they live", "2023", "2024"]);
    let tags = owned(&["#indicator+code", "#adm2+code", "", ""]);
    let wide = Wide::of(&headings, Some(&tags), &BTreeMap::new(), &reference()).expect("wide");
    assert_eq!(wide.long_headings()[..2], ["Indicator", "Location code"]);
    assert!(!wide.speaks_of_no_area());
}
