#!/bin/sh
# prune.sh ROOT: takes away what an appliance never runs: its own package tools, and what only they
# need; the list of packages was kept outside.
set -eu
r=$1

rm -rf "$r"/usr/share/perl "$r"/usr/share/perl5 "$r"/usr/bin/perl* "$r"/usr/lib/*/perl* \
	"$r"/usr/lib/apt "$r"/usr/bin/apt* "$r"/usr/lib/*/libapt* "$r"/usr/bin/dpkg* \
	"$r"/usr/share/debconf "$r"/usr/share/lintian "$r"/usr/share/doc-base "$r"/usr/share/bug \
	"$r"/usr/share/doc "$r"/usr/share/menu "$r"/usr/share/pixmaps "$r"/usr/share/mime \
	"$r"/usr/lib/*/gconv "$r"/usr/share/zoneinfo/right "$r"/usr/share/zoneinfo/posix \
	"$r"/lib/udev/hwdb.d "$r"/var/lib/apt "$r"/var/lib/dpkg "$r"/var/cache/apt "$r"/var/log/*
# drivers are loaded once, at start (kiosk-drivers.service), and nobody logs in
(cd "$r/lib/udev/rules.d" && rm 80-drivers.rules 70-uaccess.rules 71-seat.rules 73-seat-late.rules)
find "$r/usr/share/zoneinfo" -type f ! -path '*Ho_Chi_Minh' ! -name 'UTC' -delete
find "$r" -xdev -perm /6000 -type f -exec chmod a-s {} +
