#!/usr/bin/env bash
# Runs every test, or the steps named: format ui local lint rust chart browser. All steps run, also after
# one has failed, unless they need what it makes; the exit code is 1 when any failed.
set -uo pipefail
. "$(dirname "$0")/setup.sh"

STEPS=(format ui local lint rust chart browser)
REAL_DATA=${CPAS_REAL_DATA:-../shared/data}
summary=()
failed=0

# step NAME COMMAND...: runs it, times it, remembers how it went.
step() {
  local name=$1 began=$SECONDS result=ok
  shift
  printf '\n== %s\n' "$name"
  "$@" || { result=FAILED; failed=1; }
  summary+=("$(printf '%-8s %5d s  %s' "$name" $((SECONDS - began)) "$result")")
  [[ $result == ok ]]
}

skip() { summary+=("$(printf '%-8s %7s  left out: %s' "$1" "" "$2")"); failed=1; }

check_format() { cargo fmt --all --check; }

check_ui() {
  npm_packages "$UI" && (cd "$UI" && npm run --silent lint --if-present && npm run --silent test) && build_ui
}

# Lints and tests share one build: clippy stands in for the compiler, as `cargo clippy` has it do, but
# makes code too, so that dependencies and our crates are compiled once and not once for each.
with_clippy() {
  local driver
  driver=$(rustup which clippy-driver 2>/dev/null || command -v clippy-driver) ||
    { say "clippy is not installed: rustup component add clippy"; return 1; }
  RUSTC_WORKSPACE_WRAPPER=$driver CLIPPY_ARGS=-Dwarnings "$@"
}

check_lint() { with_clippy cargo build --locked --workspace --all-targets; }

check_rust() { with_clippy python3 deploy/local/backing.py -- cargo test --locked --workspace --no-fail-fast; }

check_local() { python3 deploy/local/test_local.py; }

check_chart() { python3 tests/chart/run.py; }

check_browser() {
  local browser
  browser=$(find_chromium) || return
  npm_packages tests/browser || return
  export CPAS_CHROMIUM=$browser
  # `make run` builds what it starts; with the same stand-in for the compiler there is nothing left to build.
  (cd tests/browser && with_clippy npm run --silent test)
}

need_builders
wanted=("$@")
[[ ${#wanted[@]} -gt 0 ]] || wanted=("${STEPS[@]}")
for name in "${wanted[@]}"; do
  [[ " ${STEPS[*]} " == *" $name "* ]] || fail "There is no step $name; the steps are: ${STEPS[*]}."
done
if [[ -d $REAL_DATA ]]; then
  CPAS_REAL_DATA=$(cd "$REAL_DATA" && pwd)
  export CPAS_REAL_DATA
elif [[ ${CI:-} == true ]]; then
  fail "CI is true, but the real data is not at $REAL_DATA. Set CPAS_REAL_DATA to its folder."
else
  say "There is no real data at $REAL_DATA: the tests that read it are left out, and each says so."
fi

built=yes
for name in "${wanted[@]}"; do
  case $name in
    lint | rust | browser) [[ $built == yes ]] || { skip "$name" "what it needs failed"; continue; } ;;
  esac
  step "$name" "check_$name" && continue
  case $name in
    ui | lint) built=no ;;
  esac
done

printf '\n== summary\n'
printf '%s\n' "${summary[@]}"
[[ -d $REAL_DATA ]] || say "Real-data tests were left out: there is nothing at $REAL_DATA."
exit "$failed"
