#!/bin/sh
# initrd.sh BOARD OUT KERNEL: packs OUT/initrd: board/initrd/init, what initrd_files.sh gave, and the
# drivers of the board's disk list. Same inputs, same bytes.
set -eu
board=$1
out=$2
kernel=$3
here=$(cd "$(dirname "$0")" && pwd)
tree=$out/initrd.tree

rm -rf "$tree"
mkdir -p "$tree/dev" "$tree/proc" "$tree/sys" "$tree/run" "$tree/root"
tar -C "$tree" -xf "$out/initrd.tar"
"$here/modules.sh" "$kernel" "$here/../$board/initrd.modules" "$tree"
install -m 755 "$here/../initrd/init" "$tree/init"
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
(cd "$tree" && find . -print0 | LC_ALL=C sort -z |
	cpio --null -o -H newc --reproducible -R 0:0 --quiet) | zstd -q -12 -T1 >"$out/initrd.new"
mv "$out/initrd.new" "$out/initrd"
rm -rf "$tree"
