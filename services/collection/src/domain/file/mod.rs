//! Reading a long table of observations from a file of unknown make.
//!
//! The file is gone through twice, a row at a time: the survey finds out how it is written and
//! whether it can be read to its end; then every row is parsed or rejected.

pub mod days;
pub mod encoding;
pub mod frame;
pub mod french;
pub mod layout;
pub mod number;
mod outgrown;
pub mod records;
pub mod reference;
pub mod row;
mod spoken;
pub mod survey;
mod unclear;
pub mod wide;

pub use days::{DayOrder, DaySurvey, Days, UnclearDay};
pub use encoding::{Encoding, Make, NotText, Sniffer, Utf8Text};
pub use frame::{Frame, Outlook};
pub use layout::{Field, Layout};
pub use number::DecimalSign;
pub use outgrown::outgrown;
pub use records::{Record, Records, Unreadable};
pub use reference::Reference;
pub use row::{ParsedRow, Reader, Rejection, Row, parse_period};
pub use survey::{Headings, Survey, Unusable, headings, survey};
pub use unclear::Unclear;
pub use wide::Wide;

#[cfg(test)]
mod tests;
