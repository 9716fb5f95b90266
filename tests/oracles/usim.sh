#!/bin/bash
# The simulated devices before programs that nobody here wrote: pcscd with libccid, usbip, SANE.
# Needs: pcscd libccid opensc pcsc-tools usbip sane-utils sane-airscan; each part is skipped without its
# program. pcscd wants to be root and alone.
cd "$(dirname "$0")/../.." || exit 2
usim_options=(--usbip 32499)
. tests/oracles/part/usim.sh
picture=$PWD/tests/unit/parse/letter.png

reader() {
	local found= why=$(why_no_pcscd opensc-tool scriptor)
	[ -z "$why" ] || { skip "pcscd drives the reader" "$why"; return; }
	start_pcscd
	for _ in $(seq 100); do
		found=$(env -u LD_PRELOAD opensc-tool -l 2>/dev/null) && [[ $found == *"OMNIKEY 5022"* ]] && break
		sleep 0.1
	done
	[[ $found == *"OMNIKEY 5022"* ]]
	say $? "pcscd finds the reader"
	tell "card in" "reader wait-more 3"
	for _ in $(seq 100); do
		found=$(env -u LD_PRELOAD opensc-tool -a 2>/dev/null) && break
		sleep 0.1
	done
	[[ $found == 3b:88:80:01* ]]
	say $? "opensc reads the ATR"
	found=$(printf 'reset\n00 B0 00 05 00 0F A0\n' | env -u LD_PRELOAD \
		scriptor -r 'HID Global OMNIKEY 5022 Smart Card Reader 00 00' 2>/dev/null |
		tr -d ' \n')
	# 4000 bytes beginning with 05; the last is (5 + 3999) mod 256 = A4
	[[ $found == *050607*A0A1A2A3A49000* ]]
	say $? "4000 bytes in one APDU, chained, with time extensions"
	stop_pcscd
}

devices() {
	has usbip || { skip "usbip lists the devices" "no usbip"; return; }
	local list
	list=$(env -u LD_PRELOAD usbip --tcp-port 32499 list -r 127.0.0.1 2>/dev/null)
	[[ $list == *076b:5022* && $list == *"1-2: "* && $list == *0c2e:0c07* ]]
	say $? "usbip lists the devices"
}

scanner() {
	has scanimage || { skip "SANE scans" "no scanimage"; return; }
	local device='airscan:e0:Kiosk scanner'
	tell "feeder add $picture $picture" "scanner jam-at 2"
	scanimage -d "$device" --source ADF --resolution 100 -x 210 -y 297 --format=png \
		--batch="$state/page-%d.png" >/dev/null 2>&1
	[ $? = 6 ] && [ -s "$state/page-1.png" ] && [ ! -e "$state/page-2.png" ]
	say $? "a page, then the jam is a jam to SANE"
	tell "scanner -jam" "scanner +cover"
	scanimage -d "$device" --source ADF --format=png >/dev/null 2>&1
	[ $? = 8 ]
	say $? "an open cover is that"
	tell "scanner -cover"
	scanimage -d "$device" --source ADF --resolution 100 --format=png --batch="$state/more-%d.png" \
		>/dev/null 2>&1
	[ -s "$state/more-1.png" ] && [ ! -e "$state/more-2.png" ]
	say $? "then it goes on with the sheet that jammed"
	printf 'P6\n2 1\n255\nabcdef' >"$state/p.ppm"
	SANE_CONFIG_DIR=$state/sane-pnm scanimage -d pnm:0 --format=pnm --filename "$state/p.ppm" \
		2>/dev/null | tail -c 6 | grep -q abcdef
	say $? "SANE's pnm hands on exact bytes"
}

reader
devices
scanner
echo "1..$n"
exit $bad
