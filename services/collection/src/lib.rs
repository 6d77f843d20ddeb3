//! In the making.
pub mod domain;
