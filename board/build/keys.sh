#!/bin/sh
# keys.sh DIR: keys for images that are tried, never for kiosks that serve: the three of Secure Boot
# (PK, KEK, db) with the lists that firmware takes; the authority of updates (update-ca) with who
# signs them (update) and a technician, who signs permits but no update; the authority of certificates
# that open the serial line (debug). What is there stays.
set -eu
dir=$1
mkdir -p "$dir"
owner=6d6f6375-6100-4000-8000-000000000001

key() { # NAME SUBJECT EXTENSION...
	name=$1
	subject=$2
	shift 2
	[ ! -e "$dir/$name.pem" ] || return 0
	openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=TEST ONLY: $subject" "$@" \
		-keyout "$dir/$name.key" -out "$dir/$name.pem" 2>/dev/null
}
authority() { # NAME SUBJECT
	key "$1" "$2" -addext basicConstraints=critical,CA:TRUE \
		-addext keyUsage=critical,keyCertSign,cRLSign
}
under() { # AUTHORITY NAME SUBJECT PURPOSE
	! openssl verify -CAfile "$dir/$1.pem" "$dir/$2.pem" >/dev/null 2>&1 || return 0
	rm -f "$dir/$2.key" "$dir/$2.pem"
	openssl req -newkey rsa:2048 -nodes -subj "/CN=TEST ONLY: $3" -keyout "$dir/$2.key" \
		-out "$dir/$2.csr" 2>/dev/null
	printf '%s\n' basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature \
		"extendedKeyUsage=$4" >"$dir/$2.ext"
	openssl x509 -req -in "$dir/$2.csr" -CA "$dir/$1.pem" -CAkey "$dir/$1.key" -days 3650 \
		-extfile "$dir/$2.ext" -out "$dir/$2.pem" 2>/dev/null
	rm "$dir/$2.csr" "$dir/$2.ext"
}
list() { # NAME SIGNER
	[ ! -e "$dir/$1.auth" ] || return 0
	cert-to-efi-sig-list -g "$owner" "$dir/$1.pem" "$dir/$1.esl"
	sign-efi-sig-list -g "$owner" -k "$dir/$2.key" -c "$dir/$2.pem" "$1" "$dir/$1.esl" \
		"$dir/$1.auth" >/dev/null
}

for name in PK KEK db; do
	key "$name" "kiosk $name"
done
list PK PK
list KEK PK
list db KEK
authority update-ca 'kiosk updates'
# a bundle is taken from who may sign code; rauc looks at its own work by the other purpose
under update-ca update 'kiosk update signer' codeSigning,emailProtection
under update-ca technician 'kiosk technician' emailProtection
authority debug 'kiosk debug certificates'
touch "$dir/test-only"
