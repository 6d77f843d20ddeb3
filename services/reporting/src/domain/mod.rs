//! The rules of reporting: dashboards, fact sheets and their states, what a public audience may see, and how the
//! same snapshot becomes the same document. No async, SQL, gRPC, clock or randomness.

pub mod across;
pub mod block;
pub mod chart;
pub mod citation;
pub mod csv;
pub mod dashboard;
pub mod disclosure;
pub mod document;
pub mod docx;
pub mod draft;
pub mod event_places;
pub mod feed;
pub mod figure;
pub mod home;
pub mod html;
pub mod late;
pub mod leadership;
pub mod manifest;
pub mod map;
pub mod numbers;
pub mod output;
pub mod outside;
pub mod outside_page;
pub mod pdf;
pub mod picture;
pub mod ready;
pub mod region;
pub mod shape;
pub mod sheet;
pub mod snapshot;
pub mod svg;
pub mod template;
pub mod text;
pub mod theme;
pub mod tile;
pub mod time_line;
pub mod touched;
pub mod window;
pub mod wording;
pub mod xlsx;

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Invalid {
    /// Path of the field, `blocks[2].query.period`.
    pub field: String,
    /// What is wrong with it, as the rest of a sentence.
    pub message: String,
}

impl Invalid {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}
