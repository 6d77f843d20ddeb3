//! Who wrote something down.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A person or program, by account, with the name it had then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    pub account: Uuid,
    pub name: String,
}
