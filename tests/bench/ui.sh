#!/bin/bash
# Cost of the screens: instructions by callgrind, which do not depend on the load of the machine,
# and press to pixel through an X server. Argument: the build folder.
set -eu
cd "$(dirname "$0")/../.."
o=${1:-build}
view=tests/golden/views

# Instructions inside FUNCTION, in millions, for each of the 30 calls of it that --bench makes.
instructions() { # SCREEN FUNCTION ARGS...
	local screen=$1 fn=$2 out; shift 2
	out=$(mktemp)
	valgrind --tool=callgrind --callgrind-out-file="$out" --toggle-collect="$fn" \
		"$o/bin/kiosk-ui" --screen "$screen" --view "$view/$screen.view" --bench "$@" > /dev/null
	awk '/^summary:|^totals:/ {n = $2} END {if (n <= 0) exit 1; print n / 30e6}' "$out"
	rm -f "$out"
}

row() { # NAME MILLIONS AIM
	awk -v n="$1" -v f="$2" -v a="$3" 'BEGIN { printf "ROW\t%s\t%.3f\tM instructions\t<= %s\t%s\n",
		n, f, a, f <= a ? "ok" : "OVER" }'
}

tests/bench/with_x.sh "$o/bench/press" "$o" 300
full=$(instructions HOME bench_full)
key=$(instructions FORM bench_press --edit field.HoTen)
row 'full redraw' "$full" 55
row 'key press' "$key" 0.4
