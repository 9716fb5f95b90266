#!/bin/sh
# run.sh O BOARD KEYS PROOF.txt...: plays proofs and tells each that ends; all that was said stays in
# O/image-check/said.
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
# each has one processor (add_board() in launch.c), so as many are played at once as there are; but who
# measures is alone
export o board keys
play_all() { # HOW-MANY-AT-ONCE, and names by lines
	# shellcheck disable=SC2016  # the words of the inner one
	xargs -r -P "$1" -I PROOF sh -c '
		said=$o/image-check/$(basename "$1" .txt).said
		"$o/bin/machine" --o "$o" --board "$board" --keys "$keys" "$1" >"$said" || status=1
		grep -v "^1\.\." "$said"
		exit ${status:-0}' sh PROOF
}
{ grep -l '^row' "$@" || true; } | play_all 1 || status=1
{ grep -L '^row' "$@" || true; } | play_all "$(nproc)" || status=1
for proof; do
	cat "$o/image-check/$(basename "$proof" .txt).said"
done | grep -v '^1\.\.' >"$o/image-check/said"
exit $status
