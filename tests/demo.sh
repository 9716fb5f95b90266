#!/bin/sh
# demo.sh DIR: says what a scene has left in its world.
cd "$1" || exit 1
here=$(pwd)
show() { # TITLE PATTERN...
	title=$1; shift
	for f in "$@"; do [ -e "$f" ] && set -- "$@" && break; done
	[ -e "$1" ] || { echo "$title: none"; return; }
	echo "$title:"
	for f in "$@"; do echo "  $here/$f"; done
}
show "Screens, in the order they were seen" screens/*.png
show "Receipts that were printed" usim/receipts/*.png
show "Sealed packages, which only the province can open" data/outbox/*
show "What the province received and opened" province/received/*/*
echo "Log: $here/kiosk.log"
