#!/bin/sh
# both_slots.sh O IMAGE KEYS DIR: DIR/ab.img, the disk of an image that stands in both slots, with a
# root shell on the second serial line.
set -eu
o=$1
image=$2
keys=$3
dir=$4
tests=$(cd "$(dirname "$0")" && pwd)
. "$tests/../../board/${image##*/}/board.conf"

"$tests/hand_boot.sh" "$o" "$image" "$keys" "$dir/open" ''
cp --sparse=always "$image/disk.img" "$dir/ab.img"
fill() { # FILE MIB
	dd if="$1" of="$dir/ab.img" bs=1M seek="$2" conv=notrunc,sparse status=none
}
fill "$dir/open.boot" 1
fill "$dir/open.boot" $((1 + BOOT_MIB + ROOT_MIB))
fill "$image/root.img" $((1 + 2 * BOOT_MIB + ROOT_MIB))
rm -f "$dir/open.boot"
