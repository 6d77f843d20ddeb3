#!/usr/bin/env bash
# The benchmark, optimised: the six services as processes of their own, on a PostgreSQL and a NATS that
# flush to disk as a deployment's do. tests/bench/README.md says how to read what it prints. Parts that are named are
# measured alone: requests, writes, data, phones, plans, reports; the analyses only where none is.
set -euo pipefail
. "$(dirname "$0")/setup.sh"

need_builders
setup_tools
build_ui
# In the same profile, and so in the same folder, as the benchmark that starts them.
cargo build --locked --profile bench --workspace --bins
kept=0
[ "$#" -gt 0 ] || cargo bench --locked --package cpas-tests --bench analyses || kept=1
cargo bench --locked --package cpas-tests --bench bench -- "$@" || kept=1
exit "$kept"
