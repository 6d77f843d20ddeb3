//! The rules of the context: areas, context maps, evidence, stakeholders. Pure: time and ids arrive as
//! arguments.

pub mod area;
pub mod broken;
pub mod comparison;
pub mod context_map;
pub mod evidence;
pub mod evidence_file;
pub mod factor;
pub mod family;
pub mod fold;
pub mod grid;
pub mod ids;
pub mod lens;
pub mod mapping;
pub mod network;
pub mod page;
pub mod relation;
pub mod stakeholder;
pub mod standing;
pub mod strategy;
pub mod text;
pub mod who;

pub use broken::Broken;
pub use text::Text;
pub use who::Who;
