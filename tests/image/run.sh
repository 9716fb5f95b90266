#!/bin/sh
# run.sh O BOARD KEYS PROOF.txt...: plays proofs one after the other and ends with a table of them.
# First, once for each set of KEYS, firmware is given the keys of Secure Boot (O/image/vars.fd), and
# the kernel is signed for boots by hand (O/image/vmlinuz.signed).
set -eu
o=$1 board=$2 keys=$3
shift 3
play() {
	"$o/bin/machine" --o "$o" --board "$board" --keys "$keys" "$@"
}

if ! cmp -s "$keys/db.auth" "$o/image/vars.of"; then
	echo '  ENROL the keys of Secure Boot'
	tests/image/enrol.sh "$o" "$keys"
	play --keep tests/image/part/enrol.txt >"$o/image/enrol.log" ||
		{ cat "$o/image/enrol.log" >&2; exit 1; }
	cp "$o/image-check/enrol/vars.fd" "$o/image/vars.fd"
	sbsign --key "$keys/db.key" --cert "$keys/db.pem" --output "$o/image/vmlinuz.signed" \
		"$o/image/kernel/vmlinuz" 2>"$o/image/enrol.log"
	cp "$keys/db.auth" "$o/image/vars.of"
fi

status=0
mkdir -p "$o/image-check"
play "$@" >"$o/image-check/said.new" || status=$?
mv "$o/image-check/said.new" "$o/image-check/said"
grep -v '^1\.\.' "$o/image-check/said"
exit $status
