#!/bin/sh
# hand.sh INITRD OUT [FOLDER]: the first file system of an image for a boot by hand: the same, but that
# it leaves units which the image has not, a root shell on the second serial line and a word on the
# first when the slot that runs is proven (settled A), and puts the programs in FOLDER over those of the
# kiosk. What firmware boots has no such thing, and no login at all.
set -eu
initrd=$1
out=$2
folder=${3:-}
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

zstd -dcq "$initrd" | (cd "$tree" && cpio -i --quiet init)
sed -i '/^exec switch_root/i \
cd /root \
busybox mkdir -p run/systemd/system/sysinit.target.wants \
for unit in hand settled; do \
	busybox cp /$unit.service run/systemd/system/ \
	busybox ln -s ../$unit.service run/systemd/system/sysinit.target.wants/ \
done \
for program in /instead/*; do \
	[ -f "$program" ] || continue \
	busybox mkdir -p run/instead \
	busybox cp "$program" run/instead/ \
	busybox mount -o bind "run/instead/${program##*/}" "usr/lib/kiosk/${program##*/}" \
done \
cd /' "$tree/init"
[ -z "$folder" ] || cp -r "$folder" "$tree/instead"
grep -q "unit in hand settled" "$tree/init" || { echo "hand.sh: $initrd goes over to its root in another way" >&2; exit 1; }
cat >"$tree/hand.service" <<'UNIT'
[Unit]
Description=Root shell for proofs
DefaultDependencies=no
IgnoreOnIsolate=yes

[Service]
ExecStart=/bin/sh
Restart=always
RestartSec=0
StandardInput=tty
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS1
TTYReset=yes
TTYVHangup=yes
KillMode=process
KillSignal=SIGHUP
Environment=HOME=/
UNIT
cat >"$tree/settled.service" <<'UNIT'
[Unit]
Description=A word when this start is proven
DefaultDependencies=no

[Service]
ExecStart=/bin/sh -c 'until grep -qs "^FIRST=$$(sed s/SLOT=// /run/kiosk-board/slot)" /data/board/slots && ! test -e /data/board/pending -o -e /run/kiosk-board/unproven && systemctl -q is-active kiosk-boot; do sleep 2; done; echo "settled $$(cat /run/kiosk-board/slot)"'
StandardOutput=tty
TTYPath=/dev/ttyS0
UNIT
{
	cat "$initrd"
	(cd "$tree" && find . ! -name . | cpio -o -H newc --quiet -R 0:0 | zstd -q -1)
} >"$out"
