#!/bin/sh
# initrd_files.sh ROOT FILE: puts into the tar FILE what the first file system takes from the root:
# busybox, veritysetup, and the libraries that these and kiosk-board are linked with, as their own
# words tell: they may be another processor's.
set -eu
r=$1
file=$2
found='bin/busybox usr/sbin/veritysetup'

needs() { # FILE...: names of libraries, and the whole path of what loads them
	(cd "$r" && readelf -dl "$@" 2>/dev/null) |
		sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p; s/.*program interpreter: \(.*\)\]/\1/p' | sort -u
}
place() { # NAME
	for at in "$r/$1" "$r"/lib/*-linux-gnu/"$1"; do
		if [ -e "$at" ]; then
			echo "${at#"$r"/}" | sed 's|^/||'
			return
		fi
	done
	echo "initrd_files.sh: $1 is needed, but not there" >&2
	exit 1
}
found="$found $(place libseccomp.so.2)"
more=$found
while [ -n "$more" ]; do
	names=$(needs $more) # shellcheck disable=SC2086  # one word each
	more=
	for name in $names; do
		at=$(place "$name")
		case " $found " in
		*" $at "* | *"/${name##*/} "*) ;;
		*)
			found="$found $at"
			more="$more $at"
			;;
		esac
	done
done
# shellcheck disable=SC2086
tar -C "$r" --dereference --sort=name --owner=0 --group=0 --numeric-owner \
	--mtime="@$SOURCE_DATE_EPOCH" -cf "$file" $found
