# luks.sh: what the scripts around the encrypted partition share. Names in capitals are for tests.
#
# Key slots: 0 the first key of a making, or the open key of a board without a TPM; 6 and 7 recovery
# keys, of which one is valid; the rest belongs to systemd-cryptenroll, which seals one to the TPM.
run=${RUN:-/run/kiosk-board}
kept=${KEPT:-/data/board}
mapper=${MAPPER:-/dev/mapper/data}
tpm_node=${TPM_NODE:-/dev/tpmrm0}
tpm=${TPM_DEVICE:-auto}
board=${BOARD_CONF:-/usr/lib/kiosk-board/board}
unsealed=mocua-unsealed
weak_kdf='--pbkdf pbkdf2 --pbkdf-force-iterations 1000' # for keys of 256 random bits

say() {
	echo "kiosk-data: $*" >&2
}
put() { # FILE: what comes in takes its place, whole, for all to read
	cat >"$1.new"
	chmod 644 "$1.new"
	mv "$1.new" "$1"
}
without() { # FILE PATTERN
	grep -v "$2" "$1" 2>/dev/null || true
}
trouble() { # WORD TEXT...: what is wrong on this start, for the screen and for staff
	say "$*"
	{ without "$run/trouble" "^$1 " && echo "$*"; } | put "$run/trouble"
}
no_trouble() { # WORD
	without "$run/trouble" "^$1 " | put "$run/trouble"
	[ -s "$run/trouble" ] || rm -f "$run/trouble"
}
fact() { # NAME VALUE: of the partition, for the report on what this kiosk is
	{ without "$run/data" "^$1=" && echo "$1=$2"; } | put "$run/data"
}
stop() { # WORD TEXT...
	trouble "$@"
	exit 1
}

# The sibling of the partition that the running root lies on. No stick can pass for it, whatever
# its own partitions are called.
find_part() {
	for name in /sys/class/block/dm-*/dm/name; do
		[ "$(cat "$name")" = root ] || continue
		for slave in "${name%/dm/name}/slaves"/*; do
			disk=$(readlink -f "$slave")
			event=$(grep -lx 'PARTNAME=data' "${disk%/*}"/*/uevent)
			node=${event%/uevent}
			echo "/dev/${node##*/}"
		done
	done
}

board_says() { # NAME
	sed -n "s/^$1=//p" "$board"
}
wants_tpm() {
	[ "$(board_says TPM)" != none ]
}
# Its driver may come later than we do.
has_tpm() {
	[ -e "$tpm_node" ] || udevadm wait --timeout=60 "$tpm_node" 2>/dev/null
}

# Power that goes while the TPM was in use counts there as a wrong guess at a password, and after some
# (3 to 32, as its maker likes) the TPM does nothing for hours. Nothing of a kiosk in it has a password:
# the count begins anew. TPM2_DictionaryAttackLockReset (TPM 2.0 Part 3, 25.2), by the password of the
# lockout, which is empty in a TPM that nobody has taken for himself.
forgive_cuts() {
	answer=$(printf '\200\002\0\0\0\033\0\0\001\071\100\0\0\012\0\0\0\011\100\0\0\011\0\0\0\0\0' |
		ask_tpm 2>/dev/null | od -An -v -tx1 | tr -d ' \n')
	case $answer in
	????????????00000000*) ;;
	*) say "the TPM does not forget cuts (${answer:-no answer})" ;;
	esac
}
ask_tpm() { # one command on stdin, its answer on stdout
	if [ "$tpm" = auto ]; then
		exec 3<>"$tpm_node"
		cat >&3
		head -c 4096 <&3
	else
		tpm2_send
	fi
}

# The key of a board without a TPM, which lies open in the header.
unsealed_key() {
	cryptsetup token export --token-id 31 "$part" 2>/dev/null |
		sed -n 's/.*"type":"'$unsealed'".*"key":"\([0-9a-f]*\)".*/\1/p'
}
add_unsealed_key() { # OPTION...: by what the partition is opened now
	head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$run/open.key"
	cryptsetup token remove --token-id 31 "$part" 2>/dev/null || true
	cryptsetup luksKillSlot -q "$part" 5 2>/dev/null || true
	# shellcheck disable=SC2086
	cryptsetup luksAddKey -q $weak_kdf "$@" --new-key-slot 5 "$part" "$run/open.key"
	printf '{"type":"%s","keyslots":["5"],"key":"%s"}' "$unsealed" "$(cat "$run/open.key")" |
		cryptsetup token import --token-id 31 --json-file - "$part"
	rm -f "$run/open.key"
}
