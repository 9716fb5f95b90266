#!/bin/bash
# A package made by tar and openssl cms is opened by the stand-in; its answer is verified by
# openssl; and what kiosk-core made, openssl and tar open.
cd "$(dirname "$0")/../.." || exit 2
command -v openssl >/dev/null || { echo "1..0 # SKIP there is no openssl"; exit 0; }
. tests/oracles/part/tap.sh
. "$here/part/package.sh"
key=0b9d8d52-5f0f-4c57-9d9b-3a1f6a1b2c3d

start_province
conf "$url"
make_package 2500000 $key
say $? "tar and openssl cms make a package"
"$bin/province" open p package >opened 2>/dev/null && grep -q "$key" opened
say $? "province opens it"
"$bin/kiosk-sync" send package --key $key --manifest "$(sha256 manifest.json)" --out answer >/dev/null
say $? "kiosk-sync hands it in"
openssl cms -verify -inform DER -in answer -CAfile "$pki/kiosk/answer.pem" -out text 2>/dev/null &&
	grep -q '"accepted":true' text
say $? "openssl verifies the answer"
! openssl cms -verify -inform DER -in answer -CAfile "$pki/rogue/ca.pem" -out text 2>/dev/null
say $? "but not for another authority"

(cd "$here/../.." && env -u KIOSK_CONF "$bin/scene" --dir "$dir/world" tests/scenes/happy_online.txt >"$dir/played" 2>&1)
say $? "a citizen files at a kiosk"
grep "^#   tests" played
pki=world/province/pki
package=$(echo world/province/received/*/package.cms)
openssl cms -decrypt -binary -inform DER -in "$package" -recip "$pki/province/seal.pem" \
	-inkey "$pki/province/seal.key" -out signed 2>/dev/null
say $? "openssl opens the package"
! openssl cms -decrypt -binary -inform DER -in "$package" -recip "$pki/kiosk/kiosk.pem" \
	-inkey "$pki/kiosk/kiosk.key" -out none 2>/dev/null
say $? "but not with the kiosk's own key"
openssl cms -verify -binary -inform DER -in signed -CAfile "$pki/province/kiosk-ca.pem" -out tar 2>/dev/null
say $? "openssl verifies the kiosk's signature"
! openssl cms -verify -binary -inform DER -in signed -CAfile "$pki/rogue/ca.pem" -out none 2>/dev/null
say $? "but not for another authority"
mkdir opened.d && tar -C opened.d -xf tar && [ "$(tar -tf tar | head -1)" = manifest.json ]
say $? "tar unpacks it, manifest first"
awk -F'"' '/^      "TepDinhKemId"/ { name = $4 } /^      "sha256"/ { print $4 "  opened.d/" name }' \
	opened.d/manifest.json >sums
[ "$(wc -l <sums)" = "$(tar -tf tar | grep -c ^papers/)" ] && sha256sum --quiet -c sums
say $? "every paper has the hash that the manifest says"
done_saying
