//! Reporting.

pub mod domain;
