#!/bin/sh
# kernel.sh PACKAGE DIR: Debian's kernel of that name (linux-image-amd64: the one it points to), from
# the machine's own sources, laid out in DIR: vmlinuz, release, lib/modules. Needs no root.
set -eu
package=$1
dir=$2
mkdir -p "$dir"

latest=$(apt-cache depends "$package" | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -1)
[ -n "$latest" ] || { echo "no package is known as $package: apt-get update" >&2; exit 1; }
[ "$(cat "$dir/release" 2>/dev/null)" != "${latest#linux-image-}" ] || exit 0

echo "  LOAD  $latest"
rm -rf "$dir"/*.deb "$dir/lib" "$dir/boot"
(cd "$dir" && apt-get download -q "$latest" >apt.log 2>&1) || { cat "$dir/apt.log"; exit 1; }
dpkg -x "$dir"/*.deb "$dir"
cp "$dir"/boot/vmlinuz-* "$dir/vmlinuz"
depmod -b "$dir" "${latest#linux-image-}"
echo "${latest#linux-image-}" >"$dir/release"
