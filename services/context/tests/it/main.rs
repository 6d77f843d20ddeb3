//! The context service through its own door, on a real PostgreSQL and a real NATS.

mod areas;
mod comparison;
mod context_maps;
mod crossings;
mod database;
mod events;
mod evidence;
mod files;
mod grid;
mod languages;
mod lineage;
mod mapping;
mod merging;
mod network;
mod races;
mod roles;
mod secrecy;
mod stakeholders;
mod strategies;
mod tenancy;
mod world;
mod writes;
