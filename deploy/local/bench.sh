#!/usr/bin/env bash
# The benchmark, optimised, beside a PostgreSQL that flushes to disk as a deployment's does.
set -euo pipefail
. "$(dirname "$0")/setup.sh"

need_builders
build_ui
exec python3 deploy/local/backing.py --durable -- cargo bench --locked --package cpas-tests --bench bench -- "$@"
