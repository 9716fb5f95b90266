#!/bin/sh
# part.sh BOARD NAME: the path of that file of a board, or of the board that it is LIKE (board.conf).
set -eu
boards=$(cd "$(dirname "$0")/.." && pwd)
like=$(sed -n 's/^LIKE=//p' "$boards/$1/board.conf")
for board in "$1" $like; do
	file=$boards/$board/$2
	[ ! -f "$file" ] || { echo "$file"; exit 0; }
done
echo "$0: the board $1 has no $2" >&2
exit 1
