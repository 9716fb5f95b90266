#!/bin/sh
# image.sh BOARD O KEYS VERSION: the whole way from built programs to an image, in O/image/BOARD.
set -eu
board=$1
o=$2
keys=$3
version=$4
here=$(dirname "$0")
out=$o/image/$board
. "$here/../$board/board.conf"

"$here/kernel.sh" "$KERNEL" "$o/image/kernel"
echo "  ROOT  $board"
"$here/stage.sh" "$board" "$o" "$o/image/kernel" "$out/stage"
"$here/root.sh" "$board" "$out" "$out/stage"
echo "  SEAL  $board $version"
"$here/initrd.sh" "$board" "$out" "$o/image/kernel"
"$here/uki.sh" "$board" "$out" "$o/image/kernel" "$keys" "$version"
"$here/disk.sh" "$board" "$out"
ls -l "$out/disk.img" "$out/root.img" "$out/kiosk.efi"
