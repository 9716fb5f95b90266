#!/bin/sh
# bundle.sh BOARD OUT KEYS VERSION: OUT/mocua-BOARD-VERSION.raucb, the update that brings a kiosk of
# this board to that version: both partitions of a slot, under dm-verity, signed by KEYS/update.key.
# The signature aside: same inputs, same bytes. BOOT and ROOT may name other files than OUT's.
set -eu
board=$1
out=$2
keys=$3
version=$4
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../$board/board.conf"
. "$here/key.sh"
tree=$out/bundle.tree
bundle=$out/mocua-$board-$version.raucb

rm -rf "$tree" "$bundle"
mkdir -p "$tree"
ln "${BOOT:-$out/boot.img}" "$tree/boot.img"
ln "${ROOT:-$out/root.img}" "$tree/root.img"
cat >"$tree/manifest.raucm" <<END
[update]
compatible=$COMPATIBLE
version=$version

[bundle]
format=verity

[image.boot]
filename=boot.img

[image.root]
filename=root.img
END
key=$(key_of update)
RAUC_PKCS11_MODULE=${PKCS11_MODULE:-} \
	rauc bundle --cert="$keys/update.pem" --key="$key" --keyring="$keys/update-ca.pem" \
	--mksquashfs-args='-comp zstd -Xcompression-level 3 -all-root' \
	"$tree" "$bundle" >"$out/bundle.log" 2>&1 || { cat "$out/bundle.log"; exit 1; }
rm -rf "$tree"
