# Sourced by run.sh, test.sh and bench.sh: what has to be there before anything is built.
# It changes to the root of the checkout and defines functions; it runs nothing.

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
UI=services/gateway/ui

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# need PROGRAM WHAT: ends with a sentence when PROGRAM is not installed.
need() {
  command -v "$1" >/dev/null || fail "$1 is not installed. $2"
}

need_builders() {
  need python3 "Install Python 3.11 or later (Debian: apt-get install python3 python3-pip)."
  need cargo "Install Rust 1.95 with rustup (https://rustup.rs)."
  need npm "Install Node 20.19 or later, which brings npm (https://nodejs.org)."
}

# Exports CPAS_PG_BIN and CPAS_NATS_BIN, installing both programs first if they are not there.
setup_tools() {
  local lines
  lines=$(python3 deploy/local/tools.py --env) || return
  eval "$lines"
}

# Installs the packages of a folder, unless what its lock names is installed already.
npm_packages() {
  local folder=$1
  [[ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]] && return
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error)
}

# Builds the web app, unless nothing changed since it was built. A folder's time changes when a file
# is added or removed, so folders count too.
build_ui() {
  npm_packages "$UI" || return
  local stamp=$UI/node_modules/.built changed
  if [[ -f $stamp && -f $UI/dist/index.html ]]; then
    changed=$(find "$UI" -mindepth 1 \( -name node_modules -o -name dist \) -prune -o -newer "$stamp" -print -quit)
    [[ -n $changed ]] || return 0
  fi
  (cd "$UI" && npm run --silent build) || return
  touch "$stamp"
}

# Prints the path of a Chromium. Debian's is installed when there is none and we may.
find_chromium() {
  local name
  if [[ -n ${CPAS_CHROMIUM:-} ]]; then
    [[ -x $CPAS_CHROMIUM ]] || fail "CPAS_CHROMIUM is $CPAS_CHROMIUM, which is not a program."
    say "$CPAS_CHROMIUM"
    return
  fi
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    type -P "$name" && return
  done
  if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
    say "Installing Debian's chromium for the browser tests ..." >&2
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium; } >&2 ||
      fail "apt-get could not install chromium; the reason is above."
    type -P chromium && return
  fi
  fail "The browser tests need Chromium. Install it (Debian: sudo apt-get install chromium), or set CPAS_CHROMIUM."
}
