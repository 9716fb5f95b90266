#!/bin/sh
# bare_init.sh INITRD OUT [KERNEL DRIVER...]: the first file system of an image for the fast tier: the
# same, but that the first process is a short script. It opens the root on the first disk (root.img,
# unverified), lays the settings from the second (a tar) into /data, which is memory, starts udevd, and
# the kiosk as its unit does; the kiosk's log goes to the serial line, a root shell to the second one.
# Of KERNEL (kernel.sh) it loads drivers, too, that the image has not.
set -eu
initrd=$1
out=$2
shift 2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

if [ $# -gt 0 ]; then
	kernel=$1
	shift
	mkdir "$tree/more"
	for name; do modprobe -d "$kernel" -S "$(cat "$kernel/release")" --show-depends "$name"; done |
		awk '/^insmod/ && !seen[$2]++ { printf "%s %03d\n", $2, ++n }' |
		while read -r file n; do cp "$file" "$tree/more/$n.ko"; done
fi
cat >"$tree/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox mkdir -p /bin /proc /sys /dev /run
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs -o mode=755,nosuid,nodev run /run
for module in virtio_pci virtio_blk squashfs; do modprobe -q $module; done
for module in /more/*.ko; do insmod "$module" 2>/dev/null; done # some are there already
while [ ! -b /dev/vda ] || [ ! -b /dev/vdb ]; do usleep 20000; done
mount -t squashfs -o ro /dev/vda /root
mkdir -p /run/kiosk-board
echo SLOT=A >/run/kiosk-board/slot
cp /rest /run/rest
for at in dev proc sys run; do mount -o move /$at /root/$at; done
exec switch_root /root /bin/sh /run/rest
INIT
cat >"$tree/rest" <<'REST'
export PATH=/usr/sbin:/usr/bin
say() {
	read -r up _ </proc/uptime
	echo "bare [$up] $*" >/dev/console
}
say "root"
(
	while :; do
		HOME=/ setsid /bin/sh -c 'exec /bin/sh -i' <>/dev/ttyS1 >&0 2>&1
	done
) &
mkdir -p /dev/shm /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t tmpfs -o mode=1777 tmp /tmp
mount -t tmpfs -o mode=755 data /data
mkdir -p /data/etc /data/board /data/kiosk /data/setup
tar -xf /dev/vdb -C /data/etc
chown kiosk-core:kiosk-core /data/kiosk
chown kiosk-setup:kiosk-setup /data/setup
chmod 700 /data/kiosk
chmod 750 /data/setup
busybox ip link set lo up
/usr/lib/systemd/systemd-sysctl
/usr/lib/systemd/systemd-modules-load
/usr/lib/kiosk-board/drivers
say "drivers"
/usr/lib/kiosk-board/guard console /dev/tty1
/usr/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add --type=subsystems
udevadm trigger --action=add --type=devices
udevadm settle -t 60
say "devices"
busybox ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up 2>/dev/null ||
	for nic in /sys/class/net/e*; do busybox ifconfig "${nic##*/}" 10.0.2.15 netmask 255.255.255.0 up; done
mkdir -p /run/kiosk
chown kiosk:kiosk-staff /run/kiosk
chmod 750 /run/kiosk
umask 077
ulimit -l unlimited
while :; do
	say "kiosk starts"
	setpriv --reuid kiosk --regid kiosk-staff --init-groups --no-new-privs \
		--inh-caps -all,+setuid,+setgid,+kill --ambient-caps -all,+setuid,+setgid,+kill \
		--bounding-set -all,+setuid,+setgid,+kill /usr/lib/kiosk/kiosk 2>&1 </dev/null >/dev/console
	say "kiosk ended: $?"
	sleep 1
done
REST
chmod +x "$tree/init"
{
	cat "$initrd"
	(cd "$tree" && find . ! -name . | cpio -o -H newc --quiet -R 0:0 | zstd -q -1)
} >"$out"
