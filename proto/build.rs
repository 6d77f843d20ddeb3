//! Compiles the protocol with protox, so that no `protoc` is needed.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message as _;

const FILES: &[&str] = &[
    "cpas/common/v1/common.proto",
    "cpas/common/v1/table.proto",
    "cpas/gateway/v1/events.proto",
    "cpas/context/v1/context.proto",
    "cpas/context/v1/events.proto",
    "cpas/planning/v1/planning.proto",
    "cpas/planning/v1/events.proto",
    "cpas/collection/v1/quality.proto",
    "cpas/collection/v1/collection.proto",
    "cpas/collection/v1/events.proto",
    "cpas/assessment/v1/assessment.proto",
    "cpas/assessment/v1/events.proto",
    "cpas/reporting/v1/reporting.proto",
    "cpas/reporting/v1/events.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    // protox and tonic-prost-build say nothing to cargo about what they read.
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=cpas");

    let descriptors = protox::compile(FILES, ["."])?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.binpb"), descriptors.encode_to_vec())?;

    let mut config = prost_build::Config::new();
    // An event is told by the full name of its message.
    config.enable_type_names();

    // The REST bodies are the messages: one shape for both doors, described once.
    tonic_prost_build::configure()
        .message_attribute(
            ".",
            "#[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)] #[serde(default, deny_unknown_fields)]",
        )
        .compile_fds_with_config(descriptors, config)?;
    Ok(())
}
