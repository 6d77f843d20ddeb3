//! What a sheet is written as. Every format is written from the snapshot alone: what disclosure or
//! clearance took out of it is in none of them.

use cpas_proto::words::Language;

use super::{
    csv,
    document::{Banner, Document},
    docx, html, pdf,
    snapshot::Snapshot,
    xlsx,
};

cpas_proto::vocabulary! {
    /// What a sheet is rendered as.
    pub enum Format as "a format" { Pdf = "pdf", Html = "html", Docx = "docx", Xlsx = "xlsx", Csv = "csv" }
}

impl Format {
    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Html => "text/html; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// The document was not made: a bug here, or something that the format forbids.
#[derive(Debug, thiserror::Error)]
#[error("the {format} was not made: {why}")]
pub struct NotWritten {
    pub format: Format,
    pub why: String,
}

/// The sheet in a format and a language. The same snapshot and banner give the same bytes.
///
/// # Errors
/// [`NotWritten`] when a library refuses it.
pub fn write(
    snapshot: &Snapshot,
    format: Format,
    language: Language,
    banner: Option<&Banner>,
) -> Result<Vec<u8>, NotWritten> {
    let document = Document::of(snapshot, language, banner);
    let refused = |why: String| NotWritten { format, why };
    match format {
        Format::Html => Ok(html::write(&document).into_bytes()),
        Format::Pdf => pdf::write(&document, &format!("{} {language}", snapshot.sheet_id))
            .map_err(|error| refused(error.to_string())),
        Format::Docx => docx::write(&document).map_err(refused),
        Format::Xlsx => xlsx::write(snapshot, &document, language).map_err(|error| refused(error.to_string())),
        Format::Csv => Ok(csv::write(snapshot, language, document.banner.as_deref().unwrap_or_default())),
    }
}

#[cfg(test)]
pub(crate) mod tests;
