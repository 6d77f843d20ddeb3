//! A document as a tagged PDF/UA-1, written by typst inside this process: no network, no file of the
//! machine, fonts compiled in, no time but the snapshot's.

use std::sync::LazyLock;

use typst::{
    Library, LibraryExt as _, World,
    diag::{FileError, FileResult, SourceDiagnostic, Warned},
    foundations::{Bytes, Datetime, Dict, Duration, Smart, Str, Value},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::document::Document;

const TEMPLATE: &str = include_str!("fact_sheet.typ");
/// Rounds of memoised layout that are kept, so that memory stays bounded in a long-lived process.
const MEMO_AGE_MAX: usize = 2;

/// The PDF was not made; a bug in the template or something that PDF/UA forbids.
#[derive(Debug, thiserror::Error)]
#[error("the PDF was not made: {0}")]
pub struct NotWritten(String);

/// The PDF. The same document and identity give the same bytes; `identity` tells this sheet from others.
///
/// # Errors
/// [`NotWritten`] when typst refuses it.
pub fn write(document: &Document, identity: &str) -> Result<Vec<u8>, NotWritten> {
    let json = serde_json::to_string(document).map_err(|error| NotWritten(error.to_string()))?;
    let world = Desk::new(json);
    let Warned { output, .. } = typst::compile::<PagedDocument>(&world);
    let paged = output.map_err(|errors| refused(&errors))?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| NotWritten(error.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(identity.to_owned()),
        creator: Smart::Custom(Some("CPAS".to_owned())),
        timestamp: None,
        standards,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&paged, &options).map_err(|errors| refused(&errors));
    typst::comemo::evict(MEMO_AGE_MAX);
    pdf
}

fn refused(errors: &[SourceDiagnostic]) -> NotWritten {
    NotWritten(errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; "))
}

static FONTS: LazyLock<(LazyHash<FontBook>, Vec<Font>)> = LazyLock::new(|| {
    let fonts: Vec<Font> = typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data))).collect();
    (LazyHash::new(FontBook::from_fonts(&fonts)), fonts)
});

static MAIN: LazyLock<FileId> = LazyLock::new(|| {
    let path = VirtualPath::new("/fact_sheet.typ").expect("a path of our own");
    RootedPath::new(VirtualRoot::Project, path).intern()
});

/// All that typst sees of the world: one template, one value, the fonts.
struct Desk {
    library: LazyHash<Library>,
    source: Source,
}

impl Desk {
    fn new(json: String) -> Self {
        let mut inputs = Dict::new();
        inputs.insert(Str::from("document"), Value::Str(Str::from(json)));
        let library = LazyHash::new(Library::builder().with_inputs(inputs).build());
        Self { library, source: Source::new(*MAIN, TEMPLATE.to_owned()) }
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.0
    }

    fn main(&self) -> FileId {
        *MAIN
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == *MAIN { Ok(self.source.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.1.get(index).cloned()
    }

    /// There is no present: the document has the snapshot's date.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use cpas_proto::words::Language;

    use super::*;
    use crate::domain::document::{
        Banner,
        tests::{HOSTILE, whole_sheet},
    };

    fn pdf(language: Language) -> Vec<u8> {
        write(&Document::of(&whole_sheet(), language, None), "0190-en").expect("a PDF/UA-1")
    }

    #[test]
    fn the_same_snapshot_gives_the_same_bytes() {
        let (first, second) = (pdf(Language::En), pdf(Language::En));
        assert!(first == second, "two renderings of one snapshot differ");
        assert!(first.starts_with(b"%PDF-1.7"));
        assert_ne!(first, pdf(Language::Fr));
    }

    #[test]
    fn hostile_words_are_shown_and_not_run() {
        // As PDF/UA-1: refused unless title, language, tags and alternative texts are all there.
        let pdf = write(&Document::of(&whole_sheet(), Language::En, Some(&Banner::Withdrawn(HOSTILE.into()))), "x");
        let pdf = pdf.expect("hostile words are words");
        let says = |words: &[u8]| pdf.windows(words.len()).any(|window| window == words);
        assert!(says(b"pdfuaid"), "the mark of PDF/UA");
        assert!(says(b"/Marked true"), "tagged");
    }
}
