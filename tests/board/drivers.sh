#!/bin/bash
# drivers.sh: usr/lib/kiosk-board/drivers loads what each device asks for, once, and what a new device asks
# for that came with such a driver; what has no driver keeps nothing from going on.
set -u
cd "$(dirname "$0")/../.." || exit 2
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/sys/devices/pci0/net" "$dir/sys/devices/bare"
echo pci:network >"$dir/sys/devices/pci0/modalias"
echo "acpi:nobody's" >"$dir/sys/devices/bare/modalias"
cat >"$dir/modprobe" <<'END'
#!/bin/sh
# the driver of the network's card brings a device of its own
echo "$@" >>"$LOG"
case $* in *pci:network*) echo virtio:port >"$SYS/devices/pci0/net/modalias" ;; esac
exit 1
END
chmod 755 "$dir/modprobe"
shell='sh'
command -v busybox >/dev/null && shell='busybox sh'
n=0
say() { # STATUS TITLE
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}
load() {
	SYS=$dir/sys MODPROBE=$dir/modprobe LOG=$dir/log $shell board/root/usr/lib/kiosk-board/drivers
}
load
say $? 'ends well although something has no driver'
[ "$(wc -l <"$dir/log")" = 2 ]
say $? 'asks again when something new has come, and then no more'
sed -n 1p "$dir/log" | grep -qx -- '-abq acpi:nobody.s pci:network'
say $? 'asks for all that is there'
sed -n 2p "$dir/log" | grep -qx -- '-abq virtio:port'
say $? 'and for what came with it, alone'
rm -r "$dir/sys/devices/pci0" "$dir/sys/devices/bare" "$dir/log"
load
say $? 'a machine without anything is no error'
[ ! -e "$dir/log" ]
say $? 'and nothing is asked for'
echo "1..$n"
