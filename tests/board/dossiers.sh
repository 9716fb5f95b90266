#!/bin/bash
# dossiers.sh: usr/lib/kiosk-board/dossiers mounts a stick for kiosk-core alone, read-only until it asks for
# more; one that says it is larger than it is, or is no file system, is noted for staff and not mounted.
set -u
cd "$(dirname "$0")/../.." || exit 2
PATH=$PATH:/usr/sbin:/sbin
script=$PWD/board/root/usr/lib/kiosk-board/dossiers
for tool in mkfs.vfat mkfs.exfat; do
	command -v $tool >/dev/null || { echo "1..0 # skip there is no $tool"; exit 0; }
done
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/run/dossiers" "$dir/dev" "$dir/block/sdb1"
touch "$dir/run/dossiers/.wish"
shell='sh'
command -v busybox >/dev/null && shell='busybox sh'
cat >"$dir/mount" <<'END'
#!/bin/sh
echo "$*" >>"$0.said"
for at; do :; done
case $* in *no-mount*) exit 1 ;; *remount*) ;; *) mkdir -p "$at" ;; esac
END
chmod +x "$dir/mount"
n=0
check() { # TITLE COMMAND...
	local title=$1
	shift
	n=$((n + 1))
	"$@" >"$dir/out" 2>&1 || { printf 'not '; sed 's/^/# /' "$dir/out" >&2; }
	echo "ok $n - $title"
}
deed() {
	RUN=$dir/run DEV=$dir/dev BLOCK=$dir/block MOUNT="$dir/mount${hard:+ $hard}" \
		REMOUNT=$dir/mount $shell "$script" "$@" 2>/dev/null
}
stick() { # KIND MIB-IT-HAS [MIB-IT-SAYS]
	rm -f "$dir/dev/sdb1" "$dir/mount.said"
	truncate -s "${3:-$2}M" "$dir/dev/sdb1"
	mkfs."$1" "$dir/dev/sdb1" >/dev/null
	echo $(($2 * 2048)) >"$dir/block/sdb1/size"
}
hard=
for kind in vfat exfat; do
	stick $kind 64
	check "$kind is mounted" deed mount sdb1
	check "as that, and nothing of it is executed" \
		grep -q -- "--type=$kind --options=rw,nosuid,nodev,noexec,.*fmask=0177.* $dir/dev/sdb1 $dir/run/dossiers/sdb1$" "$dir/mount.said"
	check "and at once read-only" grep -qx -- "-o remount,ro $dir/run/dossiers/sdb1" "$dir/mount.said"
	check "nothing is told of it" test ! -e "$dir/run/dossiers.bad"
	echo write >"$dir/run/dossiers/.wish"
	rm "$dir/mount.said"
	deed obey
	check "written when that is wished" grep -qx -- "-o remount,rw $dir/run/dossiers/sdb1" "$dir/mount.said"
	echo keep >"$dir/run/dossiers/.wish"
	check "no longer when not" deed obey
	check "(seen)" grep -qx -- "-o remount,ro $dir/run/dossiers/sdb1" "$dir/mount.said"
	check "pulled out" deed away sdb1
	check "its folder goes with it" test ! -e "$dir/run/dossiers/sdb1"

	stick $kind 32 64
	check "$kind that says it is larger" deed mount sdb1
	check "is noted" grep -q "^sdb1: its file system says" "$dir/run/dossiers.bad"
	check "and not mounted" test ! -e "$dir/mount.said" -a ! -e "$dir/run/dossiers/sdb1"
	deed away sdb1
	check "until it is pulled out" test ! -e "$dir/run/dossiers.bad"
done
stick vfat 64
dd if=/dev/zero of="$dir/dev/sdb1" bs=512 count=1 conv=notrunc 2>/dev/null
deed mount sdb1
check "nothing where the file system was" test -e "$dir/run/dossiers.bad" -a ! -e "$dir/mount.said"
stick exfat 64
printf '\377' | dd of="$dir/dev/sdb1" bs=1 seek=108 conv=notrunc 2>/dev/null
deed mount sdb1
check "sectors of no size" test -e "$dir/run/dossiers.bad" -a ! -e "$dir/mount.said"
stick vfat 64
hard=no-mount
deed mount sdb1
check "what the kernel does not mount" grep -q 'cannot be mounted' "$dir/run/dossiers.bad"
for bad in '' mount 'mount ../x' 'mount sdb/1' 'away ..' 'obey sdb1' 'else sdb1'; do
	# shellcheck disable=SC2086
	deed $bad
	check "no deed: $bad" test $? = 2
done
echo "1..$n"
