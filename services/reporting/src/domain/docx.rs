//! A sheet as a Word document that an editor can work on: real styles (Title, Heading 1, Caption, a table
//! style), tables with a heading row, pictures with their alternative text, notes that references lead to.
//!
//! Written part by part: WordprocessingML (ECMA-376, transitional), zipped with no time but DOS's first.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use super::{
    document::{Cell, Document, Drawn, Piece, Row, Spoken, Table},
    figure::Kind,
    picture::{Raster, rasterise},
    svg::escape,
};

const STYLES: &str = include_str!("docx/styles.xml");
const SETTINGS: &str = include_str!("docx/settings.xml");
const RELATIONS: &str = include_str!("docx/package.rels");
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
     xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
     xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
     xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"";
/// Width of the text on A4 with margins of 20 mm, in English metric units and in twentieths of a point.
const TEXT_EMU: f32 = 6_120_000.0;
const TEXT_TWIPS: usize = 9_638;
/// Share of a table's width that the headings of its rows take.
const FIRST_COLUMN: f64 = 0.45;

/// The document.
///
/// # Errors
/// What could not be drawn or zipped, in words.
pub fn write(document: &Document) -> Result<Vec<u8>, String> {
    let mut body = Body { document, xml: String::new(), pictures: Vec::new() };
    body.whole()?;
    let Body { xml, pictures, .. } = body;
    let mut parts: Vec<(String, Vec<u8>)> = vec![
        ("[Content_Types].xml".into(), content_types().into_bytes()),
        ("_rels/.rels".into(), RELATIONS.into()),
        ("docProps/core.xml".into(), core(document).into_bytes()),
        ("word/document.xml".into(), xml.into_bytes()),
        ("word/styles.xml".into(), STYLES.replace("{language}", locale(document.language)).into_bytes()),
        ("word/settings.xml".into(), SETTINGS.into()),
        ("word/footer1.xml".into(), footer(document).into_bytes()),
        ("word/_rels/document.xml.rels".into(), relations(pictures.len()).into_bytes()),
    ];
    parts.extend(pictures.into_iter().zip(1..).map(|(png, place)| (format!("word/media/image{place}.png"), png)));
    zipped(&parts).map_err(|error| error.to_string())
}

fn zipped(parts: &[(String, Vec<u8>)]) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        // A PNG is packed already.
        let method = if name.ends_with(".png") { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default());
        archive.start_file(name.as_str(), options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// The main part while it is written.
struct Body<'a> {
    document: &'a Document,
    xml: String,
    pictures: Vec<Vec<u8>>,
}

