//! Workbooks written by hand, byte by byte: what they say of themselves need not be so.

use cpas_planning::app::workbook::open::BOUNDS;
use flate2::{Compress, Compression, FlushCompress};

/// An archive written by hand: headers may say what is not so.
#[derive(Default)]
pub struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    parts: u16,
}

impl Archive {
    /// A workbook with one sheet that is given as it is deflated.
    pub fn of_sheet(deflated: &Deflated, claims: u32) -> Vec<u8> {
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
pub struct Deflated {
    pub bytes: Vec<u8>,
    crc: u32,
}

/// A head, a block so many times and a tail, deflated without ever holding what they unpack to. What unpacks to more
/// than is read is never checked.
pub fn deflated(head: &str, block: &str, times: usize, tail: &str) -> Deflated {
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

pub const HEAD: &str =
    r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;
pub const TAIL: &str = "</sheetData></worksheet>";

/// Rows of Excel's make that only have a format.
pub fn styled_rows(rows: usize, row: &str) -> (Deflated, u32) {
    const OF_A_BLOCK: usize = 1_000;
    let block = row.repeat(OF_A_BLOCK);
    let bytes = HEAD.len() + block.len() * (rows / OF_A_BLOCK) + TAIL.len();
    (deflated(HEAD, &block, rows / OF_A_BLOCK, TAIL), u32::try_from(bytes).expect("below 4 GB"))
}

pub const AS_EXCEL_WRITES: &str =
    r#"<row r="1000000" spans="1:3" s="1" customFormat="1"><c r="A1000000" s="1"/><c r="B1000000" s="1"/></row>"#;

/// Rows of long texts that unpack to so many gigabytes, and how many bytes that is.
pub fn gigabytes(many: usize) -> (Deflated, u32) {
    let block = format!(r#"<row><c t="inlineStr"><is><t>{}</t></is></c></row>"#, "a".repeat(30_000));
    let times = (many << 30) / block.len() + 1;
    (deflated(HEAD, &block, times, TAIL), u32::try_from(times * block.len()).expect("below 4 GB"))
}
