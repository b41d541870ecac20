#!/usr/bin/env bash
# Checks the plugin without a site: PHP's own syntax check on every file, and the WordPress coding standard (phpcs.xml) where WPCS and
# PHPCompatibilityWP are installed for phpcs; no package registry of a distribution has them, so without them a part is checked.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
command -v php >/dev/null || { echo "check.sh: php is missing (apt-get install php-cli)" >&2; exit 1; }
command -v "${PHPCS:-phpcs}" >/dev/null || { echo "check.sh: phpcs is missing (apt-get install php-codesniffer)" >&2; exit 1; }
count=0
while IFS= read -r -d '' file; do
	php -l "$file" >/dev/null || { php -l "$file"; exit 1; }
	count=$((count + 1))
done < <(find rehome tests ../tests/world/wordpress/php -name '*.php' -print0)
echo "$count files are valid PHP $(php -r 'echo PHP_VERSION;')"
version=$(sed -n 's/^ \* Version: *//p' rehome/rehome.php)
grep -q "define( 'REHOME_VERSION', '$version' )" rehome/rehome.php || { echo "rehome.php says two versions"; exit 1; }
grep -q "^Stable tag: $version\$" rehome/readme.txt || { echo "readme.txt is not of version $version"; exit 1; }
# PHPCS names the program where Debian's is too old for WPCS, e.g. PHPCS=~/.composer/vendor/bin/phpcs
phpcs=${PHPCS:-phpcs}
standards=$("$phpcs" -i)
if grep -q 'WordPress,' <<<"$standards" && grep -q PHPCompatibilityWP <<<"$standards"; then
	"$phpcs" -q --standard=phpcs.xml --report=full
	echo "the WordPress coding standard is kept, and the code fits PHP 7.4 to 8.4"
else
	"$phpcs" -q --standard=phpcs-without-wpcs.xml --report=full
	echo "the part of the coding standard that PHP_CodeSniffer itself knows is kept; NOT checked: WPCS and PHPCompatibilityWP, which are not installed here"
fi
