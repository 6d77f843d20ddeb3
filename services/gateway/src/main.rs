//! The gateway on its own.

fn main() -> std::process::ExitCode {
    cpas_gateway::main()
}
