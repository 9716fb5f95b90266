#!/bin/sh
# finish.sh ROOT: makes a tree of packages an appliance: users, units, and without what never runs.
set -eu
r=$1

chroot "$r" systemd-sysusers
chroot "$r" ldconfig
for unit in getty-static getty@ serial-getty@ console-getty container-getty@ apt-daily apt-daily-upgrade \
	dpkg-db-backup e2scrub_all e2scrub_reap fstrim systemd-pstore nftables; do
	for kind in service timer; do
		if [ -e "$r/lib/systemd/system/$unit.$kind" ]; then
			ln -sf /dev/null "$r/etc/systemd/system/$unit.$kind"
		fi
	done
done
rm -rf "$r"/etc/systemd/system/getty.target.wants
ln -sf /lib/systemd/system/multi-user.target "$r/etc/systemd/system/default.target"
: >"$r/etc/machine-id"
ln -sf /proc/self/mounts "$r/etc/mtab"
mkdir -p "$r/data"

# its own package tools, and what only they need; the list of packages was kept outside
rm -rf "$r"/usr/share/perl "$r"/usr/share/perl5 "$r"/usr/bin/perl* "$r"/usr/lib/*/perl* \
	"$r"/usr/lib/apt "$r"/usr/bin/apt* "$r"/usr/lib/*/libapt* "$r"/usr/bin/dpkg* \
	"$r"/usr/share/debconf "$r"/usr/share/lintian "$r"/usr/share/doc-base "$r"/usr/share/bug \
	"$r"/usr/share/menu "$r"/usr/share/pixmaps "$r"/usr/share/mime "$r"/usr/lib/*/gconv \
	"$r"/usr/share/zoneinfo/right "$r"/usr/share/zoneinfo/posix "$r"/lib/udev/hwdb.d \
	"$r"/var/lib/apt "$r"/var/lib/dpkg "$r"/var/cache/apt "$r"/var/log/*
find "$r/usr/share/zoneinfo" -type f ! -path '*Ho_Chi_Minh' ! -name 'UTC' -delete
find "$r" -xdev -perm /6000 -type f -exec chmod a-s {} +
