use cpas_proto::words::Language;

use super::*;
use crate::domain::{
    document::{Banner, tests::whole_sheet},
    output::tests::parts,
};

fn written(language: Language, banner: Option<&Banner>) -> (Vec<u8>, std::collections::BTreeMap<String, String>) {
    let bytes = write(&Document::of(&whole_sheet(), language, banner)).expect("a document");
    let parts = parts(&bytes);
    (bytes, parts)
}

fn count(text: &str, words: &str) -> usize {
    text.matches(words).count()
}

#[test]
fn an_editor_finds_real_styles() {
    let (_, parts) = written(Language::En, Some(&Banner::Draft));
    let body = &parts["word/document.xml"];
    let styled = |style: &str| count(body, &format!("<w:pStyle w:val=\"{style}\"/>"));
    assert_eq!((styled("Title"), styled("Banner")), (1, 1));
    assert_eq!(styled("Heading1"), 2, "the block, and the sources");
    assert_eq!(styled("Caption"), 3, "chart, map and table");
    assert_eq!(count(body, "<w:tblStyle w:val=\"SheetTable\"/>"), 3);
    assert_eq!(count(body, "<w:tblHeader/>"), 3, "each table's heading row repeats");
    let styles = &parts["word/styles.xml"];
    for used in body.split("Style w:val=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(styles.contains(&format!("w:styleId=\"{used}\"")), "{used} is no style");
    }
    for name in ["heading 1", "caption", "Title", "Body Text"] {
        assert!(styles.contains(&format!("<w:name w:val=\"{name}\"/>")), "Word's own {name}");
    }
}

#[test]
fn pictures_are_in_it_with_their_words() {
    let (bytes, parts) = written(Language::Fr, None);
    let body = &parts["word/document.xml"];
    assert_eq!(count(body, "<pic:pic>"), 2);
    assert_eq!(count(body, "descr=\"\""), 0, "each has its alternative text");
    assert!(body.contains("n’impliquent ni reconnaissance ni acceptation officielle"), "a map's disclaimer");
    for place in 1..=2 {
        assert!(parts["word/_rels/document.xml.rels"].contains(&format!("Id=\"rId{}\"", place + 3)));
        assert!(body.contains(&format!("r:embed=\"rId{}\"", place + 3)));
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).expect("a zip file");
        assert!(archive.by_name(&format!("word/media/image{place}.png")).is_ok());
    }
}

#[test]
fn references_lead_to_their_notes_and_languages_are_marked() {
    let (_, parts) = written(Language::Fr, None);
    let body = &parts["word/document.xml"];
    assert!(body.contains("w:anchor=\"source_1\"") && body.contains("w:name=\"source_1\""));
    assert!(parts["word/styles.xml"].contains("<w:lang w:val=\"fr-FR\"/>"));
    assert!(body.contains("<w:lang w:val=\"en-GB\"/>"), "the heading is not translated");
    assert!(body.contains("1\u{202f}234"), "numbers by language");
}

#[test]
fn hostile_words_stay_words() {
    let (_, parts) = written(Language::En, None);
    let body = &parts["word/document.xml"];
    assert!(body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    for (name, part) in &parts {
        resvg::usvg::roxmltree::Document::parse(part).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
