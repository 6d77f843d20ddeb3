//! OData 4.0, as far as spreadsheets and dashboards read it. Pure: what a request says, and how it is answered;
//! the routes stand in `routes::odata`.
//!
//! Invariant: whatever is sent as a filter is parsed within bounds, or refused with a sentence
//! (`whatever_is_sent_is_parsed_or_refused` in `filter`).

mod answer;
mod csdl;
mod filter;
mod model;
mod options;
mod path;
mod token;

pub use answer::{Refusal, collection, one, service_document, with_version};
pub use csdl::{json as metadata_json, xml as metadata_xml};
pub use model::{Model, Set};
pub use options::{Format, Options};
pub use path::Resource;
