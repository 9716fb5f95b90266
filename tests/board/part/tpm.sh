# tpm.sh: a TPM in a process, and what systemd does with one where there is no device of it.
# shellcheck shell=bash
tpm_start() { # DIR: its state; TPM_DEVICE is told to others
	mkdir -p "$1"
	rm -f "$1/sock" "$1/sock.ctrl" # one that was killed leaves them
	setpriv --pdeathsig KILL swtpm socket --tpm2 --tpmstate "dir=$1" \
		--server "type=unixio,path=$1/sock" --ctrl "type=unixio,path=$1/sock.ctrl" \
		--flags not-need-init,startup-clear >"$1/log" 2>&1 &
	tpm_pid=$!
	export TPM_DEVICE=swtpm:path=$1/sock TPM_NODE=$1
	export TPM2TOOLS_TCTI=$TPM_DEVICE TPM2OPENSSL_TCTI=$TPM_DEVICE
	for ((i = 0; i < 400; i++)); do
		! tpm2_getcap properties-fixed >/dev/null 2>&1 || break
		sleep 0.05
	done
}
tpm_stop() {
	kill "$tpm_pid"
	wait "$tpm_pid" 2>/dev/null
	true
}
tpm_is_here() {
	local p
	for p in swtpm tpm2_unseal systemd-cryptenroll cryptsetup sfdisk mkfs.ext4; do
		command -v $p >/dev/null || { echo "there is no $p"; return 1; }
	done
}
