#!/bin/bash
# The partition for data grows to the end of a larger disk. A cut at any of its writes leaves a table
# that firmware and kernel find, and the next start makes all of it good.
set -u
cd "$(dirname "$0")" || exit 2
command -v sfdisk >/dev/null || { echo '1..0 # skip there is no sfdisk'; exit 0; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0
ok() { # STATUS TITLE
	n=$((n + 1))
	[ "$1" = 0 ] || printf not\ 
	echo "ok $n - $2"
}
holds() {
	local title=$1
	shift
	"$@"
	ok $? "$title"
}
export RUN=$dir DISK=$dir/disk NUMBER=3 W=$dir
mkdir "$dir/bin"
ln -s "$PWD/part/counted.sh" "$dir/bin/dd"
new() { # SIZE: as flashed, and found to be larger
	rm -f "$DISK"
	truncate -s 40M "$DISK"
	sfdisk -q --no-reread --no-tell-kernel "$DISK" <<-END
		label: gpt
		label-id: D0D0D0D0-0000-4000-8000-000000000001
		start=2048, size=8192, name=a, uuid=A0A0A0A0-0000-4000-8000-000000000001
		start=10240, size=8192, name=b, uuid=B0B0B0B0-0000-4000-8000-000000000001
		start=18432, size=61440, name=data, uuid=DADADADA-0000-4000-8000-000000000001
	END
	truncate -s "$1" "$DISK"
}
grow() {
	(PATH=$dir/bin:$PATH setsid --wait sh ../../board/root/usr/lib/kiosk-board/grow x \
		>"$dir/said" 2>&1) 2>/dev/null
}
size() {
	sfdisk -q -d "$DISK" 2>/dev/null | sed -n 's/.*disk3 : .*size= *\([0-9]*\),.*name="data".*/\1/p'
}
others() { # all that must stay as it is
	sfdisk -q -d "$DISK" 2>/dev/null | sed 's/size=.*type/type/; /^last-lba/d; /^ *$/d'
}
grown() {
	[ "$(size)" = 1028096 ] && ! sfdisk --verify "$DISK" 2>&1 | grep -qi 'corrupt\|not on the end\|mismatch'
}

new 512M
before=$(others)
holds 'a larger disk' grow
holds 'is used to its end, in whole MiB' grown
holds 'and nothing else of the table is another' [ "$(others)" = "$before" ]
sum=$(sha256sum <"$DISK")
grow
holds 'once more: nothing is written' [ "$(sha256sum <"$DISK")" = "$sum" ]
dd if=/dev/zero of="$DISK" bs=512 seek=1 count=1 conv=notrunc status=none
grow
holds 'a first table that is gone is made from the second' grown
dd if=/dev/zero of="$DISK" bs=512 seek=$((1048576 - 33)) count=33 conv=notrunc status=none
grow
holds 'and the second from the first' grown
holds 'with nothing else changed' [ "$(others)" = "$before" ]
new 40M
holds 'a disk of the size of the image' grow
holds 'has what it had' [ "$(size)" = 61440 ]
for HALF in 0 1; do
	export HALF
	bad=
	for ((at = 1; at < 30; at++)); do
		new 512M
		echo "$at" >"$dir/left"
		grow && break
		rm -f "$dir/left"
		[ "$(others)" = "$before" ] || bad="$bad $at:table"
		grow && grown && [ "$(others)" = "$before" ] || bad="$bad $at"
	done
	rm -f "$dir/left"
	[ -z "$bad" ]
	ok $? "cut at each of $((at - 1)) writes$([ $HALF = 0 ] || echo , in their midst):$bad"
done 2>/dev/null # the shell says who was killed
echo "1..$n"
