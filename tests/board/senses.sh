#!/bin/bash
# senses.sh: usr/lib/kiosk-board/senses tells of a stick that the kiosk does not read, of no other, and
# no longer when it has gone; what others have told stays.
set -u
cd "$(dirname "$0")/../.." || exit 2
senses=board/root/usr/lib/kiosk-board/senses
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/run" "$dir/drm/card0-HDMI" "$dir/input/event0/device/capabilities"
echo connected >"$dir/drm/card0-HDMI/status"
echo 3 >"$dir/input/event0/device/capabilities/abs"
echo 400 >"$dir/input/event0/device/capabilities/key"
touch "$dir/synced" "$dir/version"
shell='sh'
command -v busybox >/dev/null && shell='busybox sh'
n=0
told() { # TITLE WANTED DEVICE...: a device of udev as its properties
	local title=$1 want=$2 i=0 device status=0
	shift 2
	rm -rf "$dir/udev"
	mkdir -p "$dir/udev"
	for device; do
		i=$((i + 1))
		sed 's/^/E:/; s/ ID_/\nE:ID_/g' <<<"$device" >"$dir/udev/b8:$i"
	done
	echo 'UPDATE FAILED' >"$dir/run/trouble"
	for _ in 1 2; do # twice says it once
		RUN=$dir/run DRM=$dir/drm INPUT=$dir/input SYNCED=$dir/synced MADE=$dir/version \
			UDEV=$dir/udev CONF=$dir/kiosk.conf $shell $senses || status=1
	done
	[ "$(cat "$dir/run/trouble")" = "UPDATE FAILED${want:+
$want}" ] || status=1
	n=$((n + 1))
	[ $status = 0 ] || printf 'not '
	echo "ok $n - $title"
}
told 'no stick' ''
told 'a stick of the kiosk' '' 'ID_BUS=usb ID_PART_TABLE_TYPE=dos' 'ID_BUS=usb ID_FS_TYPE=vfat ID_FS_LABEL=MOCUA'
told 'as ext4, with more letters' '' 'ID_BUS=usb ID_FS_TYPE=ext4 ID_FS_LABEL=MOCUA-K01'
told 'another label' 'WRONG_STICK label "MY BACKUP", vfat' 'ID_BUS=usb ID_FS_TYPE=vfat ID_FS_LABEL=MY BACKUP'
told 'the right label on a file system that it does not read' 'WRONG_STICK label "MOCUA", ntfs' \
	'ID_BUS=usb ID_FS_TYPE=ntfs ID_FS_LABEL=MOCUA'
told 'nothing on it' 'WRONG_STICK label "", no file system' 'ID_BUS=usb'
told 'one of two partitions is enough' '' 'ID_BUS=usb ID_FS_TYPE=vfat ID_FS_LABEL=X' \
	'ID_BUS=usb ID_FS_TYPE=ext4 ID_FS_LABEL=MOCUA'
told 'a kiosk that runs from a USB disk' '' 'ID_BUS=usb ID_PART_ENTRY_NAME=boot-a ID_FS_TYPE=vfat ID_FS_LABEL=X'
told 'a disk inside' '' 'ID_BUS=ata ID_FS_TYPE=ext4 ID_FS_LABEL=X'
told 'gone again' ''
touch "$dir/kiosk.conf"
told 'one for dossiers, of a kiosk that is set up' '' 'ID_BUS=usb ID_FS_TYPE=vfat ID_FS_LABEL=MY BACKUP'
told 'the same of another kind' '' 'ID_BUS=usb ID_FS_TYPE=exfat'
told 'a kind that it does not read' 'WRONG_STICK label "", ntfs' 'ID_BUS=usb ID_FS_TYPE=ntfs'
told 'that of a technician is no exfat' 'WRONG_STICK label "MOCUA", exfat' 'ID_BUS=usb ID_FS_TYPE=exfat ID_FS_LABEL=MOCUA'
echo 'sdb1: its file system cannot be mounted' >"$dir/run/dossiers.bad"
told 'one that is damaged' 'STICK_DAMAGED sdb1: its file system cannot be mounted' 'ID_BUS=usb ID_FS_TYPE=vfat'
rm "$dir/run/dossiers.bad"
told 'and gone' ''
echo "1..$n"
