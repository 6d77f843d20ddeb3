//! Planning on a real PostgreSQL and a real NATS, through its gate, as its callers meet it.

mod access;
mod archive;
mod book;
mod changes;
mod checks;
mod collection;
mod comments;
mod crossings;
mod formulas;
mod hostile;
mod indicators;
mod library;
mod plans;
mod races;
mod rbb;
mod references;
mod risks;
mod speed;
mod states;
mod strategies;
mod targets;
mod theory;
mod tree;
mod work_plan;
mod workbook;
mod world;
