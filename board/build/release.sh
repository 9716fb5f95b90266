#!/bin/sh
# release.sh BOARD OUT KERNEL BASE VERSION KEYS: what is given away beside the update: OUT/disk.img.zst
# with disk.img.bmap (which of its blocks hold anything), what kiosk-flash asks of it (version), the
# list of all packages (disk.spdx.json), and SHA256SUMS, signed as updates are. Prints how large the
# root is.
set -eu
board=$1
out=$2
kernel=$3
base=$4
version=$5
keys=$6
here=$(cd "$(dirname "$0")" && pwd)
. "$here/key.sh"
# the first process that firmware starts comes from the building machine, as does a face in the parser
FROM_HERE='systemd-boot-efi fonts-liberation2'
ROOT_MAX_MB=120
docs=$out/docs

rm -rf "$docs"
mkdir -p "$docs"
tar -C "$docs" -xf "$base/copyright.tar"
cp -R "$kernel"/usr/share/doc/* "$docs/"
dpkg-deb -f "$kernel"/*.deb >"$out/kernel.status"
for p in $FROM_HERE; do
	mkdir -p "$docs/$p"
	cp "/usr/share/doc/$p/copyright" "$docs/$p/"
	dpkg-query -s "$p"
	echo
done >"$out/here.status"
perl "$here/spdx.pl" "$board" "$version" "$(cat "$out/root.hash")" "$base/status:$docs" \
	"$out/kernel.status:$docs" "$out/here.status:$docs" >"$out/disk.spdx.json"
rm -rf "$docs" "$out/kernel.status" "$out/here.status"

bmaptool --quiet create -o "$out/disk.img.bmap" "$out/disk.img"
level=10
[ -z "${QUICK:-}" ] || level=1
zstd -q -f "-$level" -T2 "$out/disk.img" -o "$out/disk.img.zst"
{
	cat "$out/stage/usr/share/kiosk/version"
	echo "ROOT_HASH=$(cat "$out/root.hash")"
	echo "DISK_MIN_MIB=$(sed -n 's/^DISK_MIN_MIB=//p' "$here/../$board/board.conf")"
} >"$out/version"
(cd "$out" && sha256sum version disk.img.zst disk.img.bmap disk.spdx.json mocua-*.raucb >SHA256SUMS)
key=$(key_of update)
engine=
case $key in pkcs11:*) engine='-engine pkcs11 -keyform engine' ;; esac
# shellcheck disable=SC2086  # words, or none
PKCS11_MODULE_PATH=${PKCS11_MODULE:-} openssl cms -sign -binary -in "$out/SHA256SUMS" $engine \
	-signer "$keys/update.pem" -inkey "$key" -outform DER -out "$out/SHA256SUMS.p7s"

mb=$(($(stat -c %s "$out/root.img") / 1000000))
ls -l "$out/disk.img.zst" "$out"/mocua-*.raucb "$out/kiosk.efi"
echo "  SIZE  root $mb MB of at most $ROOT_MAX_MB$([ -z "${QUICK:-}" ] || echo ', hardly compressed')"
[ -n "${QUICK:-}" ] || [ "$mb" -le "$ROOT_MAX_MB" ] || { echo "the root is too large" >&2; exit 1; }
