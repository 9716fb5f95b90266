#!/bin/bash
# The data partition: made at the first start whatever is cut, never made twice, opened by its TPM or
# by its recovery key. Real LUKS2 headers, a real TPM 2 in a process; no device-mapper.
set -u
cd "$(dirname "$0")" || exit 2
. part/box.sh
why=$(tpm_is_here) || { echo "1..0 # skip $why"; exit 0; }
dir=$(mktemp -d)
trap 'tpm_stop; rm -rf "$dir"' EXIT
n=0
ok() { # STATUS TITLE
	n=$((n + 1))
	[ "$1" = 0 ] || printf 'not '
	echo "ok $n - $2"
	[ "$1" = 0 ] || sed 's/^/# /' "$W/said"
}
holds() { # TITLE COMMAND...
	local title=$1
	shift
	"$@"
	ok $? "$title"
}
fresh() { # TPM
	rm -rf "$dir/box"
	box_new "$dir/box" "$1"
	box_power on
}
says() { # WORD
	grep -q "^$1 " "$RUN/trouble"
}
fact() {
	grep -qx "$1" "$RUN/data"
}
no_trouble() { # that keeps it from serving
	! grep -qsv '^UNSEALED ' "$RUN/trouble"
}
unchanged() { # COMMAND...: fails, and leaves the partition as it was
	local before
	before=$(sha256sum <"$PART")
	! "$@" && [ "$(sha256sum <"$PART")" = "$before" ]
}
made() {
	[ "$(box_state)" = 'mocua kept' ] && no_trouble && fact SEAL="${1:-TPM}" && fact DATA=OPEN
}
slots() { # which are used
	[ "$(cryptsetup luksDump "$PART" | sed -n 's/^  \([0-9]*\): luks2/\1/p' | tr -d '\n')" = "$1" ]
}
keep() { # a file that must outlive everything
	echo kept >"$dir/word"
	debugfs -w -R "write $dir/word word" "$(box_file)" 2>/dev/null >&2
}
is_kept() {
	[ "$(debugfs -R 'cat word' "$(box_file)" 2>/dev/null)" = kept ]
}
type_key() { # KEY
	echo "$1" >"$W/typed"
	box_run data open-with-recovery <"$W/typed"
}

tpm_start "$dir/tpm"
tpm2_pcrextend 7:sha256="$(printf %064d 7)"

fresh 2
box_start
holds 'the first start makes it' made
holds 'with a key of the TPM and a recovery key, the first key is gone' slots 16
holds 'the recovery key is there to be shown' grep -qE '^([b-v]{8}-){7}[b-v]{8}$' "$RUN/recovery"
holds 'by root' [ "$(stat -c %a "$RUN/recovery")" = 600 ]
holds 'and told to be new' fact RECOVERY=NEW
keep
old=$(cat "$RUN/recovery")
box_power on
box_start
holds 'the next start opens it' made
holds 'and keeps it' is_kept
holds 'a recovery key that nobody has seen is another one at the next start' \
	[ "$(cat "$RUN/recovery")" != "$old" ]
holds 'the one before is not valid' slots 17
box_run recovery shown
holds 'once shown it is gone from here' [ ! -e "$RUN/recovery" ]
box_power on
box_start
holds 'and the same at the next start' slots 17
holds 'which has nothing to show' [ ! -e "$RUN/recovery" ]
holds 'and says so' fact RECOVERY=SHOWN
box_run recovery new
holds 'a technician gets another one' slots 16
key=$(cat "$RUN/recovery")
box_run recovery shown

tpm_locks() {
	tpm2_getcap properties-variable | grep -q 'inLockout: *1'
}
for ((cut = 0; cut < 4; cut++)); do # it is started anew without having been told to end
	kill -9 "$tpm_pid"
	wait "$tpm_pid" 2>/dev/null
	tpm_start "$dir/tpm"
	tpm2_pcrextend 7:sha256="$(printf %064d 7)"
	! tpm_locks || echo "locks after $cut cuts" >>"$dir/locked"
	box_power on
	box_start
done
holds 'power that goes while the TPM is in use is no wrong guess' [ ! -e "$dir/locked" ]
holds 'it opens after many cuts' made

box_power on
tpm2_pcrextend 7:sha256="$(printf %064d 8)"
holds 'PCR 7 is another: not opened, not touched' unchanged box_start
holds 'and told' says SEALED
holds 'a wrong recovery key does not open it' unchanged type_key "${key//b/c}b"
holds 'the right one does, as people type it' type_key "$(echo "$key" | tr -d - | tr a-z A-Z) "
box_start
holds 'after that it opens by itself' made
holds 'all is there' is_kept
holds 'with one key of the TPM' [ "$(cryptsetup luksDump "$PART" | grep -c systemd-tpm2)" = 1 ]

mv "$dir/tpm" "$dir/tpm.away"
tpm_stop
tpm_start "$dir/other"
tpm2_pcrextend 7:sha256="$(printf %064d 7)"
tpm2_pcrextend 7:sha256="$(printf %064d 8)" # the same firmware, with the same keys
box_power on
holds 'in another machine: not opened, not touched' unchanged box_start
holds 'and told' says SEALED
holds 'the recovery key opens it there' type_key "$key"
box_start
holds 'and it is sealed to that one' made
holds 'all is there' is_kept
tpm_stop

box_power on
holds 'no TPM where there has to be one: not touched' unchanged env TPM_NODE="$dir/none" \
	bash -c '. part/box.sh; box_start'
