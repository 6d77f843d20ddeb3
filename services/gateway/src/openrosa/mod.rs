//! OpenRosa 1.0: the protocol by which ODK Collect and its kin fetch forms and send what was filled.

mod answer;
mod settings;

pub use answer::{Refusal, form, form_list, manifest, received, with_version};
pub use settings::{qr_svg, settings};

/// Largest request that is taken, in bytes; a phone sends the pictures of one instance in several.
pub const REQUEST_BYTES_MAX: usize = 10 << 20;
/// Room for all requests that are being taken, in KiB.
pub const ROOM_KIB: u32 = 96 << 10;
