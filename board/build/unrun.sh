#!/bin/sh
# unrun.sh ROOT STATUS: what the scripts of packages would have made, in a tree whose programs this
# machine cannot run: users, name services, which units are started; and a list of the packages, as
# dpkg keeps it, in the file STATUS.
set -eu
r=$1
status=$2

for deb in "$r"/var/cache/apt/archives/*.deb; do
	dpkg-deb -f "$deb"
	echo
done >"$status"
rm -rf "$r/usr/share/man" "$r/usr/share/locale" "$r/usr/share/info"
find "$r/usr/share/doc" ! -type d ! -name copyright -delete
cp "$r/usr/share/base-passwd/passwd.master" "$r/etc/passwd"
cp "$r/usr/share/base-passwd/group.master" "$r/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$r/etc/nsswitch.conf"
systemd-sysusers --root="$r" 2>/dev/null
systemctl --root="$r" preset-all 2>/dev/null
