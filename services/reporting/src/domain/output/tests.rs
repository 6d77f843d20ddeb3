use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
    path::Path,
};

use super::*;
use crate::domain::{document::tests::whole_sheet, snapshot::sha256, text::Text};

/// The parts of a zipped document as text, but for its pictures.
pub(crate) fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip file");
    let mut parts = BTreeMap::new();
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).expect("a part");
        let name = part.name().expect("a name").into_owned();
        if !name.ends_with(".png") {
            let mut text = String::new();
            part.read_to_string(&mut text).expect("UTF-8");
            parts.insert(name, text);
        }
    }
    parts
}

fn all(snapshot: &Snapshot, banner: Option<&Banner>) -> BTreeMap<(Format, &'static str), Vec<u8>> {
    let mut written = BTreeMap::new();
    for format in Format::ALL {
        for language in [Language::En, Language::Fr] {
            let bytes =
                write(snapshot, *format, language, banner).unwrap_or_else(|error| panic!("{language}: {error}"));
            written.insert((*format, language.word()), bytes);
        }
    }
    written
}

/// The hashes beside this test were written by another process on another day.
#[test]
fn the_same_snapshot_gives_the_same_bytes_on_another_day() {
    let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain/output/approved.sha256");
    let hash =
        |((format, language), bytes): (&(Format, &str), &Vec<u8>)| format!("{}  {language}.{format}\n", sha256(bytes));
    let now: String = all(&whole_sheet(), None).iter().map(hash).collect();
    if std::env::var_os("CPAS_BLESS").is_some() {
        std::fs::write(&known, &now).expect("a file");
    }
    let approved = std::fs::read_to_string(&known).unwrap_or_default();
    assert_eq!(
        approved, now,
        "the bytes of a document changed. If its look was meant to change, or a library that writes it was renewed: \
         CPAS_BLESS=1 cargo test -p cpas-reporting --lib another_day"
    );
}

/// What `tests/papers/check.py` says of papers: a validator of PDF/UA, and the pictures that were approved.
fn looked_at(papers: &[(&str, &[u8])], approve: bool) -> (bool, String) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in papers {
        std::fs::write(folder.path().join(name).with_extension("pdf"), bytes).expect("a file");
    }
    let check = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/papers/check.py");
    let mut command = std::process::Command::new("python3");
    command.arg(check).arg(folder.path());
    if approve {
        command.arg("--approve");
    }
    let done = command.output().expect("python3");
    let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (done.status.success(), said)
}

#[test]
fn the_pages_look_as_approved_and_a_validator_of_pdf_ua_finds_nothing() {
    let sheet = whole_sheet();
    let pdf = |language, banner| write(&sheet, Format::Pdf, language, banner).expect("a PDF");
    let (english, french) = (pdf(Language::En, None), pdf(Language::Fr, None));
    let withdrawn = pdf(Language::En, Some(&Banner::Withdrawn("A wrong area.".into())));
    let papers: [(&str, &[u8]); 3] = [("paper-en", &english), ("paper-fr", &french), ("withdrawn-en", &withdrawn)];
    let (good, said) = looked_at(&papers, std::env::var_os("CPAS_BLESS").is_some());
    assert!(good, "{said}If the look was meant to change: CPAS_BLESS=1 cargo test -p cpas-reporting --lib as_approved");
    assert!(said.starts_with("3 papers, "), "{said}");

    // The look itself is looked at: another page, a mark that is gone and a file that is none are found.
    let (good, said) = looked_at(&[("paper-en", &withdrawn)], false);
    assert!(!good && said.contains("page 1 looks otherwise than approved"), "{said}");
    let mark = b"/Marked true";
    let at = english.windows(mark.len()).position(|window| window == mark).expect("tagged");
    let mut untagged = english.clone();
    untagged[at..at + mark.len()].copy_from_slice(b"/Marked 0000");
    let (good, said) = looked_at(&[("untagged", &untagged)], false);
    assert!(!good && said.contains("untagged.pdf: PDFUA1-TAGGED-DOCUMENT"), "{said}");
    let (good, said) = looked_at(&[("torn", &english[..english.len() / 2])], false);
    assert!(!good && said.contains("torn.pdf: "), "{said}");
}

