//! Journeys across services, and the rules that hold the house together.

mod across;
mod bad_input;
mod cluster;
mod context_map;
mod faults;
mod french;
mod journey;
mod live;
mod odata;
mod openrosa;
mod people;
mod policy;
mod real_data;
mod strangers;
mod telemetry;
mod tenancy;
mod tidy;
