//! Workbooks that mean harm, or that went through much: each is taken in, or refused with the cell named.

use chassis::Code;
use cpas_planning::app::workbook::open::{BOUNDS, Unreadable, open};
use cpas_planning::domain::workbook::grid::Said;
use cpas_proto::planning::v1 as pb;
use flate2::{Compress, Compression, FlushCompress};

use crate::{
    book::Book,
    world::{World, objective, outcome, refusal},
};

/// An archive written by hand: headers may say what is not so.
#[derive(Default)]
struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    parts: u16,
}

impl Archive {
    /// A workbook with one sheet that is given as it is deflated.
    fn of_sheet(deflated: &Deflated, claims: u32) -> Vec<u8> {
        let mut archive = Self::default();
        let types = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#;
        let book = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Tree" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
        let relations = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
        let root =
            relations.replace("worksheets/sheet1.xml", "xl/workbook.xml").replace("/worksheet\"", "/officeDocument\"");
        archive.stored("[Content_Types].xml", types);
        archive.stored("_rels/.rels", &root);
        archive.stored("xl/workbook.xml", book);
        archive.stored("xl/_rels/workbook.xml.rels", relations);
        archive.part("xl/worksheets/sheet1.xml", 8, &deflated.bytes, (deflated.crc, claims));
        archive.done()
    }

    fn stored(&mut self, name: &str, text: &str) {
        let size = u32::try_from(text.len()).expect("a small part");
        self.part(name, 0, text.as_bytes(), (crc(text.as_bytes()), size));
    }

    fn part(&mut self, name: &str, method: u16, data: &[u8], (crc, claims): (u32, u32)) {
        let offset = u32::try_from(self.bytes.len()).expect("a small archive");
        let mut head = Vec::new();
        for number in [20u16, 0, method, 0, 0] {
            head.extend(number.to_le_bytes());
        }
        for number in [crc, u32::try_from(data.len()).expect("a small part"), claims] {
            head.extend(number.to_le_bytes());
        }
        head.extend(u16::try_from(name.len()).expect("a name").to_le_bytes());
        head.extend(0u16.to_le_bytes());
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&head);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(data);
        self.directory.extend(b"PK\x01\x02\x14\x00");
        self.directory.extend(&head);
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.parts += 1;
    }

    fn done(mut self) -> Vec<u8> {
        let (at, size) = (self.bytes.len(), self.directory.len());
        self.bytes.extend(&self.directory);
        self.bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
        for _ in 0..2 {
            self.bytes.extend(self.parts.to_le_bytes());
        }
        for number in [size, at] {
            self.bytes.extend(u32::try_from(number).expect("a small archive").to_le_bytes());
        }
        self.bytes.extend(0u16.to_le_bytes());
        self.bytes
    }
}

fn crc(data: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(data);
    crc.sum()
}

/// A part as it is deflated, with what it is checked by.
struct Deflated {
    bytes: Vec<u8>,
    crc: u32,
}

/// A head, a block so many times and a tail, deflated without ever holding what they unpack to. What unpacks to more
/// than is read is never checked.
fn deflated(head: &str, block: &str, times: usize, tail: &str) -> Deflated {
    let piece = |text: &str, flush| {
        let mut out = Vec::with_capacity(text.len() + 1024);
        Compress::new(Compression::best(), false).compress_vec(text.as_bytes(), &mut out, flush).expect("deflated");
        out
    };
    let mut bytes = piece(head, FlushCompress::Full);
    if times > 0 {
        bytes.extend(piece(block, FlushCompress::Full).repeat(times));
    }
    bytes.extend(piece(tail, FlushCompress::Finish));
    let mut crc = flate2::Crc::new();
    if u64::try_from(block.len() * times).expect("a size") <= BOUNDS.unpacked_bytes_max {
        crc.update(head.as_bytes());
        (0..times).for_each(|_| crc.update(block.as_bytes()));
        crc.update(tail.as_bytes());
    }
    Deflated { bytes, crc: crc.sum() }
}

const HEAD: &str =
    r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;
const TAIL: &str = "</sheetData></worksheet>";

/// Rows of Excel's make that only have a format.
fn styled_rows(rows: usize, row: &str) -> (Deflated, u32) {
    const OF_A_BLOCK: usize = 1_000;
    let block = row.repeat(OF_A_BLOCK);
    let bytes = HEAD.len() + block.len() * (rows / OF_A_BLOCK) + TAIL.len();
    (deflated(HEAD, &block, rows / OF_A_BLOCK, TAIL), u32::try_from(bytes).expect("below 4 GB"))
}

const AS_EXCEL_WRITES: &str =
    r#"<row r="1000000" spans="1:3" s="1" customFormat="1"><c r="A1000000" s="1"/><c r="B1000000" s="1"/></row>"#;

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
    let block = format!(r#"<row><c t="inlineStr"><is><t>{}</t></is></c></row>"#, "a".repeat(30_000));
    let times = (2 << 30) / block.len() + 1;
    let bomb = deflated(HEAD, &block, times, TAIL);
    assert!(bomb.bytes.len() < 8 << 20, "{} bytes", bomb.bytes.len());
    assert_eq!(unpacked(&Archive::of_sheet(&bomb, u32::try_from(times * block.len()).expect("below 4 GB"))), 0);
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
