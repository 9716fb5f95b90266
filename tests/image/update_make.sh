#!/bin/sh
# update_make.sh O IMAGE KEYS DIR [database|good]: for the proofs of updates. DIR/a.img is the disk of an image
# with a root shell on the second serial line (hand.sh); DIR/stick.img a technician's stick with bundles
# of the same root: good, one that never gets well, and one for each way to be refused. For database only
# the first two, and both with the core of the next release (kiosk-core-next); for good only the first.
# DIR/versions: VERSION, what the disk has, and NEXT, what good brings.
set -eu
o=$1
image=$2
keys=$3
dir=$4
kind=${5:-}
board=${image##*/}
tests=$(cd "$(dirname "$0")" && pwd)
here=$(cd "$tests/../../board/build" && pwd)
. "$here/../$board/board.conf"
version=$(sed -n 's/^VERSION=//p' "$image/stage/usr/share/kiosk/version")
major=${version%%.*}
count=${version#*.}
count=${count%%[!0-9]*}

boot() { # NAME WORDS-OF-THE-COMMAND-LINE [FOLDER]: DIR/NAME.boot
	"$tests/hand_boot.sh" "$o" "$image" "$keys" "$dir/$1" "$2" "${3:-}"
}
bundle() { # NAME BOOT VERSION [CA]: DIR/NAME.raucb
	mkdir -p "$dir/$1"
	BOOT=$dir/$2.boot ROOT=$image/root.img "$here/bundle.sh" "$board" "$dir/$1" "${4:-$keys}" "$3"
	mv "$dir/$1"/*.raucb "$dir/$1.raucb"
	rm -rf "${dir:?}/$1"
}
plain() { # NAME [COMPATIBLE [FORMAT]]: DIR/NAME.raucb, small, as bundle.sh makes none
	mkdir -p "$dir/$1.tree"
	ln "$dir/small" "$dir/$1.tree/boot.img"
	cat >"$dir/$1.tree/manifest.raucm" <<-END
		[update]
		compatible=${2:-$COMPATIBLE}
		version=$version

		[bundle]
		format=${3:-verity}

		[image.boot]
		filename=boot.img
	END
	rauc bundle --cert="$keys/update.pem" --key="$keys/update.key" "$dir/$1.tree" \
		"$dir/$1.raucb" >/dev/null 2>&1
	rm -rf "$dir/$1.tree"
}

other_bytes() { # FILE OFFSET: four others are there
	printf 'XXXX' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
refused() { # a bundle for each way
	head -c 1000000 /dev/urandom >"$dir/small"
	bundle older open "$major.$((count - 1))+older"
	"$here/keys.sh" "$dir/rogue" >/dev/null 2>&1
	bundle foreign open "$major.$((count + 1))+foreign" "$dir/rogue"
	plain other mocua-other-board
	plain unsafe "$COMPATIBLE" plain
	size=$(stat -c %s "$dir/good.raucb")
	head -c $((size / 2)) "$dir/good.raucb" >"$dir/short.raucb"
	plain forged "$COMPATIBLE" # the signature stands at the end, and its length behind it
	other_bytes "$dir/forged.raucb" $(($(stat -c %s "$dir/forged.raucb") - 300))
	cp "$dir/good.raucb" "$dir/flipped.raucb"
	other_bytes "$dir/flipped.raucb" $((size / 2))
	"$here/permit.sh" "$keys" "$major.$((count - 1))+older" any 2999-12-31 "$dir/older.permit"
}

boot open ''
cp --sparse=always "$image/disk.img" "$dir/a.img"
dd if="$dir/open.boot" of="$dir/a.img" bs=1M seek=1 conv=notrunc,sparse status=none
if [ "$kind" = database ]; then
	mkdir "$dir/next" "$dir/blind"
	cp "$o/bin/kiosk-core-next" "$dir/next/kiosk-core"
	cp "$dir/next/kiosk-core" "$dir/blind/"
	cp /bin/false "$dir/blind/kiosk-ui"
	boot good '' "$dir/next"
	boot sick systemd.setenv=KIOSK_PROVE_S=90 "$dir/blind"
else
	boot good ''
	[ "$kind" = good ] || boot sick 'systemd.mask=kiosk.service systemd.setenv=KIOSK_PROVE_S=40'
fi
next=$major.$((count + 1))+good
printf 'VERSION=%s\nNEXT=%s\n' "$version" "$next" >"$dir/versions"
bundle good good "$next"
[ "$kind" = good ] || bundle sick sick "$major.$((count + 2))+sick"
[ -n "$kind" ] || refused

rm -f "$dir/stick.img"
truncate -s 1900M "$dir/stick.img"
mkfs.vfat -F 32 -n MOCUA "$dir/stick.img" >/dev/null
mcopy -i "$dir/stick.img" "$dir"/*.raucb ::
[ ! -e "$dir/older.permit" ] || mcopy -i "$dir/stick.img" "$dir/older.permit" ::
rm -rf "$dir"/*.raucb "$dir"/*.boot "$dir/small" "$dir/rogue" "$dir/next" "$dir/blind"
