#!/usr/bin/env bash
# Sets up what is missing, builds, and runs CPAS with the demo until Ctrl-C. Arguments go to `cpas up`.
set -euo pipefail
. "$(dirname "$0")/setup.sh"

need_builders
say "1/4 PostgreSQL and nats-server"
setup_tools
say "2/4 the web app"
build_ui
say "3/4 the services (the first build takes minutes)"
cargo build --locked --package cpas
say "4/4 start"
exec "${CARGO_TARGET_DIR:-target}/debug/cpas" up --demo "$@"
