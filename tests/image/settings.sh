#!/bin/sh
# settings.sh BOARD FILE [PKI URL [MORE]]: a tar of what stands in /etc/kiosk of a kiosk that serves: with keys
# of its own that no province knows, enough to open and to be offline; or with those that a stand-in
# for the province at URL has made for it, in PKI; and the lines of settings in the file MORE.
set -eu
board=$1
file=$2
pki=${3:-}
url=${4:-https://127.0.0.1:9}
more=${5:-/dev/null}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tls"

key() { # FILE NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
		-subj "/CN=$2" -keyout "$work/$1.key" -out "$work/$1.pem" 2>/dev/null
}
if [ -n "$pki" ]; then
	cp "$pki/kiosk.key" "$pki/kiosk.pem" "$pki/seal.pem" "$pki/answer.pem" "$work/"
	cp "$pki/tls/ca.pem" "$pki/tls/kiosk.key" "$pki/tls/kiosk.pem" "$work/tls/"
else
	key kiosk 'kiosk K01'
	key seal province
	key answer province
	cp "$work/kiosk.key" "$work/kiosk.pem" "$work/tls/"
	cp "$work/answer.pem" "$work/tls/ca.pem"
	rm "$work/seal.key" "$work/answer.key"
fi
cat "$(board/build/part.sh "$board" kiosk.conf)" - >"$work/kiosk.conf" <<CONF
office_name = Trung tâm Phục vụ hành chính công
office_place = Xã Tân Thành, tỉnh Lâm Đồng
agency_code = 000.00.06.H56
kiosk_id = K01
catalogue_anchor = /usr/share/kiosk/catalogue.pem
province_url = $url
CONF
cat "$more" >>"$work/kiosk.conf"
chmod 644 "$work"/*.pem "$work"/tls/*.pem "$work/kiosk.conf"
chmod 600 "$work/kiosk.key" "$work/tls/kiosk.key"
# owners by the numbers that board/root's sysusers.d gives them: kiosk-core and kiosk-sync
tar -C "$work" --owner=0 --group=0 --numeric-owner -cf "$file" kiosk.conf kiosk.pem seal.pem answer.pem tls/ca.pem
tar -C "$work" --owner=901 --group=901 --numeric-owner -rf "$file" kiosk.key
tar -C "$work" --owner=907 --group=907 --numeric-owner -rf "$file" tls/kiosk.key tls/kiosk.pem
