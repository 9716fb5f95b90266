#!/bin/bash
# token.sh: an image is signed by keys that lie in a token (SoftHSM) and nowhere else, and is then none
# for tests. What is signed is the root of the image in O.
cd "$(dirname "$0")/../.." || exit 2
o=${O:-build}
board=${BOARD:-x86-kiosk}
module=/usr/lib/softhsm/libsofthsm2.so
[ -e "$o/image/$board/root.tar" ] || { echo "1..0 # SKIP there is no image"; exit 0; }
for tool in softhsm2-util openssl sbverify rauc; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP there is no $tool"; exit 0; }
done
dir=$(mktemp -d -p "$o/image") || exit 2
dir=$PWD/$dir
trap 'rm -rf "$dir"' EXIT
keys=$dir/keys
out=$dir/out
export SOFTHSM2_CONF=$dir/conf PKCS11_MODULE=$module QUICK=1 SOURCE_DATE_EPOCH=1700000000
n=0
say() { # STATUS WHAT
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}
certificate() { # NAME MORE...
	local name=$1
	shift
	openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj "/CN=Example $name" "$@" \
		-keyout "$keys/$name.key" -out "$keys/$name.pem" 2>/dev/null
}
into_token() { # NAME: and its key is nowhere else
	openssl pkcs8 -topk8 -nocrypt -in "$keys/$1.key" -out "$dir/p8" &&
		softhsm2-util --import "$dir/p8" --token kiosk --label "$1" --id "$(printf %02x $n)" \
			--pin 135790 >/dev/null && rm "$dir/p8" "$keys/$1.key"
	echo "pkcs11:token=kiosk;object=$1;type=private;pin-source=file:$dir/pin" >"$keys/$1.uri"
}
tests_only() { # FOLDER
	sh -c 'keys=$1; . board/build/key.sh; are_for_tests' - "$1"
}
signed() { # MODULE
	PKCS11_MODULE=$1 board/build/uki.sh "$board" "$out" "$o/image/kernel" "$keys" 1.1 >"$dir/log" 2>&1 &&
		PKCS11_MODULE=$1 board/build/bundle.sh "$board" "$out" "$keys" 1.1 >>"$dir/log" 2>&1
}

mkdir -p "$dir/tokens" "$keys" "$out"
echo "directories.tokendir = $dir/tokens" >"$dir/conf"
printf 135790 >"$dir/pin"
softhsm2-util --init-token --free --label kiosk --pin 135790 --so-pin 97531 >/dev/null
certificate db && into_token db
say $? "the key of what firmware starts is in the token"
certificate update-ca -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign &&
	printf '%s\n' basicConstraints=critical,CA:FALSE extendedKeyUsage=codeSigning,emailProtection >"$dir/ext" &&
	openssl req -newkey rsa:2048 -nodes -subj "/CN=Example update" -keyout "$keys/update.key" \
		-out "$dir/csr" 2>/dev/null &&
	openssl x509 -req -in "$dir/csr" -CA "$keys/update-ca.pem" -CAkey "$keys/update-ca.key" -days 9 \
		-extfile "$dir/ext" -out "$keys/update.pem" 2>/dev/null &&
	rm "$keys/update-ca.key" && into_token update
say $? "and that of updates"
[ -z "$(find "$keys" -name '*.key')" ]
say $? "nothing but certificates and addresses is in the folder"

cp "$o/image/$board/root.tar" "$o/image/$board/initrd" "$out/"
signed "$module"
say $? "an image is signed"
sbverify --cert "$keys/db.pem" "$out/kiosk.efi" >/dev/null 2>&1
say $? "firmware that knows the certificate starts it"
rauc info --keyring="$keys/update-ca.pem" "$out"/mocua-*.raucb >/dev/null 2>&1
say $? "kiosks that know the authority take the update"
! tests_only "$keys"
say $? "and it is none for tests"
cp "$o/keys/catalogue.pem" "$keys/"
tests_only "$keys"
say $? "but with the catalogue's key of a build it is"
! signed /nonexistent.so && grep -q nonexistent "$dir/log"
say $? "without the token's module nothing is signed, and it is said why"
printf 1 >"$dir/pin"
! signed "$module"
say $? "nor with a wrong PIN"
rm "$keys/db.uri"
! signed "$module" && grep -q 'neither db.key nor db.uri' "$dir/log"
say $? "nor without a key"
echo "1..$n"
