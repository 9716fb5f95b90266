#!/bin/sh
# stick.sh BOARD O KEYS VERSION CACHE: OUT/stick.img, what is written to a USB stick with which a
# technician flashes kiosks without another computer (board/FLASHING.md): one signed file that UEFI
# starts, with kiosk-flash in it, and beside it the image that `make image` has left in OUT.
set -eu
board=$1
o=$2
keys=$3
version=$4
cache=$5
here=$(cd "$(dirname "$0")" && pwd)
out=$o/image/$board
kernel=$o/image/kernel
tree=$out/stick.tree
FONT=Vietnamese-Fixed16.psf.gz
GIVEN='version disk.img.zst disk.img.bmap SHA256SUMS SHA256SUMS.p7s'

# What shows Vietnamese on a bare screen: a face of the console and who loads it. Their packages would
# ask about keyboards when installed, so only these two files are taken.
face() {
	[ ! -e "$cache/$FONT" ] || [ ! -e "$cache/setfont" ] || return 0
	mkdir -p "$cache/face.$$"
	(cd "$cache/face.$$" && apt-get download -q console-setup-linux kbd >apt.log 2>&1 &&
		for deb in ./*.deb; do dpkg -x "$deb" .; done &&
		mv "usr/share/consolefonts/$FONT" bin/setfont ..) ||
		{ cat "$cache/face.$$/apt.log"; exit 1; }
	rm -rf "$cache/face.$$"
}
libraries() { # what they are linked with, by the names of the files
	ldd "$o/bin/kiosk-flash" |
		sed -n 's/^[[:space:]]*\([^ ]*\.so[^ ]*\) => .*/*\/\1*/p' | sort -u
}

base=$("$here/base.sh" "$board" "$cache")
face
rm -rf "$tree"
mkdir -p "$tree/dev" "$tree/proc" "$tree/sys" "$tree/run" "$tree/keys" "$tree/usr/bin"
tar -C "$tree" -xf "$base/initrd.tar"
libs=$(libraries)
[ -n "$libs" ] || { echo "stick.sh: ldd does not say what kiosk-flash is linked with" >&2; exit 1; }
# shellcheck disable=SC2086  # one pattern each
(set -f && tar -C "$tree" --wildcards -xf "$base/base.tar" $libs)
strip -o "$tree/usr/bin/kiosk-flash" "$o/bin/kiosk-flash"
cp "$keys/PK.auth" "$keys/KEK.auth" "$keys/db.auth" "$tree/keys/"
cp "$keys/update-ca.pem" "$tree/update-ca.pem"
install -m 755 "$cache/setfont" "$tree/usr/bin/"
zcat "$cache/$FONT" | "$here/double_font.pl" >"$tree/face.psf"
"$here/modules.sh" "$kernel" "$("$here/part.sh" "$board" stick.modules)" "$tree"
sed 's/#.*//' "$("$here/part.sh" "$board" stick.modules)" | grep . >"$tree/modules"
install -m 755 "$here/../flash/stick/init" "$tree/init"
"$here/pack.sh" "$tree" 9 "$out/stick.initrd"

printf '%s' 'console=ttyS0 console=tty0 quiet loglevel=1 panic=30' >"$out/stick.cmdline"
printf 'NAME="Một Cửa kiosk: flash"\nID=mocua-flash\nVERSION_ID="%s"\nPRETTY_NAME="Một Cửa: USB %s"\n' \
	"$version" "$version" >"$out/stick.release"
"$here/efi.sh" "$out/stick" "$kernel" "$out/stick.initrd" "$out/stick.cmdline" "$out/stick.release" "$keys"

# one FAT partition, which firmware finds by itself
mib=64
for file in $GIVEN; do
	mib=$((mib + $(stat -c %s "$out/$file") / 1048576 + 1))
done
rm -f "$out/stick.fat" "$out/stick.img"
mkfs.vfat -C -F 32 -n MOCUA_FLASH -i 4D4F4355 --invariant "$out/stick.fat" $((mib * 1024)) >/dev/null
mmd -i "$out/stick.fat" ::EFI ::EFI/BOOT ::image
mcopy -i "$out/stick.fat" "$out/stick.efi" ::EFI/BOOT/BOOTX64.EFI
for file in $GIVEN; do
	mcopy -i "$out/stick.fat" "$out/$file" ::image/
done
# the same tool, for a Debian PC
strip -o "$out/kiosk-flash" "$o/bin/kiosk-flash"
mcopy -i "$out/stick.fat" "$out/kiosk-flash" "$keys/update-ca.pem" ::
rm -f "$out/kiosk-flash"
truncate -s $((mib + 2))M "$out/stick.img"
printf 'label: gpt\nlabel-id: D0D0D0D0-0000-4000-8000-000000000002\nstart=2048, size=%s, type=%s, name=mocua-flash\n' \
	$((mib * 2048)) C12A7328-F81F-11D2-BA4B-00A0C93EC93B |
	sfdisk --quiet --no-reread --no-tell-kernel "$out/stick.img"
dd if="$out/stick.fat" of="$out/stick.img" bs=1M seek=1 conv=notrunc,sparse status=none
rm -f "$out/stick.fat"
ls -l "$out/stick.img"