impl Body<'_> {
    fn whole(&mut self) -> Result<(), String> {
        let document = self.document;
        self.put(format_args!("{HEAD}<w:document {NAMESPACES}><w:body>"));
        let above = format!("{} · {}", document.mission, document.audience);
        self.paragraph("Subtitle", "", &run(&above, ""));
        let title = self.spoken(&document.title);
        self.paragraph("Title", "", &title);
        if let Some(banner) = &document.banner {
            self.paragraph("Banner", "", &run(banner, ""));
        }
        for part in &document.parts {
            self.part(part)?;
        }
        self.notes();
        self.put(format_args!(
            "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId3\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
             <w:pgMar w:top=\"1021\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>\
             </w:sectPr></w:body></w:document>"
        ));
        Ok(())
    }

    fn part(&mut self, part: &Drawn) -> Result<(), String> {
        match part {
            Drawn::Heading { title, .. } => {
                let words = self.spoken(title);
                self.paragraph("Heading1", "", &words);
            }
            Drawn::Paragraph { language, runs } => {
                let own = self.lang(language);
                let mut words = String::new();
                for piece in runs {
                    match piece {
                        Piece::Words { words: plain } => words.push_str(&run(plain, &own)),
                        Piece::Number { value, note } => {
                            words.push_str(&cell_run(value));
                            words.push_str(&reference(*note));
                        }
                    }
                }
                self.paragraph("BodyText", "", &words);
            }
            Drawn::Number { label, value, detail, note, .. } => {
                let label = self.spoken(label);
                self.paragraph("NumberLabel", "", &label);
                let number = format!("{}{}", cell_run(value), reference(*note));
                self.paragraph("NumberValue", "", &number);
                self.paragraph("NumberDetail", "", &run(detail, ""));
            }
            Drawn::Picture { title, svg, description, disclaimer, table, note, .. } => {
                let caption = format!("{}{}", self.spoken(title), reference(*note));
                self.paragraph("Caption", "", &caption);
                self.picture(svg, &title.words, description)?;
                if let Some(disclaimer) = disclaimer {
                    self.paragraph("Disclaimer", "", &run(disclaimer, ""));
                }
                self.table(table);
            }
            Drawn::Table { table, note, .. } => {
                let caption = format!("{}{}", self.spoken(&table.caption), reference(*note));
                self.paragraph("Caption", "", &caption);
                self.table(table);
            }
        }
        Ok(())
    }

    fn picture(&mut self, svg: &str, title: &str, description: &str) -> Result<(), String> {
        let Raster { png, size: [width, height] } = rasterise(svg)?;
        self.pictures.push(png);
        let place = self.pictures.len();
        let (across, down) = (TEXT_EMU as u32, (TEXT_EMU * height / width).round() as u32);
        let (title, description) = (escape(title), escape(description));
        let about = format!("id=\"{place}\" name=\"Figure {place}\" descr=\"{description}\" title=\"{title}\"");
        // The relations 1 to 3 are the styles, the settings and the footer.
        let relation = place + 3;
        let drawing = format!(
            "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{across}\" cy=\"{down}\"/>\
             <wp:docPr {about}/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">\
             <pic:pic><pic:nvPicPr><pic:cNvPr {about}/><pic:cNvPicPr/></pic:nvPicPr>\
             <pic:blipFill><a:blip r:embed=\"rId{relation}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
             <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{across}\" cy=\"{down}\"/></a:xfrm>\
             <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        );
        self.paragraph("Figure", "", &drawing);
        Ok(())
    }

    fn table(&mut self, table: &Table) {
        let columns = table.heads.len().max(1);
        let first = if columns == 1 { TEXT_TWIPS } else { (TEXT_TWIPS as f64 * FIRST_COLUMN) as usize };
        let other = (TEXT_TWIPS - first) / (columns - 1).max(1);
        let width = |column: usize| if column == 0 { first } else { other };
        let caption = escape(&table.caption.words);
        self.put(format_args!(
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"SheetTable\"/><w:tblW w:w=\"{TEXT_TWIPS}\" w:type=\"dxa\"/>\
             <w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"04A0\" w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"1\" w:lastColumn=\"0\" w:noHBand=\"0\" w:noVBand=\"1\"/>\
             <w:tblCaption w:val=\"{caption}\"/></w:tblPr><w:tblGrid>"
        ));
        for column in 0..columns {
            self.put(format_args!("<w:gridCol w:w=\"{}\"/>", width(column)));
        }
        self.xml.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        for (column, head) in table.heads.iter().enumerate() {
            self.cell(width(column), column > 0, &run(head, ""));
        }
        self.xml.push_str("</w:tr>");
        for Row { head, note, cells } in &table.rows {
            self.xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            self.cell(width(0), false, &format!("{}{}", run(head, ""), reference(*note)));
            for (column, cell) in cells.iter().enumerate() {
                self.cell(width(column + 1), true, &cell_run(cell));
            }
            self.xml.push_str("</w:tr>");
        }
        self.xml.push_str("</w:tbl>");
        // Word joins tables between which nothing stands.
        self.paragraph("AfterTable", "", "");
    }

    fn cell(&mut self, width: usize, at_end: bool, runs: &str) {
        self.put(format_args!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>"));
        let place = if at_end { "<w:jc w:val=\"right\"/>" } else { "" };
        self.paragraph("TableText", place, runs);
        self.xml.push_str("</w:tc>");
    }

    fn notes(&mut self) {
        let document = self.document;
        if document.notes.is_empty() {
            return;
        }
        self.paragraph("Heading1", "", &run(document.labels.sources, ""));
        for note in &document.notes {
            let number = note.number;
            let mut words = format!(
                "<w:bookmarkStart w:id=\"{number}\" w:name=\"source_{number}\"/>{}<w:bookmarkEnd w:id=\"{number}\"/>",
                run(&format!("{number}. {}", note.text), "")
            );
            for caution in &note.cautions {
                words.push_str("<w:r><w:br/></w:r>");
                words.push_str(&run(caution, "<w:i/>"));
            }
            self.paragraph("SourceNote", "", &words);
        }
        if let Some(why) = document.suppressed {
            self.paragraph("SourceNote", "", &run(why, ""));
        }
    }

    fn paragraph(&mut self, style: &str, place: &str, runs: &str) {
        self.put(format_args!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{place}</w:pPr>{runs}</w:p>"));
    }

    /// A run of words that may be in another language than the document.
    fn spoken(&self, words: &Spoken) -> String {
        run(&words.words, &self.lang(words.language))
    }

    fn lang(&self, language: &str) -> String {
        if language == self.document.language {
            String::new()
        } else {
            format!("<w:lang w:val=\"{}\"/>", locale(language))
        }
    }

    fn put(&mut self, words: std::fmt::Arguments<'_>) {
        self.xml.write_fmt(words).expect("a string takes all");
    }
}

/// A run of words; `properties` are elements of our own.
fn run(words: &str, properties: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    let properties = if properties.is_empty() { String::new() } else { format!("<w:rPr>{properties}</w:rPr>") };
    // Without the break, Word shows a line's end as a blank.
    let lines: Vec<String> =
        words.split('\n').map(|line| format!("<w:t xml:space=\"preserve\">{}</w:t>", escape(line))).collect();
    format!("<w:r>{properties}{}</w:r>", lines.join("<w:br/>"))
}

fn cell_run(cell: &Cell) -> String {
    run(&cell.words, if cell.kind == Kind::Value { "" } else { "<w:i/>" })
}

/// A raised number that leads to its source note.
fn reference(note: usize) -> String {
    if note == 0 {
        return String::new();
    }
    format!(
        "<w:hyperlink w:anchor=\"source_{note}\" w:history=\"1\"><w:r><w:rPr><w:rStyle w:val=\"SourceReference\"/></w:rPr>\
         <w:t>{note}</w:t></w:r></w:hyperlink>"
    )
}

fn locale(language: &str) -> &'static str {
    if language == "fr" { "fr-FR" } else { "en-GB" }
}

fn content_types() -> String {
    const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/>\
         <Override PartName=\"/word/document.xml\" ContentType=\"{WORD}.document.main+xml\"/>\
         <Override PartName=\"/word/styles.xml\" ContentType=\"{WORD}.styles+xml\"/>\
         <Override PartName=\"/word/settings.xml\" ContentType=\"{WORD}.settings+xml\"/>\
         <Override PartName=\"/word/footer1.xml\" ContentType=\"{WORD}.footer+xml\"/>\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
         </Types>"
    )
}

