#!/bin/sh
# hand_boot.sh O IMAGE KEYS DIR/NAME WORDS [FOLDER]: DIR/NAME.boot, a boot partition of the image with a
# root shell on the second serial line (hand.sh), WORDS added to its command line, and the programs in
# FOLDER in place of its own.
set -eu
o=$1
image=$2
keys=$3
out=$4
words=$5
folder=${6:-}
tests=$(cd "$(dirname "$0")" && pwd)
build=$tests/../../board/build
. "$build/../${image##*/}/board.conf"

"$tests/hand.sh" "$image/initrd" "$out.initrd" "$folder"
printf '%s %s' "$(cat "$image/cmdline")" "$words" >"$out.cmdline"
"$build/efi.sh" "$out" "$o/image/kernel" "$out.initrd" "$out.cmdline" "$image/os-release" "$keys"
rm -f "$out.boot"
mkfs.vfat -C -n KIOSK "$out.boot" $((BOOT_MIB * 1024 - 1024)) >/dev/null
mmd -i "$out.boot" ::EFI ::EFI/BOOT
mcopy -i "$out.boot" "$out.efi" ::EFI/BOOT/BOOTX64.EFI
rm -f "$out.initrd" "$out.efi" "$out.unsigned.efi"
