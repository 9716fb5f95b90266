#!/bin/bash
# Does our Vietnamese typing agree with an engine that millions use? Needs fcitx5-bamboo.
cd "$(dirname "$0")/../.." || exit 2
lib=$(ls /usr/lib/*/fcitx5/libbamboo.so 2>/dev/null | head -1)
[ -n "$lib" ] || { echo "1..0 # SKIP there is no libbamboo.so"; exit 0; }
o=${O:-build}
parts=("$o/ui/ime.o" "$o/ui/letter.o" "$o/ui/syllable.o")
ls "${parts[@]}" >/dev/null 2>&1 || { echo "1..0 # SKIP kiosk-ui is not built"; exit 0; }
dir=$(mktemp -d) || exit 2
trap 'rm -r "$dir"' EXIT
${CC:-cc} -std=gnu2x -I. -D_GNU_SOURCE -O1 -o "$dir/oracle" tests/oracles/ime_bamboo.c \
	"${parts[@]}" -ldl || exit 2
"$dir/oracle" "$lib"
[ $? = 0 ] && echo "ok 1 - Telex as bamboo understands it" || echo "not ok 1 - Telex as bamboo understands it"
echo 1..1
