#!/usr/bin/env bash
# Runs the plugin's tests against the site in $REHOME_WP_HOME (see tests/world/wordpress/site.sh), which is emptied first.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
site=$here/../../tests/world/wordpress/site.sh
info=$("$site" up)
"$site" reset
home=$(php -r 'echo json_decode( $argv[1], true )["home"];' "$info")
mu=$home/site/wp-content/mu-plugins/rehome-tests.php
cp "$here/mu/rehome-tests.php" "$mu"
trap 'rm -f "$mu"; "$site" reset' EXIT
php -c "$home/conf/php.ini" "$here/run.php" "$info" "$@"
