#!/bin/sh
# finish.sh ROOT: makes a tree of packages an appliance: users, and units without what never runs.
set -eu
r=$1
here=$(cd "$(dirname "$0")" && pwd)

systemd-sysusers --root="$r" 2>/dev/null
ldconfig -r "$r"
rm -rf "$r/var/cache/ldconfig" # inode numbers of the building machine
grep -v '^#' "$here/../enabled.list" | while read -r target unit; do
	[ -e "$r/lib/systemd/system/$unit" ] || { echo "$0: there is no $unit" >&2; exit 1; }
	mkdir -p "$r/etc/systemd/system/$target.wants"
	ln -sf "/usr/lib/systemd/system/$unit" "$r/etc/systemd/system/$target.wants/$unit"
done
sed 's/[[:space:]]*#.*//' "$here/../masked.list" | grep . | while read -r unit; do
	if [ -e "$r/lib/systemd/system/$unit" ]; then
		ln -sf /dev/null "$r/etc/systemd/system/$unit"
	fi
done
rm -rf "$r"/etc/systemd/system/getty.target.wants
ln -sf /lib/systemd/system/multi-user.target "$r/etc/systemd/system/default.target"
ln -sf ../proc/self/mounts "$r/etc/mtab"
ln -sf ../run/systemd/resolve/stub-resolv.conf "$r/etc/resolv.conf"
rm -rf "$r/etc/systemd/network"
ln -s /data/etc/network "$r/etc/systemd/network" # what set-up has written
mkdir -p "$r/data"

# scanners stand at USB: drivers of SANE that cannot speak it go, for all are loaded to look for one
# shellcheck disable=SC2013
for name in $(grep -v '^#' "$r/etc/sane.d/dll.conf"); do
	! grep -qs libusb-1.0 "$r"/usr/lib/*/sane/"libsane-$name.so.1" || continue
	rm -f "$r"/usr/lib/*/sane/"libsane-$name.so"*
	sed -i "/^$name\$/d" "$r/etc/sane.d/dll.conf"
done
# looking for others would fill the log with what the firewall refuses
sed -i 's/^net autodiscovery/# &/' "$r"/etc/sane.d/*.conf
echo 'networking=no' >>"$r/etc/sane.d/pixma.conf"
