#!/bin/sh
# modules.sh KERNEL LIST DEST: the drivers that LIST names, and what they need, from KERNEL
# (kernel.sh) into DEST/lib/modules, with an index of their own.
set -eu
kernel=$1
list=$2
dest=$3
release=$(cat "$kernel/release")
from=lib/modules/$release

mkdir -p "$dest/$from"
cp "$kernel/$from"/modules.order "$kernel/$from"/modules.builtin* "$dest/$from/"
sed 's/#.*//' "$list" | grep . >"$dest/names"
while read -r name; do
	modprobe -d "$kernel" -S "$release" --show-depends "$name" ||
		{ echo "modules.sh: the kernel has no $name" >&2; exit 1; }
done <"$dest/names" >"$dest/needed"
sed -n "s|^insmod .*/\($from/[^ ]*\).*|\1|p" "$dest/needed" | sort -u | while read -r file; do
	mkdir -p "$dest/${file%/*}"
	cp "$kernel/$file" "$dest/$file"
done
rm "$dest/names" "$dest/needed"
depmod -b "$dest" "$release"
