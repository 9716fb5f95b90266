#!/bin/bash
# Answers signed by stock openssl cms, as a province may do it, and what must not pass.
cd "$(dirname "$0")/../.." || exit 2
command -v openssl >/dev/null || { echo "1..0 # SKIP there is no openssl"; exit 0; }
parse=$PWD/${O:-build}/bin/kiosk-parse
dir=$(mktemp -d) || exit 2
trap 'rm -r "$dir"' EXIT
cd "$dir" || exit 2
n=0
say() { # STATUS WHAT
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}

hash=$(printf '' | openssl dgst -sha256 -r | cut -d' ' -f1)
printf '{"v":1,"key":"3f2b6c1e-9a4d-4c1b-8f00-0123456789ab","manifest_sha256":"%s","accepted":true,"code":"G09.20-20261121-0000042","received_at":1795000000,"due_at":1795400000,"reason":""}' "$hash" >text
ca() { # NAME
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" -days 9 -subj "/CN=$1" \
		-addext keyUsage=critical,keyCertSign 2>/dev/null
}
leaf() { # NAME CA EXTENDED_USAGE
	printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' "$3" >"$1.ext"
	openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null &&
		openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 8 \
			-extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
sign() { # NAME MORE...
	local who=$1; shift
	openssl cms -sign -binary -nodetach -in text -signer "$who.pem" -inkey "$who.key" -outform DER \
		-md sha256 -out answer "$@" 2>/dev/null
}
ca right && ca wrong && leaf good right emailProtection && leaf web right serverAuth &&
	leaf rogue wrong emailProtection
say $? "openssl makes certificates"

sign good && "$parse" answer answer --anchor right.pem --json >said
say $? "signed by openssl cms, read by kiosk-parse"
grep -q '"code":"G09.20-20261121-0000042"' said
say $? "the code is there"
sign good -cades && "$parse" answer answer --anchor right.pem >/dev/null
say $? "CAdES too"
! "$parse" answer answer --anchor wrong.pem 2>said
say $? "another anchor"
grep -q FORGED said
say $? "and it says so"
sign web && ! "$parse" answer answer --anchor right.pem 2>/dev/null
say $? "a web server's certificate signs no answers"
sign rogue -certfile right.pem && ! "$parse" answer answer --anchor right.pem 2>/dev/null
say $? "another authority's certificate"
openssl cms -encrypt -in text -outform DER -out answer good.pem && ! "$parse" answer answer --anchor right.pem 2>said
say $? "encrypted is not signed"
grep -q BAD_DATA said
say $? "and it says so"
echo "1..$n"
