//! The guard before a workbook that comes from anywhere: what it unpacks to is counted before anything of it is read,
//! whatever its headers declare. Half a megabyte can become hundreds.
//!
//! Invariant: nothing is unpacked past the bound, whatever the archive says of itself
//! (`what_claims_to_be_small_is_counted`).

use std::io::{Read, Seek};

use memchr::{memchr, memmem, memrchr};
use zip::ZipArchive;

/// What a workbook may unpack to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// All of it, in bytes.
    pub unpacked_bytes_max: u64,
    /// Each part that its reader holds in memory (texts, styles, names), in bytes.
    pub held_bytes_max: u64,
    pub parts_max: usize,
}

/// Why a workbook is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the file is no workbook that can be read")]
    NoWorkbook,
    /// It would unpack to more than the bounds; how many bytes were unpacked until that was clear.
    #[error("the workbook unpacks to too much; {unpacked_bytes} bytes were unpacked")]
    TooMuch { unpacked_bytes: u64 },
}

/// Whose workbook it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Make {
    /// Excel's, `.xlsx`.
    Excel,
    /// A sheet of OpenDocument, `.ods`.
    OpenDocument,
}

/// Counts what a workbook of Excel's unpacks to: as declared, which costs nothing, and then as it is. Nothing of it is
/// kept. Gives the bytes that it unpacks to.
///
/// # Errors
/// It is no archive, or none of a workbook of Excel's; it passes a bound.
pub fn measure(file: impl Read + Seek, bounds: Bounds) -> Result<u64, Refused> {
    match measure_any(file, bounds)? {
        (Make::Excel, unpacked_bytes) => Ok(unpacked_bytes),
        (Make::OpenDocument, _) => Err(Refused::NoWorkbook),
    }
}

/// As [`measure`], for a workbook of any make.
///
/// # Errors
/// It is no archive, or none of a workbook; it passes a bound.
pub fn measure_any(file: impl Read + Seek, bounds: Bounds) -> Result<(Make, u64), Refused> {
    let mut archive = ZipArchive::new(file).map_err(|_| Refused::NoWorkbook)?;
    let make = declared(&mut archive, bounds)?;
    let mut unpacked = 0_u64;
    for number in 0..archive.len() {
        let part = archive.by_index(number).map_err(|_| Refused::NoWorkbook)?;
        let is_held = is_held(make, &part.name().map_err(|_| Refused::NoWorkbook)?);
        let mut seen = Seen { is_held, held_bytes_max: bounds.held_bytes_max, before: unpacked, ..Seen::default() };
        let mut part = part.take(bounds.unpacked_bytes_max - unpacked + 1);
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let read = part.read(&mut piece).map_err(|_| Refused::NoWorkbook)?;
            if read == 0 {
                break;
            }
            seen.look(&piece[..read])?;
        }
        seen.end()?;
        unpacked += seen.bytes;
        if unpacked > bounds.unpacked_bytes_max {
            return Err(Refused::TooMuch { unpacked_bytes: unpacked });
        }
    }
    Ok((make, unpacked))
}

/// What the archive says of itself.
fn declared<R: Read + Seek>(archive: &mut ZipArchive<R>, bounds: Bounds) -> Result<Make, Refused> {
    let too_much = Err(Refused::TooMuch { unpacked_bytes: 0 });
    if archive.len() > bounds.parts_max {
        return too_much;
    }
    let mut parts = Vec::new();
    for number in 0..archive.len() {
        let part = archive.by_index_raw(number).map_err(|_| Refused::NoWorkbook)?;
        parts.push((part.name().map_err(|_| Refused::NoWorkbook)?.to_string(), part.size()));
    }
    let has = |wanted: &str| parts.iter().any(|(name, _)| name == wanted);
    let make = match (has(EXCEL), has(OPEN_DOCUMENT)) {
        (true, _) => Make::Excel,
        (false, true) => Make::OpenDocument,
        (false, false) => return Err(Refused::NoWorkbook),
    };
    let mut bytes = 0_u64;
    for (name, size) in &parts {
        bytes = bytes.saturating_add(*size);
        if bytes > bounds.unpacked_bytes_max || (is_held(make, name) && *size > bounds.held_bytes_max) {
            return too_much;
        }
    }
    Ok(make)
}

/// The parts by which a workbook is known.
const EXCEL: &str = "xl/workbook.xml";
const OPEN_DOCUMENT: &str = "content.xml";

/// True for all but sheets: texts, styles and names are read whole, where sheets are read by the row.
fn is_held(make: Make, part: &str) -> bool {
    match make {
        Make::Excel => !(part.starts_with("xl/worksheets/") && part.ends_with(".xml")),
        Make::OpenDocument => part != OPEN_DOCUMENT,
    }
}

/// What of a part was seen while it was unpacked.
#[derive(Default)]
struct Seen {
    is_held: bool,
    held_bytes_max: u64,
    /// Bytes of the parts before it.
    before: u64,
    bytes: u64,
    /// Bytes since the last tag began: one text is held in memory.
    run: usize,
    /// The last bytes of the piece before, where a word may be cut.
    tail: Vec<u8>,
    /// Texts that the part says it has.
    texts: u64,
}

