//! The planning service as a binary of its own.

fn main() -> std::process::ExitCode {
    chassis::run::main(cpas_planning::BINARY)
}
