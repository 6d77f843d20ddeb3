//! Workbooks that mean harm, or that went through much: each is taken in, or refused with the cell named.

use chassis::Code;
use cpas_planning::app::workbook::open::{BOUNDS, Unreadable, open};
use cpas_planning::domain::workbook::grid::Said;
use cpas_proto::planning::v1 as pb;

use crate::{
    archive::{AS_EXCEL_WRITES, Archive, HEAD, TAIL, deflated, gigabytes, styled_rows},
    book::Book,
    world::{World, objective, outcome, refusal},
};

/// Bytes that were unpacked until it was refused. One that claims to be small may be taken at its word, and is not
/// what it should be then.
fn unpacked(workbook: &[u8]) -> u64 {
    match open(workbook) {
        Err(Unreadable::TooMuch { unpacked_bytes }) => unpacked_bytes,
        Err(Unreadable::NoWorkbook) => u64::MAX,
        other => panic!("it is not refused: {other:?}"),
    }
}

/// It is refused, and never unpacked past the bound: as far as it says of itself at most.
fn is_bounded(workbook: &[u8], claims: u64) {
    let bytes = unpacked(workbook);
    assert!(bytes == u64::MAX || bytes <= BOUNDS.unpacked_bytes_max + 4_096, "{bytes} bytes, though it says {claims}");
}