holds 'and told' says NO_TPM
holds 'a TPM that does not answer: not touched' unchanged box_start
holds 'and told' says SEALED
fresh 2
holds 'no TPM, empty disk: not touched' unchanged env TPM_NODE="$dir/none" \
	bash -c '. part/box.sh; box_start'
holds 'and told' says NO_TPM
box_start
holds 'nor does a TPM that does not answer make it complete' [ "$(box_state)" = 'mocua making' ]
tpm_start "$dir/tpm2"
tpm2_pcrextend 7:sha256="$(printf %064d 7)"
box_power on
box_start
holds 'when it answers again, it is made' made

fresh 2
tr 65CA 0000 <"$PCR7" >"$W/nothing" && mv "$W/nothing" "$PCR7"
box_start
holds 'a TPM that nothing is measured into: made' made TPM_UNMEASURED
holds 'and told' says UNSEALED
box_power on
echo 65CA00 >"$PCR7"
printf '\6\0\0\0\0' >"$SECURE_BOOT"
box_start
holds 'Secure Boot is off: opened' made TPM_UNGUARDED
holds 'and told' says UNSEALED
box_power on
rm "$SECURE_BOOT"
box_start
holds 'firmware that has none: opened, and told' made TPM_UNGUARDED

fresh none
box_start
holds 'a board that says it has no TPM: made' made NONE
holds 'and told' says UNSEALED
keep
key=$(cat "$RUN/recovery")
box_run recovery shown
box_power on
box_start
holds 'and opened' made NONE
holds 'all is there' is_kept
echo TPM=2 >"$BOARD_CONF"
box_power on
holds 'a key that lies open does not do for a board with a TPM' unchanged box_start
holds 'but the recovery key does' type_key "$key"
box_start
holds 'which seals it' made
holds 'and takes the open key away' [ -z "$(cryptsetup luksDump "$PART" | grep mocua-unsealed)" ]

dd if=/dev/zero of="$PART" bs=16k count=1 conv=notrunc status=none
box_power on
box_start
holds 'one copy of the header gone: opened' made
dd if=/dev/zero of="$PART" bs=32k count=1 conv=notrunc status=none
box_power on
holds 'both gone: not touched' unchanged box_start
holds 'and told' says DATA_BROKEN
dd if=/dev/zero of="$PART" bs=1M count=16 conv=notrunc status=none
holds 'all gone that opens it: not touched' unchanged box_start
holds 'and told' says DATA_BROKEN
holds 'a word has to be said for making it anew' unchanged box_run data erase
box_run data erase XOA-HET
box_power on
box_start
holds 'then it is' made

mkfs.ext4 -q -F "$PART" 2>/dev/null
box_power on
holds "somebody else's file system: not touched" unchanged box_start
holds 'and told' says DATA_BROKEN
fresh 2
mkdir "$W/real"
mv "$W/bin/cryptsetup" "$W/real/"
printf '#!/bin/sh\ncase "$*" in *"mocua kept"*) exit 5 ;; esac\nexec "$W/real/cryptsetup" "$@"\n' >"$W/bin/cryptsetup"
chmod +x "$W/bin/cryptsetup"
box_start
holds 'a making whose last step fails: told' says DATA_BROKEN
mv -f "$W/real/cryptsetup" "$W/bin/"
box_start
holds 'the next start makes it anew, also while it is attached' made
keep
box_power on
box_start
holds 'so that what was kept since is there' is_kept
fresh 2
dd if=/dev/urandom of="$PART" bs=4k seek=7 count=1 conv=notrunc status=none
box_start
holds 'the torn beginning of a header, and nothing behind: made' made
keep
printf 'clri <2>\nssv state 2\n' | debugfs -w -f - "$(box_file)" >/dev/null 2>&1
box_power on
box_start
holds 'a file system that is damaged: told' says DATA_BROKEN
holds 'and left for a technician' box_run data mend

# The power goes with each command in turn, once before it and once in its midst (STRIDE: with every
# so manieth). Whatever was left, the next start ends with a whole one.
STRIDE=${STRIDE:-15}
cuts=0
for HALF in 0 1; do
	export HALF
	bad=
	for ((at = 1 + HALF; at < 200; at += STRIDE)); do
		fresh 2
		if box_cut "$at" data start; then break; fi
		cuts=$((cuts + 1))
		box_power on
		cuts_in_second=$((at % 7 + 3))
		box_cut "$cuts_in_second" data start
		box_power on
		box_start && made || { bad="$bad $at"; cp "$W/said" "$dir/said.$at"; }
		keep
		box_power on
		box_start && is_kept || bad="$bad $at:kept"
	done
	[ -z "$bad" ]
	ok $? "the first start was cut at each ${STRIDE}th of its $((at - 1)) commands or fewer ($([ $HALF = 1 ] && echo midst || echo before)):$bad"
done 2>/dev/null # the shell says who was killed
for HALF in 0 1; do
	bad=
	for ((at = 1 + HALF; at < 200; at += STRIDE)); do
		fresh 2
		box_start
		keep
		box_power on
		if box_cut "$at" data start && box_cut "$at" data ready; then break; fi
		box_power on
		box_start && made && is_kept || bad="$bad $at"
		slots 16 || slots 17 || bad="$bad $at:slots"
	done
	[ -z "$bad" ]
	ok $? "a later start was cut at each ${STRIDE}th of its $((at - 1)) commands or fewer, nothing is lost:$bad"
done 2>/dev/null # the shell says who was killed
echo "1..$n"
