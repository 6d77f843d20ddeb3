//! Why a table cannot be read: nobody can tell what its columns hold.

use super::layout::Field;

/// A table whose columns cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    #[error("No column holds the {0}. The columns are: {1}. Name the column in the mapping, or rename its heading.")]
    NoColumn(Field, String),
    #[error("Both \"{1}\" and \"{2}\" could be the {0}. Say in the mapping which one it is.")]
    TwoColumns(Field, String, String),
    #[error("The mapping names \"{1}\" for the {0}, but there is no such column. The columns are: {2}.")]
    NoSuchHeading(String, String, String),
    #[error("The mapping speaks of \"{0}\", which is neither a field nor a dimension. Fields are: {1}.")]
    NoSuchField(String, String),
}

impl Unclear {
    /// What of the request the person has to say: `mapping.period`.
    pub fn field(&self) -> String {
        match self {
            Self::NoColumn(field, _) | Self::TwoColumns(field, _, _) => format!("mapping.{field}"),
            Self::NoSuchHeading(name, _, _) | Self::NoSuchField(name, _) => format!("mapping.{name}"),
        }
    }
}
