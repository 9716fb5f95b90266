#!/bin/sh
# window.sh O BOARD: the kiosk of an image in an emulated machine, with Secure Boot's firmware, a TPM and
# a network; its reader, printer and scanners are those of the panel beside it (tests/panel), and
# https://10.0.2.2:18443 is a stand-in for the province. The stick in it answers the set-up. All ends
# with the machine. What it keeps lies in O/image-run; a newer image begins with a new disk. Without a
# display: by VNC, and a picture each 5 s. ACCEL=kvm is faster where the computer can do it.
set -eu
o=$(cd "$1" && pwd)
board=$2
image=$o/image/$board
dir=$o/image-run
ovmf=/usr/share/OVMF
mkdir -p "$dir/tpm" "$dir/usim" "$dir/province"

children=
# shellcheck disable=SC2086  # one word each
trap 'kill $children 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM
beside() { # LOG COMMAND...: ends with this script
	log=$1
	shift
	setpriv --pdeathsig KILL "$@" >"$dir/$log" 2>&1 &
	children="$children $!"
}
there() { # FILE: waits until it is
	tries=0
	while [ ! -e "$1" ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 300 ] || { echo "$1 does not come: see $dir/*.log" >&2; exit 1; }
		sleep 0.1
	done
}

if [ -z "$(find "$dir/disk.img" -newer "$image/disk.img" 2>/dev/null)" ]; then
	echo '  DISK  a new one, as it is flashed: the kiosk has to be set up'
	rm -rf "$dir/tpm"
	mkdir "$dir/tpm"
	cp --sparse=always "$image/disk.img" "$dir/disk.img"
	truncate -s 2G "$dir/disk.img"
	sfdisk --quiet --relocate gpt-bak-std "$dir/disk.img" 2>/dev/null || true
	cp "$([ -e "$o/image/vars.fd" ] && echo "$o/image/vars.fd" || echo $ovmf/OVMF_VARS_4M.fd)" "$dir/vars.fd"
	rm -f "$dir/stick.img"
	mkfs.vfat -C -n MOCUA "$dir/stick.img" 16384 >/dev/null
fi

rm -f "$dir/usim/usim.ready" "$dir/tpm.sock" "$dir/province.sock"
beside tpm.log swtpm socket --tpm2 --tpmstate dir="$dir/tpm" --ctrl type=unixio,path="$dir/tpm.sock" \
	--flags startup-clear
beside usim.log "$o/bin/usim" --dir "$dir/usim" --redir
beside province.log "$o/bin/province" --dir "$dir/province" --control "$dir/province.sock" --kiosk K01 \
	--port 18443 --page 18080
for file in usim/usim.ready tpm.sock province.sock; do there "$dir/$file"; done
tests/image/answers.sh "$o" "$dir" 18443
mcopy -o -i "$dir/stick.img" "$dir/answers" ::mocua-setup.conf

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
	look='-display gtk,zoom-to-fit=on'
	beside panel.log "$o/bin/panel" --usim "$dir/usim/usim.sock" --province "$dir/province.sock"
else
	look='-display none -vnc 127.0.0.1:7,to=92'
	echo "  LOOK  there is no display: VNC at 127.0.0.1:5907 (or the next free), or $dir/screen.png"
	echo "        the devices: $o/bin/usim --say $dir/usim/usim.sock 'card in'"
fi
echo '  RUN   the province is https://10.0.2.2:18443, its page http://127.0.0.1:18080'
device() { # NAME PORT
	echo "-chardev socket,id=$1,path=$dir/usim/$1.redir -device usb-redir,chardev=$1,bus=usb.0,port=$2"
}
mkfifo -m 600 "$dir/monitor.$$"
exec 3<>"$dir/monitor.$$"
rm "$dir/monitor.$$"
# shellcheck disable=SC2046,SC2086  # words
setpriv --pdeathsig KILL qemu-system-x86_64 -nodefaults -machine q35,smm=on -accel "${ACCEL:-tcg,thread=multi}" \
	-cpu max,erms=off -m 1024 $look -vga none -device bochs-display,xres=1080,yres=1920,edid=on \
	-global driver=cfi.pflash01,property=secure,value=on \
	-drive if=pflash,format=raw,readonly=on,file=$ovmf/OVMF_CODE_4M.secboot.fd \
	-drive if=pflash,format=raw,file="$dir/vars.fd" \
	-drive if=none,id=disk,format=raw,file="$dir/disk.img" -device virtio-blk-pci,drive=disk \
	-chardev socket,id=tpm,path="$dir/tpm.sock" -tpmdev emulator,id=tpm0,chardev=tpm -device tpm-crb,tpmdev=tpm0 \
	-netdev user,id=net -device virtio-net-pci,netdev=net,romfile= -device virtio-rng-pci -device i6300esb \
	-device qemu-xhci,id=usb,p2=8,p3=8 -device usb-tablet,bus=usb.0,port=1 \
	$(device ccid 2) $(device printer 3) $(device esci 4) $(device code 5) \
	-drive if=none,id=stick,format=raw,file="$dir/stick.img" \
	-device usb-storage,drive=stick,removable=on,bus=usb.0,port=7 \
	-serial file:"$dir/serial.log" -monitor stdio <&3 >"$dir/emulator.log" 2>&1 &
machine=$!
children="$children $machine"
while kill -0 "$machine" 2>/dev/null; do
	[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || echo "screendump $dir/screen.png -f png" >&3
	sleep 5
done
wait "$machine" || { tail -3 "$dir/emulator.log" >&2; exit 1; }
