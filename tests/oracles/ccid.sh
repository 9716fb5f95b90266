#!/bin/bash
# The simulated chip reader at every exchange level before a driver that nobody here wrote: Debian's
# pcscd with libccid. What it does there is what our driver does: PPS, parameters, T=1 blocks with
# either check, T=0 with what is fetched.
# Needs: pcscd libccid opensc pcsc-tools; skipped without one. pcscd wants to be root and alone.
cd "$(dirname "$0")/../.." || exit 2
. tests/oracles/part/usim.sh
why=$(why_no_pcscd opensc-tool scriptor)
[ -z "$why" ] || { echo "1..0 # SKIP $why"; exit 0; }
reader='HID Global OMNIKEY 5022 Smart Card Reader 00 00'
script() { # PROTOCOL LINES: what the card answers, without blanks
	printf '%s\n' reset "${@:2}" | env -u LD_PRELOAD scriptor -r "$reader" -p "$1" 2>/dev/null | tr -d ' \n'
}
seen() { # OPTION PATTERN: what opensc-tool says comes to fit
	local found
	for _ in $(seq 100); do
		found=$(env -u LD_PRELOAD opensc-tool "$1" 2>&1)
		[[ $found == *$2* ]] && return 0
		sleep 0.05
	done
	return 1
}
gone() { # there may be others, such as the virtual one of vsmartcard
	for _ in $(seq 100); do
		[[ $(env -u LD_PRELOAD opensc-tool -l 2>&1) == *OMNIKEY* ]] || return 0
		sleep 0.05
	done
}
level() { # SPEC ATR PROTOCOL
	local found
	tell "card out" "unplug ccid"
	gone
	tell "reader be $1" "card in"
	seen -a "$2"
	say $? "$1: the ATR"
	found=$(script "$3" "00 B0 00 05 64" "00 D6 00 01 03 01 02 03")
	[[ $found == *050607*6768900*">00D6"*"<9000:"* ]]
	say $? "$1: short commands both ways"
	[ "$4" ] || return
	# 1000 bytes beginning with 05; the last is (5 + 999) mod 256 = EC
	found=$(script "$3" "00 B0 00 05 00 03 E8")
	[[ $found == *050607*EAEBEC9000* ]]
	say $? "$1: 1000 bytes in one APDU"
}

start_pcscd
contactless=3b:88:80:01 contacts=3b:94:95
level extended,max=271,no-notify $contactless T=1 long
level extended,max=522,zlp=never $contactless T=1 long
level short $contactless T=1
level t1 $contactless T=1 long
level t1,max=522,no-notify $contactless T=1 long
level t1,contact $contacts T=1 long
level t1,contact,crc $contacts T=1 long
level t0 $contacts T=0
found=$(script T=0 "00 CA 00 10 00" "00 CA 00 10 10")
[[ $found == *6C10*0F9000* ]]
say $? "t0: a wrong length is told, the right one answered"
stop_pcscd
echo "1..$n"
exit $bad
