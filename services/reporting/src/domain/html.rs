//! A document as one HTML page that stands alone: no script, no request, its own style.

use std::fmt::Write as _;

use super::{
    document::{Cell, Document, Drawn, Piece, Row, Spoken, Table},
    figure::Kind,
    svg::escape,
};

pub(super) const STYLE: &str = include_str!("html.css");

/// What stands around a document where it is more than a file; markup of our own.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    pub head: String,
    /// Below its heading.
    pub nav: String,
    /// Below its sources.
    pub foot: String,
}

/// The page. The same document gives the same bytes.
pub fn write(document: &Document) -> String {
    write_within(document, &Around::default())
}

/// The same, with something around it.
pub(super) fn write_within(document: &Document, around: &Around) -> String {
    let mut page = String::new();
    let title = escape(&document.title.words);
    put(
        &mut page,
        format_args!("<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n", document.language),
    );
    put(&mut page, format_args!("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"));
    put(
        &mut page,
        format_args!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        ),
    );
    put(
        &mut page,
        format_args!(
            "<title>{title}</title>\n<style>\n{STYLE}</style>\n{}</head>\n<body>\n<main>\n<header>\n",
            around.head
        ),
    );
    put(&mut page, format_args!("<p class=\"mission\">{} · {}</p>\n", escape(&document.mission), document.audience));
    put(
        &mut page,
        format_args!(
            "<h1{}>{title}</h1>\n<p class=\"known\">{}</p>\n",
            lang(&document.title, document),
            escape(&document.as_known)
        ),
    );
    if let Some(banner) = &document.banner {
        put(&mut page, format_args!("<p class=\"banner\" role=\"note\"><strong>{}</strong></p>\n", escape(banner)));
    }
    page.push_str("</header>\n");
    page.push_str(&around.nav);
    for part in &document.parts {
        write_part(&mut page, part, document);
    }
    write_notes(&mut page, document);
    page.push_str(&around.foot);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn put(page: &mut String, words: std::fmt::Arguments<'_>) {
    page.write_fmt(words).expect("a string takes all");
}

/// The attribute for words in another language than the page's.
fn lang(words: &Spoken, document: &Document) -> String {
    if words.language == document.language { String::new() } else { format!(" lang=\"{}\"", words.language) }
}

fn write_part(page: &mut String, part: &Drawn, document: &Document) {
    match part {
        Drawn::Heading { id, title } => {
            put(
                page,
                format_args!("<h2 id=\"{}\"{}>{}</h2>\n", escape(id), lang(title, document), escape(&title.words)),
            );
        }
        Drawn::Paragraph { language, runs } => {
            let lang = if *language == document.language { String::new() } else { format!(" lang=\"{language}\"") };
            put(page, format_args!("<p{lang}>"));
            for piece in runs {
                match piece {
                    Piece::Words { words } => page.push_str(&escape(words)),
                    Piece::Number { value, note } => put(page, format_args!("{}{}", number(value), reference(*note))),
                }
            }
            page.push_str("</p>\n");
        }
        Drawn::Number { id, label, value, detail, note } => {
            put(
                page,
                format_args!(
                    "<div class=\"number\" id=\"{}\">\n<p class=\"label\"{}>{}</p>\n",
                    escape(id),
                    lang(label, document),
                    escape(&label.words)
                ),
            );
            put(
                page,
                format_args!(
                    "<p class=\"value\">{}{}</p>\n<p class=\"detail\">{}</p>\n</div>\n",
                    number(value),
                    reference(*note),
                    escape(detail)
                ),
            );
        }
        Drawn::Picture { id, title, svg, description: _, disclaimer, table, note } => {
            put(page, format_args!("<figure id=\"{}\">\n", escape(id)));
            put(
                page,
                format_args!(
                    "<figcaption{}>{}{}</figcaption>\n{svg}",
                    lang(title, document),
                    escape(&title.words),
                    reference(*note)
                ),
            );
            if let Some(disclaimer) = disclaimer {
                put(page, format_args!("<p class=\"disclaimer\">{}</p>\n", escape(disclaimer)));
            }
            put(page, format_args!("<details open>\n<summary>{}</summary>\n", document.labels.data));
            write_table(page, table, 0, document);
            page.push_str("</details>\n</figure>\n");
        }
        Drawn::Table { id, table, note } => {
            put(page, format_args!("<section id=\"{}\">\n", escape(id)));
            write_table(page, table, *note, document);
            page.push_str("</section>\n");
        }
    }
}

