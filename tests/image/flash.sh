#!/bin/bash
# flash.sh: kiosk-flash writes the image of a build (O, BOARD, KEYS) to loop devices: a used disk, a
# kiosk's again, one that is in use, one that breaks off. Needs root, for loop devices.
cd "$(dirname "$0")/../.." || exit 2
o=${O:-build}
image=$o/image/${BOARD:-x86-kiosk}
anchor=${KEYS:-$o/image/keys}/update-ca.pem
[ -e "$image/SHA256SUMS.p7s" ] || { echo "1..0 # SKIP there is no image"; exit 0; }
[ "$(id -u)" = 0 ] && losetup -f >/dev/null 2>&1 || { echo "1..0 # SKIP there are no loop devices for us"; exit 0; }
command -v sgdisk >/dev/null || { echo "1..0 # SKIP there is no sgdisk"; exit 0; }
dir=$(mktemp -d) || exit 2
loop=
finish() {
	[ -z "$loop" ] || losetup -d "$loop"
	umount "$dir/small" 2>/dev/null
	rm -r "$dir"
}
trap finish EXIT
n=0
say() { # STATUS WHAT
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || { echo "not ok $n - $2"; sed 's/^/# /' "$dir/log" | tail -5; }
}
disk() { # FILE: as a device, instead of the last
	[ -z "$loop" ] || losetup -d "$loop"
	loop=$(losetup -f --show "$1") || exit 2
}
flash() { # ANSWERS OPTIONS...: its status
	local answers=$1
	shift
	printf "$answers" | "$o/bin/kiosk-flash" --anchor "$anchor" --disk "$loop" "$@" "$image" >"$dir/log" 2>&1
}
said() { grep -qF "$1" "$dir/log"; }
part() { # NAME: first sector and sectors
	sfdisk -d "$loop" | sed -n "s/.*start= *\([0-9]*\), size= *\([0-9]*\),.*name=\"$1\".*/\1 \2/p"
}

"$o/bin/kiosk-flash" --help >"$dir/log" 2>&1 && said 'kiosk-flash [OPTIONS] FOLDER' &&
	{ "$o/bin/kiosk-flash" >"$dir/log" 2>&1; [ $? = 2 ]; }
say $? "it says how it is used, and that nothing is no use"
truncate -s 8G "$dir/disk"
disk "$dir/disk"
mkfs.ext4 -q -F "$loop"
flash 'no\n'
[ $? = 3 ] && said '[R16]' && blkid -p "$loop" >/dev/null
say $? "what is on a disk stays without the word"
began=$(date +%s%N)
flash 'GHI\n4711\n'
say $? "a used disk is flashed"
took=$(($(date +%s%N) - began))
sgdisk -v "$loop" >"$dir/log" 2>&1 && grep -q 'No problems found' "$dir/log"
say $? "sgdisk finds its table clean, up to the disk's end"
for name in boot root; do
	read -r start _ < <(part $name-a)
	cmp -n "$(stat -c %s "$image/$name.img")" -i "$((start * 512)):0" "$loop" "$image/$name.img" >"$dir/log"
	say $? "$name-a is $name.img"
done
read -r start size < <(part boot-b)
cmp -n $((size * 512)) -i "$((start * 512)):0" "$loop" /dev/zero >"$dir/log" 2>&1
say $? "nothing is left in boot-b"
read -r start _ < <(part data)
blkid -p -O $((start * 512)) "$loop" >"$dir/log" 2>&1
[ $? = 2 ]
say $? "nor where the data begins"

flash 'GHI\n' --who 4711 && said 'No old data was kept'
say $? "a kiosk that never started has nothing to keep"

# a kiosk's data, grown to the end as at its first start
sgdisk -d 5 -n "5:$start:0" -c 5:data -t 5:8300 -u 5:DADADADA-0000-4000-8000-000000000001 "$loop" >/dev/null 2>&1
mkfs.ext4 -q -F -E "offset=$((start * 512))" -L unsent "$dir/disk" 1000000 2>/dev/null
before=$(sfdisk -d "$loop" | grep name=.data)
flash 'GHI\n' --who 4711 && said 'dossiers not yet sent are kept'
say $? "a kiosk's disk is flashed again"
[ "$(sfdisk -d "$loop" | grep name=.data)" = "$before" ] &&
	[ "$(blkid -p -s LABEL -o value -O $((start * 512)) "$loop")" = unsent ]
say $? "its data is where and what it was"
flash 'GHI\nno\n' --who 4711 --erase-data
[ $? = 3 ] && said '[R16]' && [ "$(blkid -p -s LABEL -o value -O $((start * 512)) "$loop")" = unsent ]
say $? "nor does an option alone erase it"

mkdir "$dir/at"
mount -o loop,offset=$((start * 512)) "$dir/disk" "$dir/at" 2>/dev/null && umount "$dir/at"
truncate -s 8G "$dir/other"
disk "$dir/other"
mkfs.ext4 -q -F "$loop"
mount "$loop" "$dir/at"
flash 'GHI\n' --who 4711
[ $? = 3 ] && said '[R01]'
say $? "a disk that is mounted is refused"
umount "$dir/at"
losetup -d "$loop"
loop=$(losetup -f --show -r "$dir/other")
flash 'GHI\n' --who 4711
[ $? = 3 ] && said '[R06]'
say $? "so is one that cannot be written"
truncate -s 1G "$dir/little"
disk "$dir/little"
flash 'GHI\n' --who 4711
[ $? = 3 ] && said '[R07]'
say $? "and one that is too small"

# another disk gets its name while a person thinks
disk "$dir/disk"
mkfifo "$dir/answers"
"$o/bin/kiosk-flash" --anchor "$anchor" --disk "$loop" --who 4711 "$image" <"$dir/answers" >"$dir/log" 2>&1 &
tool=$!
exec 3>"$dir/answers"
tries=0
until said 'Type WRITE if you are sure' || [ $((tries += 1)) -gt 300 ]; do read -r -t 0.1 _ <>"$dir/answers" || true; done
losetup -d "$loop"
losetup "$loop" "$dir/other"
echo GHI >&3
exec 3>&-
wait $tool
[ $? = 3 ] && said '[R21]' && blkid -p "$loop" >"$dir/log" && grep -q ext4 "$dir/log"
say $? "nor is one written that has changed since it was chosen"

# a disk that pretends to be larger than it is
mkdir "$dir/small"
mount -t tmpfs -o size=60M tmpfs "$dir/small"
truncate -s 8G "$dir/small/disk"
disk "$dir/small/disk"
flash 'GHI\n' --who 4711
[ $? = 1 ] && { said '[F01]' || said '[F02]' || said '[F03]'; }
say $? "one that does not hold what it says is found out"
ms=$((took / 1000000))
printf 'ROW\tflash and read back the image\t%d.%03d\ts\t60\t%s\n' $((ms / 1000)) $((ms % 1000)) \
	"$([ "$ms" -le 60000 ] && echo ok || echo OVER)"
echo "1..$n"
