#!/bin/bash
# attach.sh attach NAME PARTITION - OPTIONS | detach NAME: systemd-cryptsetup for box.sh.
here=$(cd "$(dirname "$0")" && pwd)
if [ "$1" = detach ]; then
	rm -f "$MAPPER"
	exit 0
fi
case $5 in tpm2-device=*) "$here/unseal.sh" "$3" ;; *) cat ;; esac |
	/usr/sbin/cryptsetup open --test-passphrase --key-file - "$3" || exit 1
plain=$W/plain.$(/usr/sbin/cryptsetup luksUUID "$3")
if [ ! -e "$plain" ]; then
	truncate -s 48M "$plain"
	head -c 4096 /dev/urandom | dd of="$3" bs=4k seek=5000 conv=notrunc status=none
fi
ln -sfn "$plain" "$MAPPER"
