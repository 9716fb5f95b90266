#!/bin/sh
# kernel.sh PACKAGE DIR [ARCH]: Debian's kernel of that name (linux-image-amd64: the one it points to),
# from the machine's own sources, laid out in DIR: vmlinuz, release, version, lib/modules. Needs no root.
set -eu
package=$1
dir=$2
arch=${3:-$(dpkg --print-architecture)}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

# of another kind of processor: lists of packages of their own, which are asked for once
if [ "$arch" != "$(dpkg --print-architecture)" ]; then
	mkdir -p "$dir/apt/lists/partial" "$dir/apt/cache"
	cat >"$dir/apt/conf" <<-END
		APT::Architecture "$arch";
		#clear APT::Architectures;
		APT::Architectures { "$arch"; };
		Dir::State "$dir/apt";
		Dir::State::status "/dev/null";
		Dir::Cache "$dir/apt/cache";
	END
	export APT_CONFIG="$dir/apt/conf"
	[ -e "$dir/release" ] || apt-get update -q >"$dir/apt.log" 2>&1 || { cat "$dir/apt.log"; exit 1; }
fi
latest=$(apt-cache depends "$package" | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -1)
[ -n "$latest" ] || { echo "no package is known as $package: apt-get update" >&2; exit 1; }
# a newer one may have the same name
version=$(apt-cache policy "$latest" | sed -n 's/^ *Candidate: //p')
[ -n "$version" ] || { echo "no version of $latest is known: apt-get update" >&2; exit 1; }
[ "$(cat "$dir/version" 2>/dev/null)" != "$latest $version" ] || exit 0

echo "  LOAD  $latest $version"
rm -rf "$dir/version" "$dir"/*.deb "${dir:?}/lib" "${dir:?}/boot"
(cd "$dir" && apt-get download -q "$latest" >apt.log 2>&1) || { cat "$dir/apt.log"; exit 1; }
dpkg -x "$dir"/*.deb "$dir"
if [ -n "${APT_CONFIG:-}" ]; then # and what firmware of that processor starts it by
	(cd "$dir/apt" && apt-get download -q systemd-boot-efi >>../apt.log 2>&1)
	dpkg -x "$dir"/apt/systemd-boot-efi_*.deb "$dir"
fi
cp "$dir"/boot/vmlinuz-* "$dir/vmlinuz"
depmod -b "$dir" "${latest#linux-image-}"
echo "${latest#linux-image-}" >"$dir/release"
echo "$latest $version" >"$dir/version"
