//! Workbooks that the tests make: of Excel as a script would write them, of OpenDocument part by part.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use rust_xlsxwriter::{Format, Workbook, Worksheet};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A workbook of Excel's.
pub fn book(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().expect("a workbook")
}

/// A sheet of this name with these rows: numbers as numbers, anything else as a text.
pub fn sheet<'a>(book: &'a mut Workbook, name: &str, rows: &[&[&str]]) -> &'a mut Worksheet {
    let sheet = book.add_worksheet().set_name(name).expect("a name");
    for (at, cells) in (0..).zip(rows) {
        row(sheet, at, cells);
    }
    sheet
}

pub fn row(sheet: &mut Worksheet, at: u32, cells: &[&str]) {
    for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        match cell.parse::<f64>() {
            Ok(number) => drop_it(sheet.write_number(at, column, number)),
            Err(_) => drop_it(sheet.write_string(at, column, *cell)),
        }
    }
}

/// Merges cells of one row.
pub fn merged(sheet: &mut Worksheet, at: u32, from: u16, to: u16, text: &str) {
    drop_it(sheet.merge_range(at, from, at, to, text, &Format::new()));
}

pub fn drop_it<T>(written: Result<T, rust_xlsxwriter::XlsxError>) {
    written.expect("written");
}

/// An archive with these files.
pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("an archive").into_inner()
}

/// Makes every part of an archive declare a size of 4 GB.
pub fn declaring_much(mut bytes: Vec<u8>) -> Vec<u8> {
    for at in 0..bytes.len().saturating_sub(46) {
        if bytes[at..].starts_with(b"PK\x01\x02") {
            bytes[at + 24..at + 28].copy_from_slice(&0xFFFF_FFF0_u32.to_le_bytes());
        }
    }
    bytes
}

/// Makes every part of an archive declare 10 GB, as ZIP64 has it: the field of 32 bits says to look into the one of 64.
pub fn declaring_ten_gb(bytes: &[u8]) -> Vec<u8> {
    let short = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let end = bytes.windows(4).rposition(|four| four == b"PK\x05\x06").expect("an end");
    let start = bytes.windows(4).position(|four| four == b"PK\x01\x02").expect("a list of parts");
    let (mut list, mut at) = (Vec::new(), start);
    while at < end {
        let (name, extra, comment) = (short(at + 28), short(at + 30), short(at + 32));
        let mut part = bytes[at..at + 46 + name + extra + comment].to_vec();
        part[24..28].copy_from_slice(&u32::MAX.to_le_bytes());
        part[30..32].copy_from_slice(&u16::try_from(extra + 12).expect("a short extra").to_le_bytes());
        let size = [&[1, 0, 8, 0][..], &(10_u64 << 30).to_le_bytes()].concat();
        at += part.len();
        part.splice(46 + name..46 + name, size);
        list.extend(part);
    }
    let mut last = bytes[end..].to_vec();
    last[12..16].copy_from_slice(&u32::try_from(list.len()).expect("a short list").to_le_bytes());
    [&bytes[..start], &list, &last].concat()
}

pub const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

/// A workbook of OpenDocument with this between the start and the end of its sheets.
pub fn ods_of(content: &str) -> Vec<u8> {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
         xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\">\
         <office:automatic-styles><style:style style:name=\"ta2\" style:family=\"table\">\
         <style:table-properties table:display=\"false\"/></style:style></office:automatic-styles>\
         <office:body><office:spreadsheet>{content}</office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[("mimetype", ODS), ("content.xml", text.as_bytes())])
}

/// A sheet of OpenDocument: numbers and days with their types, anything else as a text; empty rows repeated at the end,
/// as LibreOffice writes them.
pub fn ods_sheet(name: &str, rows: &[&[&str]]) -> String {
    let mut text =
        format!("<table:table table:name=\"{name}\"><table:table-column table:number-columns-repeated=\"1024\"/>");
    for cells in rows {
        text.push_str("<table:table-row>");
        for cell in *cells {
            let kind = match (cell.parse::<f64>(), cell.parse::<chrono::NaiveDate>()) {
                (Ok(number), _) => format!(" office:value-type=\"float\" office:value=\"{number}\""),
                (_, Ok(day)) => format!(" office:value-type=\"date\" office:date-value=\"{day}\""),
                _ if cell.is_empty() => String::new(),
                _ => " office:value-type=\"string\"".to_owned(),
            };
            let said = cell.replace('&', "&amp;").replace('<', "&lt;");
            let _ = write!(text, "<table:table-cell{kind}><text:p>{said}</text:p></table:table-cell>");
        }
        text.push_str("<table:table-cell table:number-columns-repeated=\"1000\"/></table:table-row>");
    }
    text.push_str(
        "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"1024\"/>\
         </table:table-row></table:table>",
    );
    text
}
