#!/bin/sh
# permit.sh KEYS VERSION MACHINE UNTIL OUT: a technician's permit to install an older version
# (firmware/board/permit.h). MACHINE is a kiosk's number or `any`, UNTIL the last day, 2026-12-31. OUT
# goes beside the bundle on the stick, under its name and `.permit`.
set -eu
keys=$1
words=$(mktemp)
trap 'rm -f "$words"' EXIT
printf 'PERMIT=downgrade\nVERSION=%s\nMACHINE=%s\nUNTIL=%s\n' "$2" "$3" "$4" >"$words"
openssl cms -sign -binary -nodetach -outform DER -in "$words" -out "$5" \
	-signer "$keys/technician.pem" -inkey "$keys/technician.key"
