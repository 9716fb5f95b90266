#!/bin/sh
# sysroot.sh ARCH DIR: the libraries that the kiosk is linked with (build.list), of another processor,
# for a cross compiler; and DIR/pkg-config, which speaks of them only. Nothing in it is run.
set -eu
arch=$1
dir=$2
here=$(cd "$(dirname "$0")" && pwd)
[ ! -e "$dir/pkg-config" ] || exit 0

. "$here/sources.sh"
packages=$(sed 's/#.*//' "$here/../packages/build.list" | tr -s ' \n' '\n' |
	grep -e '-dev$' | grep -v umockdev | tr '\n' ',' | sed 's/,$//')
echo "  ROOT  libraries of $arch"
rm -rf "$dir" "$dir.new"
sources | mmdebstrap --quiet --variant=extract --architectures="$arch" --include="$packages" \
	--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
	--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
	--aptopt='Apt::Install-Recommends "false"' bookworm "$dir.new" - >&2
triplet=$(basename "$dir.new"/usr/lib/*-linux-gnu)
cat >"$dir.new/pkg-config" <<END
#!/bin/sh
export PKG_CONFIG_SYSROOT_DIR=$dir PKG_CONFIG_LIBDIR=$dir/usr/lib/$triplet/pkgconfig:$dir/usr/share/pkgconfig
exec pkg-config "\$@"
END
chmod +x "$dir.new/pkg-config"
mv "$dir.new" "$dir"
