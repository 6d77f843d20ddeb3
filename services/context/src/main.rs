//! The context service on its own.

fn main() -> std::process::ExitCode {
    chassis::run::main(cpas_context::BINARY)
}
