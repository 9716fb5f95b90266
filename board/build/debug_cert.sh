#!/bin/sh
# debug_cert.sh KEYS DISK DIR [DAYS]: DIR/debug.pem, which opens the serial line of the machine whose
# disk has the serial number DISK (`any`: of every machine whose image has test keys), for DAYS days
# (7; 31 at most). It belongs on a stick whose label begins with MOCUA.
set -eu
keys=$1
disk=$2
dir=$3
days=${4:-7}

[ -e "$keys/debug.key" ] || { echo "$keys has no authority of debug certificates" >&2; exit 1; }
case $disk in
'' | *[!A-Za-z0-9._-]*) echo "no serial number of a disk: $disk" >&2; exit 1 ;;
esac
[ "$days" -le 31 ] || { echo 'such a certificate lives 31 days at most' >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Nobody needs its own key: the certificate itself is what opens.
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=debug/serialNumber=$disk" \
	-keyout "$work/key" -out "$work/csr" 2>/dev/null
printf '%s\n' basicConstraints=critical,CA:FALSE subjectKeyIdentifier=hash \
	authorityKeyIdentifier=keyid >"$work/ext"
openssl x509 -req -in "$work/csr" -CA "$keys/debug.pem" -CAkey "$keys/debug.key" -days "$days" \
	-set_serial "0x$(openssl rand -hex 16)" -extfile "$work/ext" -out "$work/pem" 2>/dev/null
mkdir -p "$dir"
mv "$work/pem" "$dir/debug.pem"
