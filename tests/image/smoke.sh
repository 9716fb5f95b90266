#!/bin/bash
# smoke.sh: an image of another processor (BOARD, in O) starts in an emulator of that one, by its kernel
# directly, on a disk as large as the board asks for, until something is seen on its panel. The picture and
# what the serial line said stay in O/image-smoke/BOARD. Minutes, for each instruction is translated.
cd "$(dirname "$0")/../.." || exit 2
o=$PWD/${O:-build}
board=${BOARD:-arm64-virt}
image=$o/image/$board
dir=$o/image-smoke/$board
within_s=${WITHIN_S:-1200}
. "board/$board/board.conf" || exit 2
command -v qemu-system-aarch64 >/dev/null || { echo "1..0 # SKIP there is no qemu-system-aarch64"; exit 0; }
[ "$ARCH" = arm64 ] && [ -e "$image/disk.img" ] || { echo "1..0 # SKIP no image of arm64"; exit 0; }
rm -rf "$dir"
mkdir -p "$dir"
cp --sparse=always "$image/disk.img" "$dir/disk.img" && truncate -s "${DISK_MIN_MIB}M" "$dir/disk.img" || exit 2
n=0
say() { # STATUS WHAT
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}
coproc machine { setpriv --pdeathsig KILL qemu-system-aarch64 -nodefaults -M virt -cpu cortex-a57 \
	-accel tcg,thread=multi -smp 2 -m 1024 -display none -device virtio-gpu-pci,xres=1080,yres=1920 \
	-device qemu-xhci -device usb-tablet -device virtio-rng-pci -nic none -no-reboot \
	-kernel "$o/image/kernel-arm64/vmlinuz" -initrd "$image/initrd" \
	-append "$(sed 's/console=ttyS0/console=ttyAMA0/' "$image/cmdline") kiosk.slot=A ${APPEND:-}" \
	-drive if=none,id=disk,file="$dir/disk.img",format=raw -device virtio-blk-pci,drive=disk \
	-serial file:"$dir/serial.log" -monitor stdio 2>"$dir/emulator.log"; }
pid=$machine_PID
trap 'kill "$pid" 2>/dev/null' EXIT
colours() { # of the panel, as many as are told apart
	echo "screendump $dir/screen.ppm" >&"${machine[1]}"
	read -r -t 2 -u "${machine[0]}" _ || true
	[ -s "$dir/screen.ppm" ] && tail -c +16 "$dir/screen.ppm" | od -An -v -tx1 -w3 | sort -u | wc -l
}
until [ "$(colours || true)" -gt 100 ] 2>/dev/null; do
	kill -0 "$pid" 2>/dev/null && [ "$SECONDS" -lt "$within_s" ] || break
	sleep 10
done
[ "$(colours)" -gt 100 ]
say $? "something is seen on the panel, after at most $SECONDS s"
# it ends when the picture is whole
printf 'screendump %s/screen.png -f png\nquit\n' "$dir" >&"${machine[1]}"
wait "$pid"
grep -aq 'kiosk \[.*\] slot A' "$dir/serial.log"
say $? "from a root that was verified"
# said when the data is open, of a board that has no TPM
grep -aq 'kiosk: UNSEALED ' "$dir/serial.log"
say $? "its data was made and opened"
! grep -a 'kiosk: [A-Z_]* ' "$dir/serial.log" | grep -v 'kiosk: UNSEALED ' >&2
say $? "and it says nothing else is wrong"
rm -f "$dir/screen.ppm" "$dir/disk.img"
echo "1..$n"
