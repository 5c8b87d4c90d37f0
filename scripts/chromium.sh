#!/bin/sh
# See that a Chromium is there for the browser tests; install Debian's where that is allowed. Without one the tests say so at the end.
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Chromium is not here; installing Debian's for the browser tests"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null && exit 0
fi
echo "No Chromium found and it cannot be installed here: the browser tests will not run." >&2
