#!/bin/sh
# bootstrap.sh sweep|check [MAKE ARGUMENT...] - installs the Debian packages of
# packages.txt that are missing, if any, and runs `make sweep` or `make check`.
# Status 2 is wrong usage and 3 that packages are missing and cannot be
# installed here; otherwise it is apt-get's or make's.
set -eu
cd "$(dirname "$0")/.."

case ${1-} in
sweep | check) ;;
*)
	echo "usage: bootstrap.sh sweep|check [MAKE ARGUMENT...]" >&2
	exit 2
	;;
esac

packages=$(tr '\n' ' ' <scripts/packages.txt)

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "bootstrap: not Debian: install what these packages hold:" \
		"$packages- and run: make $*" >&2
	exit 3
fi

missing=
for package in $packages; do
	state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) ||
		state=unknown
	[ "$state" = installed ] || missing="$missing $package"
done

# Runs apt-get without a question and without its output among make's.
apt() {
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -y -o DPkg::Lock::Timeout=120 "$@" >&2
}

# install PACKAGE... - with fresh lists when these know not all packages, or
# when what they name is gone from the server.
install() {
	apt-cache show "$@" >/dev/null 2>&1 || apt update
	apt install --no-install-recommends "$@" || {
		apt update
		apt install --no-install-recommends "$@"
	}
}

if [ -n "$missing" ]; then
	if [ "$(id -u)" -eq 0 ]; then
		as_root=
	elif sudo -n true 2>/dev/null; then
		as_root="sudo -n"
	else
		echo "bootstrap: packages are missing; as root, run:" \
			"apt-get install$missing" >&2
		exit 3
	fi
	# shellcheck disable=SC2086 # one word a package
	install $missing
fi

exec make "$@"
