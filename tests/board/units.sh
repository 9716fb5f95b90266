#!/bin/bash
# units.sh [ROOT]: every unit of ours but a root shell has at most 2.0 in `systemd-analyze security`; with the
# ROOT of an image also those of others that run in it, each at most what board/exposed.list allows it.
set -u
cd "$(dirname "$0")/../.." || exit 2
root=${1:-}
ours=board/root/usr/lib/systemd/system
n=0
say() { # STATUS TITLE
	n=$((n + 1))
	[ "$1" = 0 ] || printf 'not '
	echo "ok $n - $2"
}
if ! systemd-analyze security --help 2>/dev/null | grep -q -- --offline; then
	echo '1..0 # skip this machine has no systemd-analyze that looks at units offline'
	exit 0
fi
copy=$(mktemp -d) || exit 2
trap 'rm -rf "$copy"' EXIT

exposure() { # UNIT MOST: 0 when it is not more open than that; told in tenths
	systemd-analyze security --offline=true --root="${root:-$copy}" --threshold="$2" --no-pager \
		"$1" >"$copy/said" 2>&1
	local good=$?
	say $good "$1: $(sed -n 's/.*exposure level for [^ ]*: \([0-9.]*\).*/\1/p' "$copy/said"), at most ${2%?}.${2#"${2%?}"}"
	[ $good = 0 ] || sed -n '/✗\|Failed\|rror/s/   */  /gp' "$copy/said" | sed 's/^/# /'
}

if [ -z "$root" ]; then
	mkdir -p "$copy/usr/lib/systemd"
	cp -r "$ours" "$copy/usr/lib/systemd/"
fi
for file in "$ours"/*.service; do
	unit=${file##*/}
	case $unit in
	kiosk-debug@.service) ;; # a root shell is to have all rights
	*) exposure "${unit/@./@x.}" 20 ;;
	esac
done
if [ -n "$root" ]; then
	while read -r unit most; do
		[ -e "$root/lib/systemd/system/$unit" ] && exposure "${unit/@./@x.}" "${most/./}"
	done < <(sed 's/#.*//' board/exposed.list | grep .)
fi

# a unit that is wide open is found, or all of the above says nothing
printf '[Service]\nExecStart=/bin/true\n' >"$copy/open.service"
mkdir -p "$copy/open/usr/lib/systemd/system"
mv "$copy/open.service" "$copy/open/usr/lib/systemd/system/"
! systemd-analyze security --offline=true --root="$copy/open" --threshold=20 --no-pager \
	open.service >/dev/null 2>&1
say $? 'a unit without any limits is found'

# an option that systemd does not know limits nothing
unknown=$(systemd-analyze verify --man=no --recursive-errors=no "$ours"/*.service 2>&1 |
	grep -iE 'unknown (key|lvalue|section)|failed to parse|invalid' || true)
[ -z "$unknown" ]
say $? 'systemd knows every word in them'
[ -z "$unknown" ] || echo "$unknown" | sed 's/^/# /'
echo "1..$n"
