#!/bin/bash
# Does a decoder nobody here wrote read our JBIG2 bit for bit? jbig2dec, on a page of text and on
# noise of odd sizes.
cd "$(dirname "$0")/../.." || exit 2
command -v jbig2dec >/dev/null || { echo "1..0 # SKIP there is no jbig2dec"; exit 0; }
dir=$(mktemp -d) || exit 2
trap 'rm -r "$dir"' EXIT
n=0
say() { # STATUS WHAT
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}
# The rows alone: what comes before them is written in more than one way.
rows() { # FILE BYTES
	tail -c "$2" "$1"
}
same() { # NAME
	local size bytes
	size=$(sed -n '/^[0-9]/{p;q}' "$dir/$1.pbm")
	set -- "$1" $size
	bytes=$((($2 + 7) / 8 * $3))
	jbig2dec -t pbm -o "$dir/theirs.pbm" "$dir/$1.jb2" && cmp -s <(rows "$dir/$1.pbm" $bytes) <(rows "$dir/theirs.pbm" $bytes)
}

parse=${O:-build}/firmware/parse
[ -e "$parse/page/jbig2.o" ] || { echo "1..0 # SKIP kiosk-parse is not built"; exit 0; }
${CC:-cc} -std=gnu2x -I. -D_GNU_SOURCE -O1 $(pkg-config --cflags lept) -o "$dir/writer" \
	tests/oracles/jbig2.c "$parse/page/jbig2.o" "$parse/page/jbig2_mq.o" $(pkg-config --libs lept) &&
	"$dir/writer" "$dir" tests/unit/parse/letter.png
say $? "pictures are written"
for file in "$dir"/*.jb2; do
	name=$(basename "$file" .jb2)
	same "$name"
	say $? "$name comes back"
done
# an oracle that says yes to everything is none
printf '\x55' | dd of="$dir/257x119.jb2" bs=1 seek=200 conv=notrunc 2>/dev/null
! same 257x119 2>/dev/null
say $? "a byte that was changed is seen"
echo "1..$n"
