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
level=15
[ -z "${QUICK:-}" ] || level=1

rm -f "$out/root.img"
tar2sqfs --quiet --force --compressor zstd --comp-extra "level=$level" --num-jobs 2 \
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
# huge pages: for their sake the kernel would keep 70 MB free and give small programs 2 MB at a time
printf '%s' "console=ttyS0 quiet loglevel=3 systemd.show_status=0 systemd.verity=0 \
rd.systemd.gpt_auto=0 systemd.gpt_auto=0 systemd.volatile=state sysctl.kernel.sysrq=0 \
usbcore.authorized_default=0 i8042.nokbd i8042.noaux \
vt.global_cursor_default=0 panic=5 transparent_hugepage=never gpt kiosk.hash=$hash kiosk.offset=$bytes" >"$out/cmdline"
printf 'NAME="Một Cửa kiosk"\nID=mocua\nVERSION_ID="%s"\nPRETTY_NAME="Một Cửa kiosk %s"\n' \
	"$version" "$version" >"$out/os-release"
"$here/efi.sh" "$out/kiosk" "$kernel" "$out/initrd" "$out/cmdline" "$out/os-release" "$keys"

# the boot partition: FAT, with that file where firmware looks without being told
rm -f "$out/boot.img"
mkfs.vfat -C -n KIOSK -i 4B494F53 --invariant "$out/boot.img" $((BOOT_MIB * 1024 - 1024)) >/dev/null
mmd -i "$out/boot.img" ::EFI ::EFI/BOOT
case $ARCH in
amd64) first=BOOTX64.EFI ;;
arm64) first=BOOTAA64.EFI ;;
esac
mcopy -i "$out/boot.img" "$out/kiosk.efi" "::EFI/BOOT/$first"
