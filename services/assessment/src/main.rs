//! The binary of the assessment service.

fn main() -> std::process::ExitCode {
    chassis::run::main(cpas_assessment::binary())
}
