//! The system in one process, and what is loaded into it through its door.

mod archive;
mod closing;
mod digests;
mod loading;
mod restoring;
mod stage;
mod system;
mod two;
