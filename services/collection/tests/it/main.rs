//! The collection service through its own door, on a real PostgreSQL and a real NATS.

mod computed;
mod copies;
mod database;
mod entries;
mod events;
mod exports;
mod files;
mod import;
mod known;
mod lineage;
mod observations;
mod phones;
mod quality;
mod read_table;
mod real;
mod review;
mod roles;
mod rules;
mod secrets;
mod series;
mod speed;
mod tables;
mod tasks;
mod tenancy;
mod workbooks;
mod world;
