#!/bin/sh
# initrd.sh BOARD OUT KERNEL BASE: packs OUT/initrd: board/initrd/init, kiosk-board of OUT/stage, what
# initrd_files.sh gave, and the drivers of the board's disk list. Same inputs, same bytes; not made
# again when none has changed.
set -eu
board=$1
out=$2
kernel=$3
base=$4
here=$(cd "$(dirname "$0")" && pwd)
tree=$out/initrd.tree
counts=$out/stage/usr/lib/kiosk-board/kiosk-board
level=12
[ -z "${QUICK:-}" ] || level=1

key=$({ echo "$level"; cat "$kernel/release" "$base/initrd.tar" "$here/../initrd/init" "$counts" \
	"$("$here/part.sh" "$board" initrd.modules)" "$here/initrd.sh" "$here/modules.sh"; } | sha256sum)
[ "$key" != "$(cat "$out/initrd.key" 2>/dev/null)" ] || exit 0

rm -rf "$tree"
mkdir -p "$tree/dev" "$tree/proc" "$tree/sys" "$tree/run" "$tree/root"
tar -C "$tree" -xf "$base/initrd.tar"
"$here/modules.sh" "$kernel" "$("$here/part.sh" "$board" initrd.modules)" "$tree"
install -m 755 "$here/../initrd/init" "$tree/init"
install -m 755 "$counts" "$tree/bin/kiosk-board"
find "$tree" -exec touch -h -d @1700000000 {} + # no day of a build: it may have been made before
(cd "$tree" && find . -print0 | LC_ALL=C sort -z |
	cpio --null -o -H newc --reproducible -R 0:0 --quiet) | zstd -q "-$level" -T1 >"$out/initrd.new"
mv "$out/initrd.new" "$out/initrd"
echo "$key" >"$out/initrd.key"
rm -rf "$tree"
