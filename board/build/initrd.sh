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

key=$({ echo "$level"; cat "$kernel/version" "$base/initrd.tar" "$here/../initrd/init" "$counts" \
	"$("$here/part.sh" "$board" initrd.modules)" "$here/initrd.sh" "$here/modules.sh" "$here/pack.sh"; } | sha256sum)
[ "$key" != "$(cat "$out/initrd.key" 2>/dev/null)" ] || exit 0

rm -rf "$tree"
mkdir -p "$tree/dev" "$tree/proc" "$tree/sys" "$tree/run" "$tree/root"
tar -C "$tree" -xf "$base/initrd.tar"
"$here/modules.sh" "$kernel" "$("$here/part.sh" "$board" initrd.modules)" "$tree"
install -m 755 "$here/../initrd/init" "$tree/init"
install -m 755 "$counts" "$tree/bin/kiosk-board"
"$here/pack.sh" "$tree" "$level" "$out/initrd"
echo "$key" >"$out/initrd.key"
