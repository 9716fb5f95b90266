#!/bin/sh
# initrd_files.sh ROOT: puts into ROOT/tmp/initrd.tar what the first file system takes from the root:
# busybox, veritysetup, and the libraries they are linked with.
set -eu
r=$1
programs='/bin/busybox /usr/sbin/veritysetup'

libraries() { # shellcheck disable=SC2086  # one word each
	chroot "$r" ldd $programs 2>/dev/null | grep -o '/[^ ]*lib[^ ]*\.so[^ ]*' | sort -u
}
# shellcheck disable=SC2046,SC2086
tar -C "$r" --dereference --sort=name --owner=0 --group=0 --numeric-owner \
	--mtime="@$SOURCE_DATE_EPOCH" -cf "$r/tmp/initrd.tar" \
	$(echo $programs $(libraries) | tr ' ' '\n' | sed 's|^/||')
