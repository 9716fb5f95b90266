#!/bin/sh
# power.sh O SEED CUTS: the proofs at a machine in an emulator, CUTS of each by the lots of SEED.
# Where no kernel can be had for it, it says so and proves nothing.
set -eu
o=$1 seed=$2 cuts=$3

tests/cut/guest.sh "$o" || {
	s=$?
	[ $s = 77 ] || exit $s
	echo 'cut-power: SKIPPED, there is no kernel for the machine' >&2
	exit 0
}
lanes=2
[ "$cuts" -ge 50 ] || lanes=1 # each begins with a machine of its own
prove() {
	echo "  CUT   the power: $*"
	"$o/bin/powercut" --dir "$o/guest" --lanes $lanes "$@"
}
prove cuts "$seed,$cuts"
prove orders "$seed,$cuts"
prove errors "$seed,$cuts"
prove full "$seed,22"
prove --deaf cuts "$seed,2"
prove --deaf orders "$seed,2"
