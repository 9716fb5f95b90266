#!/bin/sh
# stick.sh make O DIR: what stick.txt needs: DIR/dossier.tar and DIR/settings.tar of a kiosk with one dossier
# in its outbox, DIR/seen of the screens on which staff write it to a stick.
# stick.sh sent O DIR FOLDER: a PC sends what lies on a stick (its folder) to the stand-in of the province,
# which opens each dossier; says what that says.
set -eu
deed=$1 o=$2 dir=$3
kept=$dir/kept

make() {
	mkdir -p "$dir/seen"
	KEPT=$kept "$o/bin/scene" --now --shots "$dir/seen" tests/scenes/part/stick_on_the_panel.txt >"$dir/scene.log" 2>&1 ||
		{ cat "$dir/scene.log"; exit 1; }
	rm -f "$kept/data/reserve" "$kept/data/lock"
	# owned by kiosk-core, as board/root's sysusers.d numbers it
	tar -C "$kept/data" --owner=901 --group=901 --numeric-owner -cf "$dir/dossier.tar" .
	tests/image/settings.sh x86-kiosk "$dir/settings.tar" "$kept/province/pki/kiosk" https://127.0.0.1:9 \
		"$kept/more.conf"
}

sent() { # FOLDER
	rm -rf "$kept/province/received"
	"$o/bin/province" --dir "$kept/province" --control "$dir/province.sock" --kiosk K01 >"$dir/ready" 2>"$dir/log" &
	province=$!
	trap 'kill $province' EXIT
	tries=0
	until grep -q '^ready' "$dir/ready"; do
		tries=$((tries + 1))
		[ $tries -lt 300 ] || exit 1
		sleep 0.1
	done
	url=$(sed -n 's/^ready \([^ ]*\) .*/\1/p' "$dir/ready")
	sed -e "s|$(cat "$kept/was")|$kept|g" -e "s|^province_url.*|province_url = $url|" \
		-e "s|^assets_dir.*|assets_dir = $o/assets|" "$kept/conf/kiosk.conf" >"$dir/pc.conf"
	KIOSK_CONF=$dir/pc.conf "$o/bin/kiosk-sync" bundle "$1"
	find "$kept/province/received" -name manifest.json
}

case $deed in
make) make ;;
sent) sent "$4" ;;
*) exit 2 ;;
esac
