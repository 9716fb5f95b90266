#!/bin/sh
# image.sh BOARD O KEYS VERSION CACHE: the whole way from built programs to an image, in O/image/BOARD.
# What costs much is made again only when what it is made of has changed; with QUICK=1 little is
# spent on compression, for an image that is only tried. For another processor BIN is the folder of
# its programs, and CROSS begins the names of the tools that know it.
set -eu
umask 022 # the modes of what is made here are in the image
board=$1
o=$2
keys=$3
version=$4
cache=$5
here=$(dirname "$0")
out=$o/image/$board
. "$here/../$board/board.conf"
. "$here/key.sh"
kernel=$o/image/kernel$([ "$ARCH" = amd64 ] || echo "-$ARCH")

"$here/kernel.sh" "$KERNEL" "$kernel" "$ARCH"
echo "  ROOT  $board"
"$here/stage.sh" "$board" "$o" "$kernel" "$out/stage" "$keys"
base=$("$here/base.sh" "$board" "$cache")
"$here/root.sh" "$base" "$out" "$out/stage"
echo "  SEAL  $board $version"
"$here/initrd.sh" "$board" "$out" "$kernel" "$base"
"$here/uki.sh" "$board" "$out" "$kernel" "$keys" "$version"
"$here/disk.sh" "$board" "$out"
rm -f "$out"/mocua-*.raucb
"$here/bundle.sh" "$board" "$out" "$keys" "$version"
"$here/release.sh" "$board" "$out" "$kernel" "$base" "$version" "$keys"
if are_for_tests; then
	echo "  **    NOT FOR PRODUCTION: signed with keys for tests ($keys), which anybody may have"
fi
