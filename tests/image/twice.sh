#!/bin/bash
# twice.sh: builds the image of BOARD again, from the commit that is checked out and in another folder,
# with another umask, time zone and language and no cached tree of packages, and compares it with the
# one in O. Signatures are aside, for they carry the time of signing and random numbers: keys, and
# what the catalogue's key has signed, are taken from O. CPU: that of two builds.
cd "$(dirname "$0")/../.." || exit 2
board=${BOARD:-x86-kiosk}
o=$PWD/${O:-build}
one=$o/image/$board
dir=$(mktemp -d "$o/image/twice.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
n=0
say() { # STATUS WHAT
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}
differs() { # which files of the two roots
	mkdir -p "$dir/r1" "$dir/r2"
	tar -C "$dir/r1" -xf "$one/root.tar"
	tar -C "$dir/r2" -xf "$two/root.tar"
	diff -rq --no-dereference "$dir/r1" "$dir/r2" | head -20 | sed 's/^/# /'
	diff <(tar -tvf "$one/root.tar") <(tar -tvf "$two/root.tar") | head -20 | sed 's/^/# /'
}
same() { # WHAT FILE FILE
	if cmp -s "$2" "$3"; then say 0 "$1"; else
		cmp "$2" "$3" >"$dir/cmp" 2>&1
		say 1 "$1: $(cat "$dir/cmp")"
	fi
}
built() { # FOLDER O MORE...: an image of this commit
	local at=$1 to=$2
	shift 2
	make -C "$at" --no-print-directory O="$to" BOARD="$board" KEYS="$o/image/keys" "$@" imaged \
		>"$dir/log" 2>&1 || { tail -30 "$dir/log"; echo "1..0 # SKIP no image can be built"; exit 1; }
}

git diff-index --quiet HEAD || { echo "1..0 # SKIP what is checked out is not what is committed"; exit 0; }
built . "$o"
second=$dir/a/folder-of-another-name
git clone -q --shared . "$second" && mkdir -p "$second/out/cache"
cp -al "$o/image/cache/debs" "$second/out/cache/debs"
mkdir -p "$second/out/assets/forms"
cp -r "$o/keys" "$second/out/"
(cd "$o/assets" && find . -name '*.p7s') | while read -r f; do
	mkdir -p "$second/out/assets/${f%/*}"
	cp "$o/assets/$f" "$second/out/assets/$f"
	touch -d '+1 minute' "$second/out/assets/$f" # made after what it signs
done
(umask 077; TZ=Pacific/Auckland LC_ALL=C.UTF-8 built "$second" "$second/out" CACHE="$second/out/cache") || exit 1
two=$second/out/image/$board

say 0 "built twice: $(sed -n 's/^VERSION_ID=//p' "$one/os-release")"
for f in os-release initrd root.img root.hash cmdline kiosk.unsigned.efi disk.spdx.json disk.img.bmap; do
	same "$f" "$one/$f" "$two/$f"
done
for at in "$one" "$two"; do
	name=$dir/$([ "$at" = "$one" ] && echo one || echo two)
	sbattach --remove "$at/kiosk.efi" >/dev/null 2>&1 || true
	cp "$at/boot.img" "$name.boot"
	touch -d @1700000000 "$at/kiosk.unsigned.efi"
	mcopy -m -D o -i "$name.boot" "$at/kiosk.unsigned.efi" ::EFI/BOOT/BOOTX64.EFI
	rauc extract --keyring="$o/image/keys/update-ca.pem" "$at"/mocua-*.raucb "$name.update" >/dev/null 2>&1
	rm -f "$name.update/boot.img"
done
cmp -s "$one/root.tar" "$two/root.tar" || differs
same 'boot.img, the signature aside' "$dir/one.boot" "$dir/two.boot"
same "the update's root" "$dir/one.update/root.img" "$dir/two.update/root.img"
same "the update's manifest" <(grep -v '^verity-\|^sha256' "$dir/one.update/manifest.raucm") \
	<(grep -v '^verity-\|^sha256' "$dir/two.update/manifest.raucm")
echo "1..$n"
