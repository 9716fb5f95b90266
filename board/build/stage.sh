#!/bin/sh
# stage.sh BOARD O KERNEL STAGE: what lies over Debian's packages: the programs of build folder O and
# what they read, drivers of the kernel, settings and units of board/root.
set -eu
board=$1
o=$2
kernel=$3
stage=$4
here=$(cd "$(dirname "$0")" && pwd)

rm -rf "$stage"
mkdir -p "$stage/usr/lib/kiosk" "$stage/usr/bin" "$stage/usr/share/kiosk"
cp -R "$here/../root/." "$stage/"
for p in kiosk kiosk-core kiosk-ui kiosk-drv kiosk-parse kiosk-sync kioskctl; do
	strip -o "$stage/usr/lib/kiosk/$p" "$o/bin/$p"
	chmod 755 "$stage/usr/lib/kiosk/$p"
done
ln -s ../lib/kiosk/kioskctl "$stage/usr/bin/kioskctl"
cp -R "$o/assets/." "$stage/usr/share/kiosk/"
cp "$o/keys/catalogue.pem" "$stage/usr/share/kiosk/catalogue.pem"
cp "$here/../$board/kiosk.conf" "$stage/usr/share/kiosk/board.conf"
install -D -m 644 "$here/../journald.conf" "$stage/etc/systemd/journald.conf.d/kiosk.conf"
mkdir -p "$stage/usr"
"$here/modules.sh" "$kernel" "$here/../$board/modules" "$stage/usr"
