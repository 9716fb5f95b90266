#!/bin/sh
# disk.sh BOARD OUT: the image that is written to a kiosk's disk (OUT/disk.img): two slots, of which
# the first is filled, and room for data. The names of the partitions are how the rest finds them.
set -eu
board=$1
out=$2
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../$board/board.conf"

DATA_MIB=64
boot=$((BOOT_MIB * 2048))
root=$((ROOT_MIB * 2048))
at=2048
disk=$out/disk.new

rm -f "$disk"
truncate -s $((2 * (BOOT_MIB + ROOT_MIB) + DATA_MIB + 2))M "$disk"
part() { # NAME SECTORS TYPE UUID
	echo "start=$at, size=$2, type=$3, uuid=$4, name=$1"
	at=$((at + $2))
}
linux=0FC63DAF-8483-4772-8E79-3D69D8477DE4
fat=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7
{
	echo 'label: gpt'
	echo 'label-id: D0D0D0D0-0000-4000-8000-000000000001'
	part boot-a "$boot" "$fat" A0A0A0A0-0000-4000-8000-000000000001
	part root-a "$root" "$linux" A0A0A0A0-0000-4000-8000-000000000002
	part boot-b "$boot" "$fat" B0B0B0B0-0000-4000-8000-000000000001
	part root-b "$root" "$linux" B0B0B0B0-0000-4000-8000-000000000002
	part data $((DATA_MIB * 2048)) "$linux" DADADADA-0000-4000-8000-000000000001
} | sfdisk --quiet --no-reread --no-tell-kernel "$disk"
fill() { # FILE FIRST-SECTOR
	dd if="$1" of="$disk" bs=1M seek=$(($2 * 512)) oflag=seek_bytes conv=notrunc,sparse status=none
}
fill "$out/boot.img" 2048
fill "$out/root.img" $((2048 + boot))
mv "$disk" "$out/disk.img"
