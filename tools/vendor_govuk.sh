#!/usr/bin/env bash
# Builds forethought/static/forethought/govuk.css and govuk.js from the npm package govuk-frontend.
# For maintainers, who commit what it makes: whoever runs Forethought needs no node. Usage: tools/vendor_govuk.sh
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/tools
out=$PWD/forethought/static/forethought
version=6.6.0
# The package as published. A different one under the same version stops the script.
integrity=sha512-xctkWrQvLnvQt7fyjQ3MGX9S0wz0x0RQuLxCeoXF+s8EjGICG81/DYQGKN5qgO+0KVT12UAaRwUsGY6fulRcRg==

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$tools/govuk.scss" "$tools/govuk.mjs" "$work/"
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts "govuk-frontend@$version" sass@1.108.2 esbuild@0.28.2
got=$(node -p "require('./package-lock.json').packages['node_modules/govuk-frontend'].integrity")
[[ $got == "$integrity" ]] || { echo "govuk-frontend $version is not the package it was: $got" >&2; exit 1; }

note="/* govuk-frontend $version, MIT licence: see LICENCE-govuk-frontend.txt. Made by tools/vendor_govuk.sh. */"

npx sass --load-path=node_modules/govuk-frontend/dist --style=compressed --no-source-map govuk.scss plain.css
# The crest is in their footer, which we leave out; should another component bring it, it becomes nothing.
sed -E 's/url\([^)]*govuk-crest\.svg[^)]*\)/none/g' plain.css > small.css

npx esbuild govuk.mjs --bundle --minify --format=esm --target=es2020 --legal-comments=none --log-level=warning \
  --outfile=small.js

# What would make a school look like GOV.UK, or make the page ask for files that are not there.
for forbidden in 'GDS Transport' '@font-face' 'url(' crest crown www.gov.uk sourceMappingURL; do
  if grep -qiF -- "$forbidden" small.css small.js; then echo "the build still holds: $forbidden" >&2; exit 1; fi
done

mkdir -p "$out"
{ echo "$note"; cat small.css; } > "$out/govuk.css"
{ echo "$note"; cat small.js; } > "$out/govuk.js"
for file in govuk.css govuk.js; do
  printf '%-10s %7d bytes, %6d gzipped\n' "$file" "$(wc -c < "$out/$file")" "$(gzip -9c "$out/$file" | wc -c)"
done