#[test]
fn a_million_empty_styled_rows_are_refused_before_they_are_read() {
    let (rows, bytes) = styled_rows(1_000_000, AS_EXCEL_WRITES);
    assert!(bytes > 90_000_000 && rows.bytes.len() < 1_000_000, "{bytes} bytes in {}", rows.bytes.len());
    assert_eq!(unpacked(&Archive::of_sheet(&rows, bytes)), 0, "by what it says of itself");
    is_bounded(&Archive::of_sheet(&rows, 1_000), 1_000);
    // As short as they can be, they fit; then they are counted as they pass.
    let (rows, bytes) = styled_rows(1_000_000, r#"<row><c s="1"/></row>"#);
    assert_eq!(open(&Archive::of_sheet(&rows, bytes)), Err(Unreadable::TooManyCells));
}

#[test]
fn what_unpacks_to_two_gigabytes_is_refused_after_a_few_megabytes() {
    let (bomb, bytes) = gigabytes(2);
    assert!(bomb.bytes.len() < 8 << 20, "{} bytes", bomb.bytes.len());
    assert_eq!(unpacked(&Archive::of_sheet(&bomb, bytes)), 0);
    is_bounded(&Archive::of_sheet(&bomb, 4_000), 4_000);
}

#[test]
fn one_text_without_end_is_refused_after_a_megabyte() {
    let head = format!(r#"{HEAD}<row><c t="inlineStr"><is><t>"#);
    let endless = deflated(&head, &"a".repeat(64 << 10), 400, "</t></is></c></row></sheetData></worksheet>");
    let seen = unpacked(&Archive::of_sheet(&endless, 26 << 20));
    assert!(seen < 2 << 20, "{seen} bytes");
}

#[test]
fn a_formula_that_was_never_computed_is_no_empty_cell() {
    let row = r#"<row r="1"><c r="A1"><f>1+1</f></c><c r="B1" t="str"><f>""</f><v></v></c><c r="C1"><f>1+2</f><v>3</v></c></row>"#;
    let sheet = format!("{HEAD}{row}{TAIL}");
    let bytes = Archive::of_sheet(&deflated(&sheet, "", 0, ""), u32::try_from(sheet.len()).expect("small"));
    let book = open(&bytes).expect("a workbook");
    let cells: Vec<_> = book.grids[0].rows[&0].iter().collect();
    let wrong = Said::Wrong("a formula without a value".to_owned());
    assert_eq!(cells, [(&0, &wrong), (&2, &Said::Number(3.0))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_workbook_is_refused_in_a_sentence() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let good = planner.workbook(&plan, "en").await;
    let halved = good[..good.len() / 2].to_vec();
    let mut encrypted = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    encrypted.resize(4_096, 0);
    let mut flipped = good.clone();
    flipped[200..240].fill(0xff);
    let entities = format!(
        r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>{}<row r="1"><c r="A1" t="inlineStr"><is><t>&b;&f;</t></is></c></row>{TAIL}"#,
        &HEAD[21..]
    );
    let entities = Archive::of_sheet(&deflated(&entities, "", 0, ""), u32::try_from(entities.len()).expect("small"));
    for (what, bytes) in [
        ("a text", b"Objective;Outcome\nSafety;\n".to_vec()),
        ("nothing", Vec::new()),
        ("a half", halved),
        ("encrypted", encrypted),
        ("flipped bits", flipped),
        ("entities", entities),
    ] {
        let (code, fields) = refusal(planner.preview(&plan, bytes).await);
        assert!(matches!(code, Code::Invalid), "{what}: {code:?} {fields:?}");
    }
    let large = vec![b'P'; (8 << 20) + 1];
    assert_eq!(refusal(planner.preview(&plan, large).await).0, Code::Exhausted);
    let mut sheets = rust_xlsxwriter::Workbook::new();
    for number in 0..300 {
        let sheet = sheets.add_worksheet();
        sheet.set_name(format!("Sheet {number}")).expect("a name").write_string(0, 0, "x").expect("a cell");
    }
    let sheets = sheets.save_to_buffer().expect("a workbook");
    assert_eq!(refusal(planner.preview(&plan, sheets).await).0, Code::Exhausted);
    let (rows, bytes) = styled_rows(1_000_000, AS_EXCEL_WRITES);
    assert_eq!(refusal(planner.preview(&plan, Archive::of_sheet(&rows, bytes)).await).0, Code::Exhausted);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_through_much_is_taken_in_or_refused_with_its_cell() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, None)).await.expect("an outcome");
    let given = planner.workbook(&plan, "en").await;
    let cells = async |edit: &dyn Fn(&mut Book)| {
        let mut book = Book::read(&given);
        edit(&mut book);
        let preview = planner.preview(&plan, book.bytes()).await.expect("a preview");
        let cells: Vec<String> = preview.problems.iter().map(|problem| problem.cell.clone()).collect();
        (preview, cells)
    };
    let statement = "Statement (English)";
    // A row copied with its id.
    let (_, found) = cells(&|book| {
        let id = book.cell("Tree", 3, "Id (leave as is)");
        book.set("Tree", 4, "Id (leave as is)", &id);
        book.set("Tree", 4, "Level", "Outcome");
        book.set("Tree", 4, statement, "A copy");
    })
    .await;
    assert_eq!(found, ["Tree!A4"]);
    // An id that is nobody's here, and one that is none.
    let (_, found) = cells(&|book| {
        for (row, id) in [(4, "0190b3d0-0000-7000-8000-000000000000"), (5, "DROP TABLE plans")] {
            book.set("Tree", row, "Id (leave as is)", id);
            book.set("Tree", row, "Level", "Outcome");
            book.set("Tree", row, statement, "Whose?");
        }
    })
    .await;
    assert_eq!(found, ["Tree!A4", "Tree!A5", "Tree!O5"], "the second is new, and an outcome needs its dimension");
    // A text that is too long, and one that cannot be stored.
    let (_, found) = cells(&|book| {
        book.set("Tree", 2, statement, &"x".repeat(30_000));
        book.set("Tree", 3, "Lead section", "a\u{7}b");
    })
    .await;
    assert_eq!(found, ["Tree!D2", "Tree!F3"]);
    // Rows without end: what is read is bounded, and where it stops is said.
    let (_, found) = cells(&|book| {
        for row in 4..2_100 {
            book.set("Tree", row, "Level", "Objective");
            book.set("Tree", row, statement, "Again");
        }
    })
    .await;
    assert!(found.contains(&"Tree!A2002".to_owned()), "{found:?}");
    // A cell at the very end of the sheet.
    let mut far = rust_xlsxwriter::Workbook::new();
    let sheet = far.add_worksheet();
    for (column, head) in [(0u16, "Objective"), (1, "Outcome"), (2, "Output")] {
        sheet.write_string(0, column, head).expect("a heading");
    }
    sheet.write_string(1_048_575, 16_383, "lost").expect("the last cell");
    sheet.write_string(1_048_575, 0, "Found").expect("a cell of the last row");
    let far = far.save_to_buffer().expect("a workbook");
    let preview = planner.preview(&plan, far).await.expect("a preview");
    assert_eq!((preview.added, preview.changes[0].cell.as_str()), (1, "Sheet1!A1048576"));
    // Formulas: what Excel last showed counts, and an error is named.
    let mut computed = rust_xlsxwriter::Workbook::new();
    let sheet = computed.add_worksheet();
    sheet.set_name("Tree").expect("a name");
    for (column, head) in [(0u16, "Id"), (1, "Level"), (2, "Statement (English)"), (3, "Priority")] {
        let head = if head == "Id" { "Id (leave as is)" } else { head };
        sheet.write_string(0, column, head).expect("a heading");
    }
    sheet.write_string(1, 1, "Objective").expect("a level");
    let shown = rust_xlsxwriter::Formula::new("=CONCAT(\"Saf\",\"ety\")").set_result("Safety");
    sheet.write_formula(1, 2, shown).expect("a formula");
    sheet.write_formula(1, 3, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).expect("a formula");
    let computed = computed.save_to_buffer().expect("a workbook");
    let preview = planner.preview(&plan, computed).await.expect("a preview");
    let statement = preview.changes.iter().find(|change| change.change == "added").expect("an item").fields.iter();
    assert!(statement.into_iter().any(|field| field.after == "Safety"), "{:?}", preview.changes);
    let found: Vec<&str> = preview.problems.iter().map(|problem| problem.cell.as_str()).collect();
    assert_eq!(found, ["Tree!D2"], "{:?}", preview.problems);
    let unchanged: pb::Plan = planner.get(&plan.id).await.expect("the plan");
    assert_eq!(unchanged, plan);
}
