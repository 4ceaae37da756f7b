#!/bin/sh
# Prints the path of a Chromium for the browser tests, installing one from the system's packages where that is allowed.
set -eu

find_one() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    return 1
}

if [ -n "${CHROMIUM:-}" ]; then
    command -v "$CHROMIUM" && exit 0
    echo "CHROMIUM is '$CHROMIUM', and there is no such program" >&2
    exit 1
fi
find_one && exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    if command -v sudo > /dev/null && sudo -n true 2> /dev/null; then as_root="sudo -n"; else as_root=no; fi
fi
if [ "$as_root" != no ] && command -v apt-get > /dev/null; then
    echo "installing chromium from the system's packages …" >&2
    {
        $as_root apt-get update -qq &&
            $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium
    } >&2 || true
    find_one && exit 0
fi

cat >&2 << 'MESSAGE'
No Chromium was found, and it could not be installed from here. The page is tested in a real browser, so please install
one (Debian and Ubuntu: `sudo apt-get install chromium`; Fedora: `sudo dnf install chromium`), or name yours in the
environment: `CHROMIUM=/path/to/chrome make test`.
MESSAGE
exit 1
