//! Files as evidence: what may be one, told by its content and never by its name.

use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};

/// Largest file, in bytes.
pub const FILE_BYTES_MAX: u64 = 25 * 1024 * 1024;
/// Longest name that is kept, in characters.
const NAME_CHARS_MAX: usize = 200;
/// Bytes from the beginning that tell what a file is.
const HEAD_BYTES: u64 = 8 * 1024;
/// Most entries of an Office file: real ones have some hundreds.
const ENTRIES_MAX: usize = 20_000;

/// A file that may be evidence, as its content says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Make {
    Pdf,
    Png,
    Jpeg,
    Webp,
    Docx,
    Xlsx,
    Pptx,
    Odt,
    Ods,
    Odp,
}

impl Make {
    const OFFICE: &[(&str, Self)] =
        &[("word/document.xml", Self::Docx), ("xl/workbook.xml", Self::Xlsx), ("ppt/presentation.xml", Self::Pptx)];
    const OPEN: &[Self] = &[Self::Odt, Self::Ods, Self::Odp];

    /// Ending of names, and media type.
    pub const fn said(self) -> (&'static str, &'static str) {
        match self {
            Self::Pdf => ("pdf", "application/pdf"),
            Self::Png => ("png", "image/png"),
            Self::Jpeg => ("jpg", "image/jpeg"),
            Self::Webp => ("webp", "image/webp"),
            Self::Docx => ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            Self::Xlsx => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            Self::Pptx => ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
            Self::Odt => ("odt", "application/vnd.oasis.opendocument.text"),
            Self::Ods => ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
            Self::Odp => ("odp", "application/vnd.oasis.opendocument.presentation"),
        }
    }

    /// What a file is.
    ///
    /// # Errors
    /// It is empty, of another make, has macros, or cannot be read.
    pub fn of(file: &mut (impl Read + Seek)) -> Result<Self, NotEvidence> {
        let mut head = Vec::new();
        file.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(|_| NotEvidence::Unreadable)?;
        if head.is_empty() {
            return Err(NotEvidence::Empty);
        }
        let plain = [Self::Pdf, Self::Png, Self::Jpeg, Self::Webp];
        let found = infer::get(&head).map(|kind| kind.mime_type());
        if let Some(make) = plain.into_iter().find(|make| found == Some(make.said().1)) {
            return Ok(make);
        }
        if head.starts_with(b"PK\x03\x04") { Self::of_archive(file) } else { Err(NotEvidence::OtherMake) }
    }

    /// Only the list of what is in it is read, and one entry of some bytes: nothing is unpacked.
    fn of_archive(file: &mut (impl Read + Seek)) -> Result<Self, NotEvidence> {
        let mut archive = zip::ZipArchive::new(file).map_err(|_| NotEvidence::Unreadable)?;
        if archive.len() > ENTRIES_MAX {
            return Err(NotEvidence::Unreadable);
        }
        let has = |names: &[String], wanted: &str| names.iter().any(|name| name == wanted);
        let names = archive.file_names().map(|name| name.map(std::borrow::Cow::into_owned));
        let names: Vec<String> = names.collect::<Result<_, _>>().map_err(|_| NotEvidence::Unreadable)?;
        if names.iter().any(|name| name.to_lowercase().ends_with("vbaproject.bin") || name.starts_with("Basic/")) {
            return Err(NotEvidence::Macros);
        }
        if has(&names, "[Content_Types].xml") {
            let office = Self::OFFICE.iter().find(|(part, _)| has(&names, part));
            return office.map(|(_, make)| *make).ok_or(NotEvidence::OtherMake);
        }
        let mut told = String::new();
        if let Ok(entry) = archive.by_name("mimetype") {
            entry.take(100).read_to_string(&mut told).map_err(|_| NotEvidence::Unreadable)?;
        }
        Self::OPEN.iter().copied().find(|make| make.said().1 == told.trim()).ok_or(NotEvidence::OtherMake)
    }
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotEvidence {
    #[error("The file is empty.")]
    Empty,
    #[error("The file is larger than {} MiB. Keep it where it is and record a link to it, or shorten it.", FILE_BYTES_MAX / 1024 / 1024)]
    TooLarge,
    #[error(
        "The content of the file is neither a PDF, nor a PNG, JPEG or WebP picture, nor a Word, Excel, PowerPoint or OpenDocument \
         file, whatever its name says. Save it as one of these, as a PDF best."
    )]
    OtherMake,
    #[error("The file has macros, which may do harm where it is opened. Save it without them, or as a PDF.")]
    Macros,
    #[error("The file is broken off or damaged: what is in it cannot be listed. Save it again and send that.")]
    Unreadable,
}

