#!/bin/sh
# enrol.sh O KEYS: packs O/image/enrol.initrd: a first process that gives the firmware of a machine
# in setup mode the keys of KEYS, reads them back, and switches it off.
set -eu
o=$1
keys=$2
tree=$o/image/enrol.tree
kernel=$o/image/kernel

rm -rf "$tree"
mkdir -p "$tree/bin" "$tree/dev" "$tree/proc" "$tree/sys" "$tree/tmp" "$tree/keys"
cp "$(command -v busybox)" "$tree/bin/busybox"
cp "$(command -v efi-updatevar)" "$(command -v dash)" "$tree/bin/"
cp "$(command -v mount)" "$tree/bin/mount.full" # efi-updatevar asks `mount -l` where variables are
cp "$keys/PK.auth" "$keys/KEK.auth" "$keys/db.auth" "$tree/keys/"
ldd "$tree"/bin/* 2>/dev/null | grep -o '/[^ ]*\.so[^ ]*' | sort -u |
	while read -r f; do
		mkdir -p "$tree/${f%/*}"
		cp -L "$f" "$tree/$f"
	done
echo efivarfs >"$o/image/enrol.modules"
board/build/modules.sh "$kernel" "$o/image/enrol.modules" "$tree"
cat >"$tree/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
/bin/busybox ln -sf dash /bin/sh
/bin/busybox ln -sf /bin/mount.full /bin/mount
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
exec >/dev/ttyS0 2>&1
modprobe efivarfs
mount -t efivarfs efivarfs /sys/firmware/efi/efivars
for name in db KEK PK; do
	efi-updatevar -f /keys/$name.auth $name && echo "enrolled $name"
done
setup=/sys/firmware/efi/efivars/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c
[ "$(tail -c 1 $setup | od -An -tu1 | tr -d ' ')" = 0 ] && echo 'setup mode has ended'
poweroff -f
INIT
chmod +x "$tree/init"
(cd "$tree" && find . | cpio -o -H newc --quiet -R 0:0) | gzip -1 >"$o/image/enrol.initrd"
rm -rf "$tree"
