#!/bin/sh
# efi.sh NAME KERNEL INITRD CMDLINE OSREL KEYS: NAME.efi, the one signed file that firmware starts: a
# kernel (kernel.sh), what it starts with, and its command line. The signature aside: same inputs,
# same bytes.
set -eu
name=$1
kernel=$2
initrd=$3
cmdline=$4
osrel=$5
keys=$6
here=$(cd "$(dirname "$0")" && pwd)
. "$here/key.sh"

# of another processor it came with the kernel
for stub in "$kernel"/usr/lib/systemd/boot/efi/linuxaa64.efi.stub /usr/lib/systemd/boot/efi/linuxx64.efi.stub; do
	[ ! -e "$stub" ] || break
done
initrd_at=$(printf '0x%x' $(((0x2000000 + $(stat -c %s "$kernel/vmlinuz") + 0xfffff) & ~0xfffff)))
"${CROSS:-}objcopy" --preserve-dates \
	--add-section .osrel="$osrel" --change-section-vma .osrel=0x20000 \
	--add-section .cmdline="$cmdline" --change-section-vma .cmdline=0x30000 \
	--add-section .linux="$kernel/vmlinuz" --change-section-vma .linux=0x2000000 \
	--add-section .initrd="$initrd" --change-section-vma .initrd="$initrd_at" \
	"$stub" "$name.unsigned.efi"
key=$(key_of db)
engine=
case $key in pkcs11:*) engine='--engine pkcs11' ;; esac
# shellcheck disable=SC2086  # two words, or none
PKCS11_MODULE_PATH=${PKCS11_MODULE:-} sbsign $engine --key "$key" --cert "$keys/db.pem" \
	--output "$name.efi" "$name.unsigned.efi" >"$name.sbsign.log" 2>&1 &&
	sbverify --cert "$keys/db.pem" "$name.efi" >>"$name.sbsign.log" 2>&1 ||
	{ cat "$name.sbsign.log"; exit 1; }
