#!/bin/sh
# bare.sh O BOARD: what a kiosk's start is compared with: O/image/bare.img and bare.initrd, the same
# packages of Debian as one compressed root, with systemd and nothing of ours, nor any verification.
set -eu
o=$1
board=$2
tree=$o/image/bare.tree
base=$(find "$o/image/cache" -maxdepth 2 -name base.tar -printf '%T@ %h\n' | sort -n | tail -1 |
	cut -d ' ' -f 2)
[ -n "$base" ] || { echo "no packages are kept in $o/image/cache" >&2; exit 1; }

if [ -z "$(find "$o/image" -maxdepth 1 -name bare.img -newer "$base/base.tar")" ]; then
	tar2sqfs --quiet --force --compressor zstd --comp-extra level=15 --num-jobs 2 \
		"$o/image/bare.new" <"$base/base.tar"
	truncate -s %1M "$o/image/bare.new"
	mv "$o/image/bare.new" "$o/image/bare.img"
fi
rm -rf "$tree"
mkdir -p "$tree/dev" "$tree/proc" "$tree/sys" "$tree/root"
tar -C "$tree" -xf "$base/initrd.tar"
board/build/modules.sh "$o/image/kernel" "$(board/build/part.sh "$board" initrd.modules)" "$tree"
cat >"$tree/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in virtio_pci virtio_blk squashfs; do modprobe $module; done
while [ ! -b /dev/vda ]; do usleep 20000; done
mount -t squashfs -o ro /dev/vda /root
for at in dev proc sys; do mount -o move /$at /root/$at; done
exec switch_root /root /sbin/init
INIT
chmod +x "$tree/init"
(cd "$tree" && find . | cpio -o -H newc --quiet -R 0:0) | zstd -q -1 >"$o/image/bare.initrd"
rm -rf "$tree"
