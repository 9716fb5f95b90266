#!/bin/sh
# keys.sh DIR: keys for images that are tried, never for kiosks that serve: the three of Secure Boot
# (PK, KEK, db) with the lists that firmware takes, and the one that signs updates.
set -eu
dir=$1
mkdir -p "$dir"
owner=6d6f6375-6100-4000-8000-000000000001

[ -e "$dir/update.pem" ] && exit 0
key() { # NAME SUBJECT EXTENSION...
	name=$1
	subject=$2
	shift 2
	openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=$subject" "$@" \
		-keyout "$dir/$name.key" -out "$dir/$name.pem" 2>/dev/null
}
for name in PK KEK db; do
	key "$name" "TEST ONLY: kiosk $name"
	cert-to-efi-sig-list -g "$owner" "$dir/$name.pem" "$dir/$name.esl"
done
sign-efi-sig-list -g "$owner" -k "$dir/PK.key" -c "$dir/PK.pem" PK "$dir/PK.esl" "$dir/PK.auth" >/dev/null
sign-efi-sig-list -g "$owner" -k "$dir/PK.key" -c "$dir/PK.pem" KEK "$dir/KEK.esl" "$dir/KEK.auth" >/dev/null
sign-efi-sig-list -g "$owner" -k "$dir/KEK.key" -c "$dir/KEK.pem" db "$dir/db.esl" "$dir/db.auth" >/dev/null
key update 'TEST ONLY: kiosk updates' -addext extendedKeyUsage=codeSigning,emailProtection
touch "$dir/test-only"
