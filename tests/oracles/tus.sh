#!/bin/bash
# npm's @tus/server takes what kiosk-sync sends while the line is cut and both sides are killed; the
# stand-in takes what npm's tus-js-client sends.
cd "$(dirname "$0")/../.." || exit 2
. tests/oracles/part/node.sh
. tests/oracles/part/tap.sh
. "$here/part/package.sh"
key=0b9d8d52-5f0f-4c57-9d9b-3a1f6a1b2c3d

start_province
make_package 6000000 $key || { say 1 "a package is made"; done_saying; }
size=$(stat -c%s package)
mkdir files

port=0
start_server() {
	: >port
	node "$here/part/tus_server.mjs" "$pki" files $port >port &
	server=$!
	running+=($server)
	wait_for test -s port
	port=$(cat port)
}
arrived() { stat -c%s files/* 2>/dev/null | sort -n | tail -1; }
at_least() { [ "$(arrived || echo 0)" -ge "$1" ] 2>/dev/null; }
send() { # goes on where the one before stood
	local at
	at=$(grep -o '/v1/uploads/.*' said 2>/dev/null | tail -1)
	"$bin/kiosk-sync" send package --key $key ${at:+--upload "$at"} --out answer >>said &
	sender=$!
	running+=($sender)
}

start_server
node "$here/part/line.mjs" "$port" 1500000 >line &
line=$!
running+=($line)
wait_for test -s line
conf "https://127.0.0.1:$(cat line)"

send
for part in 1 2 3; do
	wait_for at_least $((size * part / 10)) && kill -USR1 $line
	say $? "the line is cut at $part tenths"
	pause 0.6
done
for part in 4 5; do
	wait_for at_least $((size * part / 10)) && kill -KILL $sender
	say $? "kiosk-sync is killed at $part tenths"
	wait $sender 2>/dev/null
	send
done
for part in 6 8; do
	wait_for at_least $((size * part / 10)) && kill -KILL $server
	say $? "the server is killed at $part tenths"
	wait $server 2>/dev/null
	start_server
done
wait $sender && [ "$(cat answer)" = good ]
say $? "it is committed"
upload=$(basename "$(grep -o '/v1/uploads/.*' said | tail -1)")
cmp package "files/$upload" && [ "$(find files -type f ! -name '*.json' | wc -l)" = 1 ]
say $? "@tus/server has every byte of it, in one upload"
kill -TERM $line
wait $line
read -r sent made < <(tail -1 line)
echo "# $size bytes; $sent went over $made connections"
# what was on its way when the line went is sent again, and little else
[ "$sent" -lt $((size + size / 4)) ]
say $? "less than a quarter of it went twice"

node "$here/part/control.mjs" p/control "cut 300000 900000 2000000" >/dev/null &&
	node "$here/part/tus_client.mjs" "$pki" "$url" package ${key/0b/1b} "$(sha256 package)" >again &&
	cmp -s package p/uploads/*
say $? "the stand-in has what tus-js-client sent"
[ "$(cat again)" -ge 3 ]
say $? "over three cuts"
done_saying
