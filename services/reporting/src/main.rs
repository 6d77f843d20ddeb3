//! The reporting service as a binary of its own.

fn main() -> std::process::ExitCode {
    chassis::run::main(cpas_reporting::BINARY)
}
