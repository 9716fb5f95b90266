#!/bin/sh
# guest.sh O [KERNEL.deb]: makes O/guest, the machine whose plug is pulled: vmlinuz and the drivers
# of its disks out of Debian's kernel package, which is loaded from the machine's own sources;
# initrd with the real kiosk-core, its libraries and data, and tests/guest as the first process;
# disk.img, an empty ext4 file system. Needs root only where the list of packages is too old.
# Ends with 77 where no kernel can be had.
set -eu
o=$1
g=$o/guest
mkdir -p "$g"

kernel() { # which package is the kernel of today
	apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: //p' | head -1
}
load() {
	rm -f "$g"/*.deb
	[ -n "$(kernel)" ] || { echo 'no kernel package is known' >"$g/apt.log"; return 1; }
	echo "  LOAD  $(kernel)"
	(cd "$g" && apt-get download -q "$(kernel)" >apt.log 2>&1)
}
as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
if [ ! -e "$g/vmlinuz" ]; then
	deb=${2:-}
	if [ -z "$deb" ]; then
		# the list may name a kernel that has been followed by another
		load || { as_root apt-get update -q >/dev/null 2>&1 && load; } ||
			{ cat "$g/apt.log" >&2; exit 77; }
		deb=$(ls "$g"/*.deb)
	fi
	rm -rf "$g/kernel"
	dpkg -x "$deb" "$g/kernel"
	cp "$g"/kernel/boot/vmlinuz-* "$g/vmlinuz.new"
	mv "$g/vmlinuz.new" "$g/vmlinuz"
fi

# Keys of this machine only.
key() { # FILE NAME
	[ -e "$g/$1.pem" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-days 3650 -subj "/CN=$2" -keyout "$g/$1.key" -out "$g/$1.pem" 2>/dev/null
}
key kiosk 'kiosk K01'
key seal province
cat >"$g/kiosk.conf" <<CONF
office_name = Trung tâm Phục vụ hành chính công
office_place = Xã Tân Thành, tỉnh Lâm Đồng
agency_code = 000.00.06.H56
kiosk_id = K01
data_dir = /data
assets_dir = /assets
catalogue_anchor = /etc/catalogue.pem
sign_key = /etc/kiosk.key
sign_cert = /etc/kiosk.pem
seal_cert = /etc/seal.pem
answer_anchor = /etc/seal.pem
province_url = https://province.invalid
tls_ca = /etc/seal.pem
tls_cert = /etc/kiosk.pem
tls_key = /etc/kiosk.key
CONF

if [ ! -e "$g/disk.img" ]; then
	rm -f "$g/disk.new"
	truncate -s 512M "$g/disk.new"
	mkfs.ext4 -q -F -m 0 -N 4096 -E lazy_itable_init=0,lazy_journal_init=0,nodiscard "$g/disk.new"
	mv "$g/disk.new" "$g/disk.img"
fi

libraries() { # PROGRAM...: NAME=PATH of what they are linked with, and of the loader
	ldd "$@" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/[^ ]*ld-linux[^ ]*\).*/\1/p' |
		sort -u | while read -r f; do echo "${f#/}=$f"; done
}
modules() {
	find "$g/kernel/lib/modules" \( -name 'virtio*.ko' -o -name 'crc*.ko' -o -name mbcache.ko \
		-o -name jbd2.ko -o -name ext4.ko -o -name dm-mod.ko -o -name dm-log-writes.ko \) | while read -r f; do echo "modules/${f##*/}=$f"; done
}
assets() {
	find "$o/assets" -name '*.json' -o -name '*.json.p7s' | while read -r f; do
		echo "assets/${f#"$o"/assets/}=$f"
	done
}
# shellcheck disable=SC2046  # one word each, without spaces
"$o/bin/powercut" pack "$g/initrd.new" proc/ dev/ tmp/ data/ sys/ \
	init="$o/bin/guest" bin/kiosk-core="$o/bin/kiosk-core" \
	etc/kiosk.conf="$g/kiosk.conf" etc/catalogue.pem="$o/keys/catalogue.pem" \
	etc/kiosk.key="$g/kiosk.key" etc/kiosk.pem="$g/kiosk.pem" etc/seal.pem="$g/seal.pem" \
	$(libraries "$o/bin/guest" "$o/bin/kiosk-core") $(modules) $(assets)
mv "$g/initrd.new" "$g/initrd"
