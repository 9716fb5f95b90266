#!/bin/sh
# base.sh BOARD CACHE: Debian's packages of root.list as one tree, from the sources of this machine,
# without what an appliance never runs. Leaves its folder below CACHE, and prints that: base.tar,
# initrd.tar (what initrd.sh packs), status (dpkg's), copyright.tar. The folder's name stands for all
# that it was made of: another list, or a newer package in the sources, and it is made anew. CACHE may
# be shared by several checkouts. Tried as root only.
set -eu
board=$1
cache=$2
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../$board/board.conf"
. "$here/sources.sh"

# no day of a build may stand in it: the cache outlives the commit it was made at
export SOURCE_DATE_EPOCH=1700000000

offered() { # which packages, in which versions
	apt-get indextargets --format '$(FILENAME)' 'Created-By: Packages' | sort | xargs cat
}

# apt's own folder for what is on its way is touched by each update
[ -z "$(find /var/lib/apt/lists/partial -maxdepth 0 -mtime +7 2>/dev/null)" ] ||
	echo '  **    what is known of packages is more than a week old: apt-get update' >&2

packages=$(sed 's/#.*//' "$here/../packages/root.list" | tr -s ' \n' '\n' | grep . | sort -u)
recipe="$here/base.sh $here/prune.sh $here/unrun.sh $here/initrd_files.sh"
# shellcheck disable=SC2086
key=$({ echo "$ARCH $packages"; cat $recipe; offered; } | sha256sum | cut -c1-16)
base=$cache/base-$ARCH-$key
echo "$base"
[ ! -e "$base/base.tar" ] || { touch "$base"; exit 0; }

echo "  BASE  $ARCH: $(echo "$packages" | wc -l) packages and what they need" >&2
new=$base.$$
trap 'rm -rf "$new"' EXIT
debs=$cache/debs
include=$(echo "$packages" | tr '\n' ',' | sed 's/,$//')
# of another kind of processor nothing can be run: files only, and what their scripts would have made
if [ "$ARCH" = "$(dpkg --print-architecture)" ]; then
	at=customize
	set -- --variant=minbase --customize-hook="copy-out /var/lib/dpkg/status $new"
else
	at=extract
	debs=$debs-$ARCH
	set -- --variant=extract --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --include='?essential' \
		--extract-hook="$here/unrun.sh \"\$1\" $new/status"
fi
mkdir -p "$new" "$debs"
# two builds may share the cache: each takes and gives whole files
sources | mmdebstrap --quiet --architectures="$ARCH" "$@" --include="$include" \
	--aptopt='Apt::Install-Recommends "false"' \
	--dpkgopt='path-exclude=/usr/share/doc/*' \
	--dpkgopt='path-include=/usr/share/doc/*/copyright' \
	--dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
	--dpkgopt='path-exclude=/usr/share/bash-completion/*' \
	--skip=download/empty --skip=essential/unlink \
	--setup-hook='mkdir -p "$1/var/cache/apt/archives"' \
	--setup-hook="cp -n $debs/*.deb \"\$1/var/cache/apt/archives/\" 2>/dev/null || true" \
	--$at-hook="cp -n \"\$1\"/var/cache/apt/archives/*.deb $debs/" \
	--$at-hook="tar -C \"\$1/usr/share/doc\" --sort=name -cf $new/copyright.tar ." \
	--$at-hook="$here/prune.sh \"\$1\"" \
	--$at-hook="$here/initrd_files.sh \"\$1\" $new/initrd.tar" \
	bookworm "$new/base.tar" - >&2
mv -T "$new" "$base" 2>/dev/null || true # another build was faster
# what no build has asked for in a week is of no use
find "$cache" -maxdepth 1 -name 'base-*' -mtime +7 -exec rm -rf {} +
