#!/bin/bash
# The simulated identity cards before readers that nobody here wrote, and somebody's card before
# ours. Needs: pcscd libccid opensc for the first, vsmartcard-vpcd for the second, and a card emulator
# of the vpcd kind (vicc) that comes to port 35964 within VICC_S seconds (none: 1), and again, for the
# third. With VICC_KEY, as in VICC_KEY='--can 222222', the whole kiosk reads its card, too. Each part
# is skipped without its program. pcscd wants to be root and alone.
cd "$(dirname "$0")/../.." || exit 2
. tests/oracles/part/usim.sh
ask() { # READER APDU...: answers and status words, without blanks
	local words=() apdu
	for apdu in "${@:2}"; do words+=(-s "$apdu"); done
	env -u LD_PRELOAD opensc-tool -r "$1" "${words[@]}" 2>&1 | grep -v '^Sending' |
		sed -E 's/^(([0-9A-F]{2} ){1,16}).*/\1/' | tr -d ' \n'
}
seen() { # PATTERN OPTION...: what opensc-tool says comes to fit
	for _ in $(seq 100); do
		[[ $(env -u LD_PRELOAD opensc-tool "${@:2}" 2>&1) == *"$1"* ]] && return 0
		sleep 0.05
	done
	return 1
}
number() { # NAME: which of opensc's readers it is
	env -u LD_PRELOAD opensc-tool -l 2>/dev/null | awk -v name="$1" '$0 ~ name {print $1; exit}'
}

# of sample-01: PACE with CAM and with GM, AES-128, brainpoolP256r1
info=060A04007F00070202040
access=31283012${info}60202010202010D3012${info}20202010202010D
lds="00 A4 04 0C 07 A0 00 00 02 47 10 01"

# READER, by way of WHAT: EF.CardAccess is what the card has, the rest stays closed.
citizen() {
	local got
	got=$(ask "$1" "00 A4 02 0C 02 01 1C" "00 B0 00 00 00")
	[[ $got == *"SW2=0x00)Received(SW1=0x90,SW2=0x00):$access" ]]
	say $? "$2: EF.CardAccess is what the card has"
	got=$(ask "$1" "$lds" "00 B0 81 00 00" "00 A4 02 0C 02 01 0D" "00 84 00 00 08")
	[[ $got == *"0x90,SW2=0x00"*"0x69,SW2=0x82"*"0x69,SW2=0x82"*"0x90,SW2=0x00"* ]]
	say $? "$2: the person's files are closed, a challenge is given"
	got=$(ask "$1" "00 A4 00 0C 02 3F 00")
	[[ $got == *"0x6D,SW2=0x00"* ]]
	say $? "$2: SELECT MF is answered as Vietnamese cards do"
}

readers() {
	local why=$(why_no_pcscd opensc-tool)
	[ -z "$why" ] || { skip "pcscd reads the card" "$why"; return; }
	start_pcscd
	tell "card in sample-01"
	seen "OMNIKEY 5022" -l && seen 3b:88:80:01 -r "$(number OMNIKEY)" -a
	say $? "pcscd finds the reader, and the card on it"
	citizen "$(number OMNIKEY)" "libccid"
	tell "card out"
	if [ -e /usr/lib/pcsc/drivers/serial/libifdvpcd.so ]; then
		tell "card serve 35963 sample-01"
		seen 3b:88:80:01 -r "$(number Virtual)" -a
		say $? "vpcd takes the card that we give it"
		citizen "$(number Virtual)" "vpcd"
		tell "card serve off"
	else
		skip "vpcd takes the card that we give it" "no vsmartcard-vpcd"
	fi
	stop_pcscd
}

emulator() {
	local there= until=$((SECONDS + ${VICC_S:-1})) got
	has "$bin/kiosk-drv" || { skip "our driver reads an emulator's card" "kiosk-drv is not built"; return; }
	tell "card from 35964"
	while [ $SECONDS -lt $until ] && [ -z "$there" ]; do
		[[ $("$bin/usim" --say "$state/usim.sock" status) == *'"distant"'* ]] && there=1 || sleep 0.1
	done
	[ "$there" ] || { skip "our driver reads an emulator's card" "none comes to port 35964"; return; }
	got=$("$bin/kiosk-drv" card apdu "${lds// /}" 0084000008 2>&1)
	[[ $got =~ 9000.*[0-9A-Fa-f]{16}.*9000 ]]
	say $? "our driver selects the application of an emulator's card and gets its challenge"
	tell "card from off"
}

# The whole kiosk, in a world of its own.
kiosk() {
	[ "${VICC_KEY:-}" ] || { skip "the kiosk reads an emulator's card" "no VICC_KEY"; return; }
	[ -x "$bin/scene" ] || { skip "the kiosk reads an emulator's card" "scene is not built"; return; }
	cat >"$state/kiosk.txt" <<-'END'
		wait ATTRACT
		sim card from 35964
		run for i in $(seq 100); do $BIN/usim --say $WORLD/usim/usim.sock status | grep -q '"distant"' && break; sleep 0.1; done
		run $BIN/kioskctl chip read $VICC_KEY > $WORLD/said; grep -E '^(name|number|access|error) ' $WORLD/said | sed 's/^/# /'; grep -q '^name .' $WORLD/said
	END
	env -u LD_PRELOAD -u UMOCKDEV_DIR "$bin/scene" --dir "$state/kiosk" "$state/kiosk.txt" | grep -E '^(#|ok)' |
		sed 's/^ok.*/# &/' | tee "$state/kiosk.out"
	grep -q '^# ok' "$state/kiosk.out"
	say $? "the kiosk reads who it is from an emulator's card"
	rm -rf "$state/kiosk"
}

readers
emulator
kiosk
echo "1..$n"
exit $bad
