#!/bin/sh
# install.sh LIST...   installs the Debian packages of board/packages/LIST.list that are missing,
# after saying which. Says nothing when all are there.
set -eu
cd "$(dirname "$0")"

wanted() { # LIST...
	for list; do sed 's/#.*//' "$list.list"; done | tr -s ' \t' '\n' | grep -v '^$' | sort -u
}

for list; do
	[ -r "$list.list" ] || { echo "$0: there is no $list.list" >&2; exit 2; }
done

is_here() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

if ! command -v dpkg-query >/dev/null; then
	echo "Not a Debian machine: the packages of board/packages/*.list are yours to find." >&2
	exit 0
fi

packages=$(wanted "$@")
missing=
for p in $packages; do is_here "$p" || missing="$missing $p"; done
[ -n "$missing" ] || exit 0

echo "Debian packages that are missing:$missing" >&2
as_root=
if [ "$(id -u)" != 0 ]; then
	as_root=sudo
	if ! command -v sudo >/dev/null; then
		echo "Type this, then try again:" >&2
		echo "  su - -c 'apt-get update && apt-get install --no-install-recommends$missing'" >&2
		exit 1
	fi
fi

install() {
	# shellcheck disable=SC2086  # one word for each package
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
		--no-install-recommends -o DPkg::Lock::Timeout=300 $missing >&2
}

known() {
	for p in $missing; do apt-cache show "$p" >/dev/null 2>&1 || return 1; done
}

echo "Installing them now." >&2
known || $as_root apt-get update -q >&2
install || { $as_root apt-get update -q >&2 && install; }
