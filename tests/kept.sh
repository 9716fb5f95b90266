#!/bin/sh
# kept.sh DIR TEST: runs a test and keeps what it says. kept.sh --told DIR: what went wrong.
if [ "$1" = --told ]; then
	for failed in "$2"/*.failed; do
		echo "$(basename "$failed" .failed) ended with $(cat "$failed")"
		grep -A 6 '^not ok' "${failed%.failed}"
		tail -n 20 "${failed%.failed}.err"
	done
	exit
fi
mkdir -p "$1"
to=$1/$(basename "$2")
"$2" > "$to" 2> "$to.err"
status=$?
cat "$to"
cat "$to.err" >&2
[ $status = 0 ] || echo $status > "$to.failed"
exit $status
