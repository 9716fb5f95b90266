#!/bin/sh
# pack.sh TREE LEVEL OUT: what lies in TREE as an initrd, OUT. Same tree, same bytes; TREE goes. In steps,
# for of a pipe only the end is heard, and half a tree would be packed as a whole one.
set -eu
tree=$1
level=$2
out=$3

find "$tree" -exec touch -h -d @1700000000 {} + # no day of a build: it may have been made before
(cd "$tree" && find . -print0) >"$out.names"
LC_ALL=C sort -z -o "$out.names" "$out.names"
(cd "$tree" && cpio --null -o -H newc --reproducible -R 0:0 --quiet) <"$out.names" >"$out.cpio"
zstd -q "-$level" -T1 <"$out.cpio" >"$out.new"
mv "$out.new" "$out"
rm -rf "$tree" "$out.names" "$out.cpio"
