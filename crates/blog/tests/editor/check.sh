#!/bin/sh
# Finishes HTML files as blocks and opens the result with the editor's own parser: check.sh FILE...
# Packages go into a folder of their own outside the tree (REHOME_EDITOR, else below the temporary folder).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
room=${REHOME_EDITOR:-${TMPDIR:-/tmp}/rehome-editor-check}
mkdir -p "$room/blocks"
rm -f "$room"/blocks/*.html
cp "$here/package.json" "$here/check.mjs" "$room/"
if [ ! -d "$room/node_modules/@wordpress/block-library" ]; then
    (cd "$room" && npm install --no-audit --no-fund --before="${REHOME_EDITOR_BEFORE:-2026-08-20}")
fi
(cd "$here/../../../.." && cargo build --quiet --package blog --example finish)
finish="$here/../../../../target/debug/examples/finish"
number=0
for file in "$@"; do
    number=$((number + 1))
    for form in blocks placed; do
        "$finish" "$form" <"$file" >"$room/blocks/$number-$form-$(basename "$file")" 2>/dev/null
    done
done
cd "$room"
find blocks -name '*.html' -print0 | sort -z | xargs -0 node check.mjs