/// A file that evidence has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceFile {
    pub name: String,
    pub content_type: String,
    pub bytes: u64,
    /// 64 hexadecimal digits.
    pub sha256: String,
}

/// A name that ends as the content says, without a path and without what cannot be shown.
pub fn name(told: &str, make: Make) -> String {
    let (ending, _) = make.said();
    let last = told.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|letter| !letter.is_control() && !"<>:\"|?*".contains(*letter)).collect();
    let (stem, own) = plain.trim().rsplit_once('.').map_or((plain.trim(), ""), |(stem, own)| (stem, own));
    let fits = own.eq_ignore_ascii_case(ending) || (make == Make::Jpeg && own.eq_ignore_ascii_case("jpeg"));
    let stem = if fits || own.is_empty() { stem.to_owned() } else { format!("{stem}.{own}") };
    let stem: String = stem.trim_matches('.').chars().take(NAME_CHARS_MAX).collect();
    format!("{}.{ending}", if stem.is_empty() { "evidence" } else { &stem })
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in entries {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
            writer.write_all(content.as_bytes()).expect("memory");
        }
        writer.finish().expect("an archive").into_inner()
    }

    fn make(content: &[u8]) -> Result<Make, NotEvidence> {
        Make::of(&mut Cursor::new(content))
    }

    #[test]
    fn a_file_is_what_its_content_says() {
        let types = ("[Content_Types].xml", "<Types/>");
        for (content, expected) in [
            (b"%PDF-1.7\n...".to_vec(), Ok(Make::Pdf)),
            (b"\x89PNG\r\n\x1a\n....".to_vec(), Ok(Make::Png)),
            (b"\xff\xd8\xff\xe0....".to_vec(), Ok(Make::Jpeg)),
            (b"RIFF\x04\0\0\0WEBPVP8 ".to_vec(), Ok(Make::Webp)),
            (archive(&[types, ("word/document.xml", "")]), Ok(Make::Docx)),
            (archive(&[("xl/workbook.xml", ""), types]), Ok(Make::Xlsx)),
            (archive(&[types, ("ppt/presentation.xml", "")]), Ok(Make::Pptx)),
            (archive(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "")]), Ok(Make::Odt)),
            (archive(&[types, ("word/document.xml", ""), ("word/vbaProject.bin", "")]), Err(NotEvidence::Macros)),
            (archive(&[("anything.txt", "")]), Err(NotEvidence::OtherMake)),
            (archive(&[types, ("word/document.xml", "")])[..60].to_vec(), Err(NotEvidence::Unreadable)),
            (b"<html><script>alert(1)</script>".to_vec(), Err(NotEvidence::OtherMake)),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), Err(NotEvidence::OtherMake)),
            (b"MZ\x90\0".to_vec(), Err(NotEvidence::OtherMake)),
            (b"GIF89a".to_vec(), Err(NotEvidence::OtherMake)),
            (Vec::new(), Err(NotEvidence::Empty)),
        ] {
            assert_eq!(make(&content), expected, "{:?}", String::from_utf8_lossy(&content[..content.len().min(30)]));
        }
    }

    #[test]
    fn a_name_ends_as_the_content_says_and_leads_nowhere() {
        for (told, make, expected) in [
            ("Report.PDF", Make::Pdf, "Report.pdf"),
            ("photo.jpeg", Make::Jpeg, "photo.jpg"),
            ("page.html", Make::Pdf, "page.html.pdf"),
            ("../../etc/passwd", Make::Png, "passwd.png"),
            ("C:\\temp\\x.docx", Make::Docx, "x.docx"),
            ("évaluation n° 3.pdf", Make::Pdf, "évaluation n° 3.pdf"),
            ("", Make::Pdf, "evidence.pdf"),
            (".pdf", Make::Pdf, "evidence.pdf"),
        ] {
            assert_eq!(name(told, make), expected, "{told}");
        }
        assert!(name(&"x".repeat(500), Make::Pdf).chars().count() <= NAME_CHARS_MAX + 4);
    }
}
