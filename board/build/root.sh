#!/bin/sh
# root.sh BOARD OUT STAGE: the root file system of the image. Debian's packages of root.list, from the
# sources of this machine, without what an appliance never runs; over it what lies in STAGE.
# Leaves OUT/root.tar, OUT/initrd.tar (what initrd.sh packs), OUT/status (dpkg's) and a cache of
# packages. Same packages and STAGE, same bytes. Tried as root only.
set -eu
board=$1
out=$2
stage=$3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../$board/board.conf"

sources() {
	apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' |
		sed -n 's/^Debian \([^ ]*\) \(bookworm[^ ]*\) main$/deb \1 \2 main/p' | sort -u
}
[ -n "$(sources)" ] || { echo "this machine knows no source of Debian 12: apt-get update" >&2; exit 1; }

packages=$(sed 's/#.*//' "$here/../packages/root.list" | tr -s ' \n' ',,' | sed 's/^,//; s/,$//')
cache=$out/cache
mkdir -p "$cache"
tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
	-cf "$out/stage.tar" .

sources | mmdebstrap --quiet --variant=minbase --architectures="$ARCH" --include="$packages" \
	--aptopt='Apt::Install-Recommends "false"' \
	--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
	--dpkgopt='path-exclude=/usr/share/bash-completion/*' \
	--skip=download/empty --skip=essential/unlink \
	--setup-hook='mkdir -p "$1/var/cache/apt/archives"' \
	--setup-hook="sync-in $cache /var/cache/apt/archives" \
	--customize-hook="sync-out /var/cache/apt/archives $cache" \
	--customize-hook="copy-out /var/lib/dpkg/status $out" \
	--customize-hook="tar-in $out/stage.tar /" \
	--customize-hook="$here/finish.sh \"\$1\"" \
	--customize-hook="$here/initrd_files.sh \"\$1\"" \
	--customize-hook="copy-out /tmp/initrd.tar $out" \
	--customize-hook='rm -f "$1/tmp/initrd.tar"' \
	bookworm "$out/root.tar" -
