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
use unicode_segmentation::UnicodeSegmentation as _;

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
    // What the fonts say they cover is not always what PDF/UA takes: then with fewer letters, but written.
    let mut written = compiled(&json, Letters::All, identity);
    for fewer in [Letters::TextFont, Letters::Latin] {
        if written.is_err() {
            written = compiled(&json, fewer, identity);
        }
    }
    typst::comemo::evict(MEMO_AGE_MAX);
    written
}

fn compiled(json: &str, letters: Letters, identity: &str) -> Result<Vec<u8>, NotWritten> {
    let world = Desk::new(writable(json, letters));
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
    typst_pdf::pdf(&paged, &options).map_err(|errors| refused(&errors))
}

/// Which letters are written as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letters {
    /// All that the text font or the one that is fallen back to has.
    All,
    /// All that the text font has.
    TextFont,
    /// Those of European languages in Latin script, their punctuation and signs.
    Latin,
}

/// The same text without what our text fonts cannot show, which PDF/UA forbids: such a letter becomes a
/// replacement mark, a character without a shape of its own goes. Several characters that are shaped as
/// one, a letter and its accents, are left together only where the text font has them all: a font that is
/// fallen back to for the letter alone would not be taken for what stands on it.
fn writable(json: &str, letters: Letters) -> String {
    const REPLACEMENT: char = '\u{fffd}';
    // In every cut that the template uses.
    let covers = |family: &str, c: char| {
        let mut cuts = FONTS.1.iter().filter(|font| font.info().family == family).peekable();
        cuts.peek().is_some() && cuts.all(|font| font.info().coverage.contains(c.into()))
    };
    let latin = |c: char| matches!(c, '\u{a0}'..='\u{24f}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{203a}' | '€' | '−' | '≤' | '≥');
    let allowed = |c: char| letters != Letters::Latin || latin(c);
    let text = |c: char| c.is_ascii() || (covers("Libertinus Serif", c) && allowed(c));
    let alone = |c: char| text(c) || (letters == Letters::All && covers("DejaVu Sans Mono", c));
    let mark = if alone(REPLACEMENT) { REPLACEMENT } else { '?' };
    let shapeless = |c: &char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}');
    let shaped: String = json.chars().filter(|c| !shapeless(c)).collect();
    let mut written = String::with_capacity(shaped.len());
    for cluster in shaped.graphemes(true) {
        if cluster.chars().all(text) {
            written.push_str(cluster);
            continue;
        }
        // The first may stand alone, a quote of JSON among it; what is joined to it may not.
        for (place, c) in cluster.chars().enumerate() {
            let stays = c.is_ascii() || (place == 0 && alone(c) && !joins(c));
            written.push(if stays { c } else { mark });
        }
    }
    written
}

/// True for a character that is shaped together with one before it.
fn joins(c: char) -> bool {
    let mut pair = String::from("a");
    pair.push(c);
    pair.graphemes(true).count() == 1
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

    #[test]
    fn a_script_that_our_fonts_lack_does_not_stop_the_sheet() {
        let mut sheet = whole_sheet();
        sheet.title = crate::domain::text::Text::of("Sudan السودان 😀 中文 \u{202e}abc\u{200b}\u{ad}\u{feff}", "");
        sheet.parts[0].text = sheet.title.clone();
        if let Some(measure) = &mut sheet.parts[3].measure {
            measure.name = sheet.title.clone();
        }
        for part in &mut sheet.parts {
            if let Some(measure) = &mut part.measure {
                measure.areas = vec![("X0".into(), sheet.title.clone())];
            }
        }
        write(&Document::of(&sheet, Language::En, None), "x").expect("a PDF/UA-1");
    }

    #[test]
    fn a_mark_is_shown_with_the_letter_that_carries_it_or_replaced() {
        // é in two characters; a Lao mark, which only the fallback has, on a Latin letter and on nothing.
        assert_eq!(writable("\"e\u{301}\"", Letters::All), "\"e\u{301}\"");
        let replaced = writable("\"b\u{ec8}\"", Letters::All);
        assert!(replaced.starts_with("\"b") && replaced.ends_with('"') && !replaced.contains('\u{ec8}'), "{replaced}");
        assert!(serde_json::from_str::<String>(&writable("\"\u{ec8}x\"", Letters::All)).is_ok());
        for words in [
            "b\u{ec8}",
            "\u{ec8}b",
            "\u{e81}\u{ec8}",
            "ب\u{64e}",
            "x\u{20dd}",
            "\u{5d0}\u{301}\u{ec8}",
            "㆐ Ὲ─",
            "Ⱥ\u{eb8}",
        ] {
            let mut sheet = whole_sheet();
            sheet.title = crate::domain::text::Text::of(words, words);
            sheet.parts[0].text = sheet.title.clone();
            write(&Document::of(&sheet, Language::En, None), "x").unwrap_or_else(|error| panic!("{words:?}: {error}"));
        }
    }

    #[test]
    fn a_sheet_without_blocks_or_without_data_is_a_sheet() {
        let mut sheet = whole_sheet();
        for part in &mut sheet.parts {
            part.figures.clear();
            part.shapes.clear();
        }
        write(&Document::of(&sheet, Language::Fr, None), "x").expect("nothing to show is shown");
        sheet.parts.clear();
        write(&Document::of(&sheet, Language::Fr, None), "x").expect("only a title");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(6))]
        /// Whatever somebody writes, wherever: the sheet is a PDF/UA-1.
        #[test]
        fn any_words_make_a_sheet(words in "\\PC{1,40}", more in proptest::prelude::any::<String>()) {
            let mut sheet = whole_sheet();
            let words = crate::domain::text::Text::of(format!("a{words}"), format!("b{more}"));
            sheet.title = words.clone();
            for part in &mut sheet.parts {
                part.text = words.clone();
                if let Some(measure) = &mut part.measure {
                    (measure.name, measure.source, measure.unit) = (words.clone(), words.clone(), words.en.clone());
                    measure.areas = vec![("X0".into(), words.clone()), ("X1".into(), words.clone())];
                }
            }
            for language in [Language::En, Language::Fr] {
                let document = Document::of(&sheet, language, Some(&Banner::Withdrawn(words.en.clone())));
                let written = write(&document, "x");
                proptest::prop_assert!(written.is_ok(), "{:?}: {:?}", written.err(), words);
                let page = crate::domain::html::write(&document);
                proptest::prop_assert!(!page.contains("<script"));
            }
        }
    }
}
