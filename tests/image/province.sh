#!/bin/sh
# province.sh O DIR: a stand-in of the province for as long as the proof runs, and DIR/answers for a
# kiosk in an emulated machine, to which this computer is 10.0.2.2.
set -eu
o=$1
dir=$2

mkdir -p "$dir/province"
timeout 7200 "$o/bin/province" --dir "$dir/province" --control "$dir/province.sock" --kiosk K01 --port 0 --page 0 \
	>"$dir/ready" 2>"$dir/log" </dev/null &
echo $! >"$dir/pid"
tries=0
until grep -q '^ready' "$dir/ready"; do
	tries=$((tries + 1))
	[ "$tries" -lt 600 ] || exit 1
	sleep 0.1
done
port=$(sed -n 's/^ready https:\/\/[^:]*:\([0-9]*\).*/\1/p' "$dir/ready")
tests/image/answers.sh "$o" "$dir" "$port"