#[test]
fn what_is_hidden_is_in_no_format() {
    const HIDDEN: f64 = 9_173.25;
    let mut sheet = whole_sheet();
    for part in &mut sheet.parts {
        for figure in part.figures.iter_mut().filter(|figure| figure.area == "X0") {
            figure.value = Some(HIDDEN);
        }
    }
    let shows = |bytes: &[u8]| {
        let texts: Vec<String> = match zip::ZipArchive::new(Cursor::new(bytes)) {
            Ok(_) => parts(bytes).into_values().collect(),
            Err(_) => vec![String::from_utf8_lossy(bytes).into_owned()],
        };
        texts.iter().any(|text| ["9173", "9,173", "9\u{202f}173"].iter().any(|words| text.contains(words)))
    };
    let readable = |written: BTreeMap<(Format, &'static str), Vec<u8>>| {
        // A PDF's words are packed; they are laid out from the same document as the HTML.
        written.into_iter().filter(|((format, _), _)| *format != Format::Pdf).collect::<Vec<_>>()
    };
    for (which, bytes) in readable(all(&sheet, None)) {
        assert!(shows(&bytes), "{which:?} shows what may be seen");
    }
    for part in &mut sheet.parts {
        part.figures.iter_mut().filter(|figure| figure.area == "X0").for_each(|figure| figure.suppress());
    }
    for (which, bytes) in readable(all(&sheet, None)) {
        assert!(!shows(&bytes), "{which:?} tells what is hidden");
    }
}

#[test]
fn every_format_says_that_a_sheet_is_a_draft_or_why_it_was_withdrawn() {
    for (which, bytes) in all(&whole_sheet(), Some(&Banner::Withdrawn("A wrong area.".into()))) {
        let says = |text: &str| text.contains("A wrong area.");
        let told = match which.0 {
            Format::Pdf => continue,
            Format::Docx | Format::Xlsx => parts(&bytes).values().any(|text| says(text)),
            Format::Html | Format::Csv => says(&String::from_utf8_lossy(&bytes)),
        };
        assert!(told, "{which:?}");
    }
}

/// Nothing is fetched by whoever opens it: the only addresses are names of namespaces and our own anchors.
#[test]
fn a_document_refers_to_nothing_outside() {
    let attributes = ["src=", "href=", "url(", "@import", "xlink", "<link", "<iframe", "<object", "<embed", "<base"];
    for language in [Language::En, Language::Fr] {
        let page = write(&whole_sheet(), Format::Html, language, None).expect("a page");
        let page = String::from_utf8(page).expect("UTF-8");
        for (at, found) in attributes.iter().flat_map(|one| page.match_indices(one)) {
            let rest = &page[at + found.len()..];
            let inner = found == "href=" && rest.starts_with("\"#");
            // Hatching of a map names a pattern of its own picture.
            let own = found == "url(" && rest.starts_with('#');
            assert!(inner || own, "{found}{}", rest.chars().take(40).collect::<String>());
        }
        for format in [Format::Docx, Format::Xlsx] {
            for (name, text) in parts(&write(&whole_sheet(), format, language, None).expect("a document")) {
                assert!(!text.contains("TargetMode=\"External\""), "{format} {name}");
                assert!(!text.contains("<f>"), "{format} {name}: a formula");
            }
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
    /// Whatever somebody writes, wherever: each format is made, and its parts are well-formed.
    #[test]
    fn any_words_make_every_format(words in "\\PC{1,40}", more in proptest::prelude::any::<String>(), long in 0_usize..3) {
        let mut sheet = whole_sheet();
        let words = Text::of(format!("={words}{}", words.repeat(long * 30)), more);
        sheet.title = words.clone();
        (sheet.mission_name, sheet.mission_code) = (words.fr.clone(), words.en.clone());
        for part in &mut sheet.parts {
            part.text = words.clone();
            if let Some(measure) = &mut part.measure {
                (measure.name, measure.source, measure.unit) = (words.clone(), words.clone(), words.fr.clone());
                measure.areas = vec![("X0".into(), words.clone())];
            }
        }
        let banner = Banner::Withdrawn(words.fr.clone());
        for format in [Format::Docx, Format::Xlsx, Format::Csv, Format::Html] {
            let written = write(&sheet, format, Language::Fr, Some(&banner));
            let written = written.map_err(|error| proptest::test_runner::TestCaseError::fail(error.to_string()))?;
            if matches!(format, Format::Docx | Format::Xlsx) {
                for (name, text) in parts(&written) {
                    let read = resvg::usvg::roxmltree::Document::parse(&text);
                    proptest::prop_assert!(read.is_ok(), "{} {}: {:?}", format, name, read.err());
                }
            }
        }
    }
}