fn relations(pictures: usize) -> String {
    const TYPE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut all =
        format!("{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">");
    for (id, (kind, target)) in
        [("styles", "styles.xml"), ("settings", "settings.xml"), ("footer", "footer1.xml")].iter().enumerate()
    {
        write!(all, "<Relationship Id=\"rId{}\" Type=\"{TYPE}/{kind}\" Target=\"{target}\"/>", id + 1)
            .expect("a string takes all");
    }
    for place in 1..=pictures {
        write!(all, "<Relationship Id=\"rId{}\" Type=\"{TYPE}/image\" Target=\"media/image{place}.png\"/>", place + 3)
            .expect("a string takes all");
    }
    all.push_str("</Relationships>");
    all
}

/// Title, mission, language, and the snapshot's day as the day of the document.
fn core(document: &Document) -> String {
    let [year, month, day] = document.date;
    let at = format!("{year:04}-{month:02}-{day:02}T00:00:00Z");
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator>\
         <dc:language>{}</dc:language><cp:lastModifiedBy>CPAS</cp:lastModifiedBy>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:modified></cp:coreProperties>",
        escape(&document.title.words),
        escape(&document.mission),
        locale(document.language)
    )
}

fn footer(document: &Document) -> String {
    let field = |code: &str| format!("<w:fldSimple w:instr=\" {code} \"><w:r><w:t>1</w:t></w:r></w:fldSimple>");
    let label = |words: &str| run(words, "");
    format!(
        "{HEAD}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>{}<w:r><w:tab/></w:r>{}{}{}{}</w:p></w:ftr>",
        label(&document.as_known),
        label(&format!("{} ", document.labels.page)),
        field("PAGE"),
        label(&format!(" {} ", document.labels.of)),
        field("NUMPAGES")
    )
}

#[cfg(test)]
mod tests;
