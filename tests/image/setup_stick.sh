#!/bin/sh
# setup_stick.sh out O DIR: DIR/stick.img, a stick of a technician with the answers of a set-up by stick, whose
# clock is twenty minutes ahead.
# setup_stick.sh back O DIR: what the province does with it: it signs the requests that are on the stick, and
# lays its set of files beside them, with a newer list of procedures.
# DIR is that of province.sh, which has run.
set -eu
deed=$1 o=$2 dir=$3
stick=$dir/stick.img

out() {
	{
		sed -e 's/^way = .*/way = stick/' -e '/^enrol_code/d' -e '/^fingerprint/d' "$dir/answers"
		TZ=UTC-7 date -d '+20 minutes' '+date = %d/%m/%Y%ntime = %H-%M'
	} >"$dir/mocua-setup.conf"
	rm -f "$stick"
	mkfs.vfat -C -n MOCUA "$stick" 16384 >/dev/null
	mcopy -i "$stick" "$dir/mocua-setup.conf" ::
}

back() {
	url=$(sed -n 's/^ready \([^ ]*\) .*/\1/p' "$dir/ready")
	desk=$dir/desk site=$dir/mocua-site
	rm -rf "$desk" "$site"
	mkdir -p "$desk" "$site"
	mcopy -i "$stick" ::mocua-csr/tls-K01.csr "$desk/tls.csr"
	mcopy -i "$stick" ::mocua-csr/kiosk-K01.csr "$desk/kiosk.csr"
	"$o/bin/kiosk-sync" look "$url" "$site"
	cp "$site/ca.pem" "$desk/"
	echo CODE-1234 | "$o/bin/kiosk-sync" enrol "$url" K01 "$desk"
	cp "$desk"/*-K01.pem "$site/"
	jq -c '.number = 7 | .version = "2026-11-22.7"' "$o/assets/catalogue.json" >"$site/catalogue.json"
	openssl cms -sign -binary -in "$site/catalogue.json" -signer "$o/keys/catalogue.pem" \
		-inkey "$o/keys/catalogue.key" -outform DER -out "$site/catalogue.json.p7s"
	mcopy -s -i "$stick" "$site" ::
}

case $deed in
out) out ;;
back) back ;;
*) exit 2 ;;
esac