impl Seen {
    fn look(&mut self, piece: &[u8]) -> Result<(), Refused> {
        self.bytes += piece.len() as u64;
        // A piece is shorter than the longest text: what lies between two tags of it cannot be too long.
        let until_tag = memchr(b'<', piece).unwrap_or(piece.len());
        if !self.is_held && self.run + until_tag > RUN_BYTES_MAX {
            return Err(self.too_much());
        }
        self.run = memrchr(b'<', piece).map_or(self.run + piece.len(), |last| piece.len() - last);
        let text = [self.tail.as_slice(), piece].concat();
        // A table of texts may lie under any name; how many it has is what its reader makes room for.
        self.is_held |= memmem::find(&text, b"<sst").is_some();
        for at in memmem::find_iter(&text, COUNT) {
            let rest = &text[at + COUNT.len()..];
            let digits: String = rest
                .iter()
                .map(|byte| char::from(*byte))
                .skip_while(|letter| matches!(letter, '=' | '"' | '\'' | ' '))
                .take_while(char::is_ascii_digit)
                .take(20)
                .collect();
            self.texts = self.texts.max(digits.parse().unwrap_or(if digits.is_empty() { 0 } else { u64::MAX }));
        }
        self.tail = text[text.len().saturating_sub(TAIL_BYTES)..].to_vec();
        if self.is_held && self.bytes > self.held_bytes_max { Err(self.too_much()) } else { Ok(()) }
    }

    /// A text takes four bytes at least.
    fn end(&self) -> Result<(), Refused> {
        if self.texts > self.bytes / 4 { Err(self.too_much()) } else { Ok(()) }
    }

    fn too_much(&self) -> Refused {
        Refused::TooMuch { unpacked_bytes: self.before + self.bytes }
    }
}

/// The attribute that says how many texts there are.
const COUNT: &[u8] = b"uniqueCount";
const PIECE_BYTES: usize = 64 * 1024;
/// Longer than the attribute with its number.
const TAIL_BYTES: usize = 64;
/// Longest text of a workbook, in bytes; Excel's own bound is 32,767 characters.
const RUN_BYTES_MAX: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    const BOUNDS: Bounds = Bounds { unpacked_bytes_max: 4 << 20, held_bytes_max: 1 << 20, parts_max: 10 };

    fn archive(parts: &[(&str, usize)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).expect("a part");
            // Tags, so that no text is too long.
            zip.write_all(&b"<c/>".repeat(bytes / 4)).expect("its bytes");
        }
        zip.finish().expect("an archive").into_inner()
    }

    fn measured(bytes: &[u8]) -> Result<u64, Refused> {
        measure(Cursor::new(bytes), BOUNDS)
    }

    #[test]
    fn a_workbook_within_its_bounds_is_counted() {
        let book = archive(&[("xl/workbook.xml", 400), ("xl/worksheets/sheet1.xml", 3 << 20)]);
        assert_eq!(measured(&book), Ok(400 + (3 << 20)));
    }

    #[test]
    fn what_says_that_it_is_too_much_costs_nothing() {
        let book = archive(&[("xl/workbook.xml", 400), ("xl/worksheets/sheet1.xml", 5 << 20)]);
        assert_eq!(measured(&book), Err(Refused::TooMuch { unpacked_bytes: 0 }));
        let texts = archive(&[("xl/workbook.xml", 400), ("xl/sharedStrings.xml", 2 << 20)]);
        assert_eq!(measured(&texts), Err(Refused::TooMuch { unpacked_bytes: 0 }));
    }

    #[test]
    fn what_claims_to_be_small_is_counted() {
        let mut book = archive(&[("xl/workbook.xml", 400), ("xl/worksheets/sheet1.xml", 64 << 20)]);
        let honest = (64_u32 << 20).to_le_bytes();
        while let Some(at) = memmem::find(&book, &honest) {
            book[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
        }
        match measured(&book) {
            // A reader that believes the header stops there itself.
            Err(Refused::NoWorkbook) => {}
            Err(Refused::TooMuch { unpacked_bytes }) => {
                assert!(unpacked_bytes <= BOUNDS.unpacked_bytes_max + 1 + 400, "{unpacked_bytes} bytes were unpacked");
            }
            Ok(bytes) => panic!("{bytes} bytes and no word"),
        }
    }

    #[test]
    fn a_workbook_of_open_document_is_told_apart() {
        let book = archive(&[("mimetype", 4), ("content.xml", 3 << 20), ("styles.xml", 400)]);
        assert_eq!(measure_any(Cursor::new(&book), BOUNDS), Ok((Make::OpenDocument, 4 + 400 + (3 << 20))));
        assert_eq!(measured(&book), Err(Refused::NoWorkbook), "where only Excel's are read");
        let styled = archive(&[("content.xml", 400), ("styles.xml", 2 << 20)]);
        assert_eq!(measure_any(Cursor::new(&styled), BOUNDS), Err(Refused::TooMuch { unpacked_bytes: 0 }));
    }

    #[test]
    fn what_is_no_workbook_is_refused() {
        for bytes in [b"".as_slice(), b"PK\x03\x04", b"a,b\n1,2\n", &archive(&[("word/document.xml", 400)])] {
            assert_eq!(measured(bytes), Err(Refused::NoWorkbook));
        }
    }
}
