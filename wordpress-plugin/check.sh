#!/usr/bin/env bash
# Checks the plugin without a site: PHP's own syntax check on every file, and the coding standard (see phpcs.xml for what it covers).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
command -v php >/dev/null || { echo "check.sh: php is missing (apt-get install php-cli)" >&2; exit 1; }
command -v phpcs >/dev/null || { echo "check.sh: phpcs is missing (apt-get install php-codesniffer)" >&2; exit 1; }
count=0
while IFS= read -r -d '' file; do
	php -l "$file" >/dev/null || { php -l "$file"; exit 1; }
	count=$((count + 1))
done < <(find rehome tests ../tests/world/wordpress/php -name '*.php' -print0)
echo "$count files are valid PHP $(php -r 'echo PHP_VERSION;')"
version=$(sed -n 's/^ \* Version: *//p' rehome/rehome.php)
grep -q "define( 'REHOME_VERSION', '$version' )" rehome/rehome.php || { echo "rehome.php says two versions"; exit 1; }
grep -q "^Stable tag: $version\$" rehome/readme.txt || { echo "readme.txt is not of version $version"; exit 1; }
phpcs -q --standard=phpcs.xml --report=full
echo "the coding standard is kept"