fn write_table(page: &mut String, table: &Table, note: usize, document: &Document) {
    let note = reference(note);
    put(
        page,
        format_args!(
            "<table>\n<caption{}>{}{note}</caption>\n<thead><tr>",
            lang(&table.caption, document),
            escape(&table.caption.words)
        ),
    );
    for head in &table.heads {
        put(page, format_args!("<th scope=\"col\">{}</th>", escape(head)));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for Row { head, note, cells } in &table.rows {
        put(page, format_args!("<tr><th scope=\"row\">{}{}</th>", escape(head), reference(*note)));
        for cell in cells {
            let class = if cell.kind == Kind::Value { "" } else { " class=\"absent\"" };
            put(page, format_args!("<td{class}>{}</td>", number(cell)));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n</table>\n");
}

/// A number that names itself, so that its source can be asked for.
fn number(cell: &Cell) -> String {
    let words = escape(&cell.words);
    match (cell.id.as_str(), cell.value) {
        ("", _) => words,
        (id, Some(value)) => {
            format!("<data value=\"{value}\" data-number-id=\"{}\">{words}</data>", escape(id))
        }
        (id, None) => {
            format!("<span data-number-id=\"{}\" data-kind=\"{}\">{words}</span>", escape(id), cell.kind)
        }
    }
}

fn reference(note: usize) -> String {
    if note == 0 {
        return String::new();
    }
    format!("<sup><a href=\"#source-{note}\">{note}</a></sup>")
}

fn write_notes(page: &mut String, document: &Document) {
    if document.notes.is_empty() {
        return;
    }
    put(
        page,
        format_args!(
            "<section class=\"sources\" aria-labelledby=\"sources\">\n<h2 id=\"sources\">{}</h2>\n<ol>\n",
            document.labels.sources
        ),
    );
    for note in &document.notes {
        put(
            page,
            format_args!(
                "<li id=\"source-{}\" data-indicator=\"{}\">{}",
                note.number,
                escape(&note.code),
                escape(&note.text)
            ),
        );
        for caution in &note.cautions {
            put(page, format_args!("<br><em>{}</em>", escape(caution)));
        }
        page.push_str("</li>\n");
    }
    page.push_str("</ol>\n");
    if let Some(why) = document.suppressed {
        put(page, format_args!("<p>{}</p>\n", escape(why)));
    }
    page.push_str("</section>\n");
}

#[cfg(test)]
mod tests {
    use cpas_proto::words::Language;

    use super::*;
    use crate::domain::document::{Banner, tests::whole_sheet};

    fn page(language: Language) -> String {
        write(&Document::of(&whole_sheet(), language, None))
    }

    #[test]
    fn hostile_words_stay_words() {
        let page = page(Language::En);
        assert!(!page.contains("<script"), "no script, whoever wrote it");
        assert_eq!(page.matches("</title>").count(), 1 + 2, "the page's own, and one of each picture");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(!page.contains("src=") && !page.contains("http-equiv=\"refresh"), "nothing is fetched");
    }

    #[test]
    fn every_number_names_itself_and_its_source() {
        let page = page(Language::En);
        for id in ["n1", "b1:2024-Q1", "b1:X0"] {
            assert!(page.contains(&format!("data-number-id=\"{id}\"")), "{id}");
        }
        assert!(page.contains("<a href=\"#source-1\">1</a>") && page.contains("<li id=\"source-1\""));
        assert!(page.contains("data-kind=\"missing\">no data</span>"));
        assert!(page.contains("data-kind=\"suppressed\">suppressed</span>"));
        assert!(page.contains("<data value=\"0\" data-number-id=\"b1:X2\">0</data>"), "zero is a value");
    }

    #[test]
    fn a_map_carries_the_disclaimer_and_a_picture_its_table() {
        let french = page(Language::Fr);
        assert!(french.contains("<html lang=\"fr\">"));
        assert!(french.contains("n’impliquent ni reconnaissance ni acceptation officielle"));
        assert_eq!(french.matches("<svg").count(), 2);
        assert_eq!(french.matches("<table>").count(), 3, "chart, map, and the table itself");
        assert!(french.contains("1\u{202f}234"), "written by language");
    }

    #[test]
    fn the_same_snapshot_gives_the_same_bytes() {
        assert_eq!(page(Language::En), page(Language::En));
        let draft = write(&Document::of(&whole_sheet(), Language::En, Some(&Banner::Draft)));
        assert!(draft.contains("Draft: not cleared"));
    }
}
