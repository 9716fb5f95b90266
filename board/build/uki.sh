#!/bin/sh
# uki.sh BOARD OUT KERNEL KEYS VERSION: the compressed root with its hash tree (OUT/root.img), and
# the one signed file that firmware starts (OUT/kiosk.efi): kernel, initrd, and a command line that
# holds the root hash. The signature aside: same inputs, same bytes.
set -eu
board=$1
out=$2
kernel=$3
keys=$4
version=$5
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../$board/board.conf"

rm -f "$out/root.img"
tar2sqfs --quiet --force --compressor zstd --comp-extra level=15 --num-jobs 2 \
	--defaults "mtime=$SOURCE_DATE_EPOCH" "$out/root.img" <"$out/root.tar" 2>"$out/tar2sqfs.log" ||
	{ cat "$out/tar2sqfs.log"; exit 1; }
bytes=$(stat -c %s "$out/root.img")
salt=$(sha256sum <"$out/root.img" | cut -c1-64)
veritysetup format --hash-offset="$bytes" --salt="$salt" \
	--uuid=9a0e0f8c-0000-4000-8000-000000000002 "$out/root.img" "$out/root.img" >"$out/verity.txt"
hash=$(sed -n 's/^Root hash:[[:space:]]*//p' "$out/verity.txt")
[ "$(stat -c %s "$out/root.img")" -le $((ROOT_MIB * 1048576)) ] ||
	{ echo "root.img does not fit into $ROOT_MIB MiB" >&2; exit 1; }

echo "$hash" >"$out/root.hash"
printf '%s' "console=ttyS0 console=tty0 quiet loglevel=3 systemd.show_status=0 systemd.verity=0 \
rd.systemd.gpt_auto=0 systemd.gpt_auto=0 systemd.volatile=state sysrq_always_enabled=0 \
vt.global_cursor_default=0 panic=5 kiosk.hash=$hash kiosk.offset=$bytes" >"$out/cmdline"
printf 'NAME="Một Cửa kiosk"\nID=mocua\nVERSION_ID="%s"\nPRETTY_NAME="Một Cửa kiosk %s"\n' \
	"$version" "$version" >"$out/os-release"
objcopy --preserve-dates \
	--add-section .osrel="$out/os-release" --change-section-vma .osrel=0x20000 \
	--add-section .cmdline="$out/cmdline" --change-section-vma .cmdline=0x30000 \
	--add-section .linux="$kernel/vmlinuz" --change-section-vma .linux=0x2000000 \
	--add-section .initrd="$out/initrd" --change-section-vma .initrd=0x3000000 \
	/usr/lib/systemd/boot/efi/linuxx64.efi.stub "$out/kiosk.unsigned.efi"
sbsign --key "$keys/db.key" --cert "$keys/db.pem" --output "$out/kiosk.efi" \
	"$out/kiosk.unsigned.efi" 2>"$out/sbsign.log" || { cat "$out/sbsign.log"; exit 1; }

# the boot partition: FAT, with that file where firmware looks without being told
rm -f "$out/boot.img"
mkfs.vfat -C -n KIOSK -i 4B494F53 --invariant "$out/boot.img" $((BOOT_MIB * 1024 - 1024)) >/dev/null
mmd -i "$out/boot.img" ::EFI ::EFI/BOOT
mcopy -i "$out/boot.img" "$out/kiosk.efi" ::EFI/BOOT/BOOTX64.EFI
