//! The rules of collection: no SQL, no transport, no clock.

pub mod assignment;
pub mod definition;
pub mod event;
pub mod event_count;
pub mod export;
pub mod file;
pub mod lifetime;
pub mod lock;
pub mod observation;
pub mod phone;
pub mod place;
pub mod quality;
pub mod remark;
pub mod review;
pub mod rollup;
pub mod rule;
