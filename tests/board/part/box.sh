# box.sh: a kiosk's data partition on a machine without device-mapper: a file, a TPM in a process,
# and the scripts of the image with some commands played. What is behind the encryption is a file
# too, one for each key: what another key has written is not there any more.
# shellcheck shell=bash
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scripts=$here/../../../board/root/usr/lib/kiosk-board
. "$here/tpm.sh"
COUNTED="cryptsetup systemd-cryptenroll mkfs.ext4 dd mv rm truncate head sync sfdisk e2fsck cat mkdir"

box_new() { # FOLDER TPM: 2 or none
	export W=$1
	export PART=$W/part RUN=$W/run KEPT=$W/kept MAPPER=$W/mapper BOARD_CONF=$W/board
	export ATTACH=$here/attach.sh PCR7=$W/pcr7 SECURE_BOOT=$W/secure_boot
	mkdir -p "$W/bin" "$W/kept"
	echo "TPM=$2" >"$BOARD_CONF"
	echo 65CA00 >"$PCR7"
	printf '\6\0\0\0\1' >"$SECURE_BOOT"
	truncate -s 64M "$PART"
	local p
	for p in $COUNTED; do ln -sf "$here/counted.sh" "$W/bin/$p"; done
	printf '#!/bin/sh\nexit 0\n' | tee "$W/bin/grow" "$W/bin/resize2fs" >/dev/null
	printf '#!/bin/sh\n[ -e "$3" ]\n' >"$W/bin/udevadm"
	chmod +x "$W/bin/"{grow,udevadm,resize2fs}
	ln -sf "$scripts/data" "$scripts/recovery" "$scripts/luks.sh" "$W/bin/"
}
box_power() { # what a cut takes with it
	rm -rf "$RUN" "$MAPPER"
	[ "${1-}" = off ] || mkdir -p "$RUN"
}
box_run() { # SCRIPT WORD...: as on the kiosk; $W/said has what it said
	(PATH=$W/bin:$PATH setsid --wait sh "$W/bin/$1" "${@:2}" >"$W/out" 2>"$W/said") 2>/dev/null
}
box_start() { # what systemd does: open, then mount and make ready
	box_run data start && box_run data ready
}
box_cut() { # N SCRIPT WORD...: the power goes with the N-th command, half done when HALF is 1
	echo "$1" >"$W/left"
	box_run "${@:2}"
	local code=$?
	rm -f "$W/left"
	return $code
}
box_state() {
	cryptsetup luksDump "$PART" 2>/dev/null | sed -n 's/^Subsystem:[[:space:]]*//p'
}
box_file() { # the file that stands for what is encrypted
	echo "$W/plain.$(cryptsetup luksUUID "$PART")"
}
