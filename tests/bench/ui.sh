#!/bin/bash
# Cost of the screens: instructions by callgrind, which do not depend on the load of the machine,
# and press to pixel through an X server of its own. Argument: the build folder.
set -eu
cd "$(dirname "$0")/../.."
o=${1:-build}
view=tests/golden/views

# Instructions inside FUNCTION, for the 30 calls of it that the bench makes.
instructions() { # SCREEN FUNCTION ARGS...
	local screen=$1 fn=$2 out; shift 2
	out=$(mktemp)
	valgrind --tool=callgrind --callgrind-out-file="$out" --toggle-collect="$fn" \
		"$o/bin/kiosk-ui" --screen "$screen" --view "$view/$screen.view" --bench "$@" \
		> /dev/null 2>&1
	awk '/^summary:|^totals:/ {n = $2} END {print n}' "$out"
	rm -f "$out"
}

if command -v valgrind > /dev/null; then
	full=$(instructions HOME bench_full)
	key=$(instructions FORM bench_press --edit field.HoTen)
	printf 'full redraw      %.2f million instructions (limit 55)\n' "$(awk "BEGIN {print $full / 30e6}")"
	printf 'key press        %.3f million instructions (limit 0.4)\n' "$(awk "BEGIN {print $key / 30e6}")"
else
	echo 'instructions     not counted: valgrind is not installed'
fi

if ! command -v Xvfb > /dev/null; then
	echo 'press to pixel   not measured: xvfb is not installed'
	exit 0
fi
number=$(mktemp -u)
Xvfb -displayfd 9 -screen 0 1080x1920x24 -nolisten tcp 9> "$number" > /dev/null 2>&1 &
x=$!
trap 'kill $x 2> /dev/null; rm -f "$number"' EXIT
while [ ! -s "$number" ]; do kill -0 $x; read -rt 0.02 < <(:) || :; done
DISPLAY=:$(cat "$number") "$o/bench/press" "$o" 300 2> /dev/null
