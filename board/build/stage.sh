#!/bin/sh
# stage.sh BOARD O KERNEL STAGE KEYS: what lies over Debian's packages: the programs of build folder O
# and what they read, drivers of the kernel, settings and units of board/root, whose updates are taken.
# What the image says of itself stands in the file `version` (firmware/base/version.h).
set -eu
board=$1
o=$2
kernel=$3
stage=$4
keys=$5
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../$board/board.conf"
. "$here/key.sh"

rm -rf "$stage"
mkdir -p "$stage/usr/lib/kiosk" "$stage/usr/bin" "$stage/usr/share/kiosk"
cp -R "$here/../root/." "$stage/"
# without the build's number, which is drawn over the names of its folders
put() { # PROGRAM TO
	"${CROSS:-}strip" --remove-section=.note.gnu.build-id -o "$stage/$2" "${BIN:-$o/bin}/$1"
	chmod 755 "$stage/$2"
}
for p in kiosk kiosk-core kiosk-ui kiosk-drv kiosk-parse kiosk-sync kiosk-setup kioskctl; do
	put "$p" "usr/lib/kiosk/$p"
done
mkdir -p "$stage/usr/lib/kiosk-board"
put kiosk-board usr/lib/kiosk-board/kiosk-board
ln -s ../lib/kiosk/kioskctl "$stage/usr/bin/kioskctl"
cp -R "$o/assets/." "$stage/usr/share/kiosk/"
{
	echo "BOARD=$board"
	echo "COMPATIBLE=$COMPATIBLE"
	! are_for_tests || echo 'KEYS=test'
} >>"$stage/usr/share/kiosk/version"
echo "TPM=$TPM" >"$stage/usr/lib/kiosk-board/board"
cp "${CATALOGUE_CERT:-$o/keys/catalogue.pem}" "$stage/usr/share/kiosk/catalogue.pem"
cp "$("$here/part.sh" "$board" kiosk.conf)" "$stage/usr/share/kiosk/board.conf"
install -D -m 644 "$here/../journald.conf" "$stage/etc/systemd/journald.conf.d/kiosk.conf"
mkdir -p "$stage/etc/rauc"
sed "s/@COMPATIBLE@/$COMPATIBLE/" "$here/../rauc.conf" >"$stage/etc/rauc/system.conf"
cp "$keys/update-ca.pem" "$stage/usr/share/kiosk/update-ca.pem"
"$here/modules.sh" "$kernel" "$("$here/part.sh" "$board" modules)" "$stage/usr"
"$here/modules.sh" "$kernel" "$("$here/part.sh" "$board" preload)" "$stage/usr"
mkdir -p "$stage/usr/lib/modules-load.d"
grep -v '^#' "$("$here/part.sh" "$board" preload)" >"$stage/usr/lib/modules-load.d/kiosk.conf"
put kiosk-guard usr/lib/kiosk-board/guard
put kiosk-debug usr/lib/kiosk-board/kiosk-debug
# without an authority of debug certificates there is no way to the serial line
[ ! -e "$keys/debug.pem" ] || cp "$keys/debug.pem" "$stage/usr/share/kiosk/debug.pem"
cp "$("$here/part.sh" "$board" ports)" "$stage/usr/share/kiosk/ports"
