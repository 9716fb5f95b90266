#!/bin/bash
# Every bench, one table. Argument: the build folder, where the details of each stay. A figure over
# its aim is told, and is no failure; a bench that cannot measure is one.
set -u
cd "$(dirname "$0")/../.." || exit 2
o=${1:-build}
failed=0
mkdir -p "$o/bench/log"

part() { # NAME COMMAND...
	local log=$o/bench/log/$1.log; shift
	echo "  BENCH $(basename "$log" .log)" >&2
	if "$@" > "$log" 2>&1; then
		grep '^ROW' "$log" | cut -f2-
		return
	fi
	tail -20 "$log" >&2
	printf '%s\t\t\t\tFAILED\n' "$(basename "$log" .log): $log"
	return 1
}

apdu() {
	local dir status=0
	dir=$(mktemp -d)
	"$o/bin/usim" --dir "$dir" --run "$o/bench/apdu" "$dir" "$o/bin/kiosk-drv" || status=$?
	rm -rf "$dir"
	return $status
}

# The screen is a real window, as large as the kiosk's.
idle() {
	tests/bench/with_x.sh "$o/bin/scene" --window --hold "$o/bench/idle 20" tests/bench/attract.txt
}

name() {
	local dir status=0
	dir=$(mktemp -d)
	"$o/bin/scene" --dir "$dir" --hold "$o/bench/name $dir" tests/bench/attract.txt || status=$?
	rm -rf "$dir"
	return $status
}

queue() {
	local dir n status=0
	dir=$(mktemp -d)
	for n in 10 100000; do
		mkdir "$dir/$n" && "$o/bench/queue" fill "$dir/$n" $n &&
			"$o/bin/scene" --dir "$dir/$n" --hold "$o/bench/queue look $dir/at-$n" \
				tests/bench/queue.txt || status=1
	done
	"$o/bench/queue" tell "$dir/at-10" "$dir/at-100000" || status=1
	rm -rf "$dir"
	return $status
}

# beanstalkd's package would start it as a service: only its program is taken, and that by hand.
peers() {
	local dir=$PWD/$o/bench/programs
	if ! command -v beanstalkd >/dev/null && [ ! -x "$dir/usr/bin/beanstalkd" ] &&
		command -v apt-get >/dev/null; then
		mkdir -p "$dir" && (cd "$dir" && apt-get download -q beanstalkd &&
			dpkg -x beanstalkd_*.deb .) || echo "beanstalkd cannot be had"
	fi
	"$o/bench/peers" "$o"
}

# Needs an image (make image) and what make image-check needs; without them it is told.
board() {
	local row='ROW\tPower-on to first screen\t\t\t\tskipped, there is no %s\n'
	[ -e "$o/image/x86-kiosk/disk.img" ] || { printf "$row" 'image'; return 0; }
	awk -v b="$(sed -n 's/.*kiosk.offset=\([0-9]*\).*/\1/p' "$o/image/x86-kiosk/cmdline")" 'BEGIN {
		printf "ROW\troot of the image, compressed\t%.1f\tMB\t<= 120\t%s\n", b / 1e6,
		b <= 120e6 ? "ok" : "OVER, or made with QUICK=1" }'
	command -v swtpm qemu-system-x86_64 >/dev/null || { printf "$row" 'emulator'; return 0; }
	tests/image/bare.sh "$o" x86-kiosk &&
		tests/image/run.sh "$o" x86-kiosk "$o/image/keys" tests/image/bench/board.txt
}

table() {
	awk -F'\t' 'BEGIN { printf "%-60s %10s %-15s %8s\n", "", "figure", "", "aim" }
		{ printf "%-60s %10s %-15s %8s  %s\n", $1, $2, $3, $4, $5 }'
}

# An image is there only where one was made.
flash() {
	O=$o tests/image/flash.sh | tee "$o/bench/log/flash.said"
	grep -q '^ROW\|SKIP' "$o/bench/log/flash.said" && ! grep -q '^not ok' "$o/bench/log/flash.said" || return 1
	sed -n 's/^1..0 # SKIP \(.*\)/ROW\tflash and read back the image\t-\t\t\tskipped: \1/p' "$o/bench/log/flash.said"
}

parts() {
	part flash flash || failed=1
	part ui tests/bench/ui.sh "$o" || failed=1
	part search "$o/bench/search" assets/catalogue.json || failed=1
	part herd "$o/bench/herd" || failed=1
	part herd_run "$o/bench/herd_run" || failed=1
	part enqueue "$o/bench/enqueue" "$o" || failed=1
	part drain "$o/bench/drain" "$o" || failed=1
	part peers peers || failed=1
	part queue queue || failed=1
	part apdu apdu || failed=1
	part chip "$o/bench/chip" || failed=1
	part name name || failed=1
	part idle idle || failed=1
	part board board || failed=1
	part codes "$o/bench/codes" || failed=1
	part digitize "$o/bench/digitize" "$o" --peer 3,6,7,10 || failed=1
	part gates "$o/bench/gates" "$o" || failed=1
	part digitize-again "$o/bench/digitize" "$o" --seed 2 || failed=1
	part digitize-worn "$o/bench/digitize" "$o" --seed 5 --worn y || failed=1
}

parts > "$o/bench/rows"
table < "$o/bench/rows"
exit $failed
