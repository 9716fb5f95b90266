#!/bin/bash
# A package made by tar and openssl cms is opened by the stand-in; its answer is verified by
# openssl. Then, when TUS_MODULES names a folder with the npm packages @tus/server,
# @tus/file-store and tus-js-client: that server takes what kiosk-sync sends, and the stand-in
# what that client sends, over cut lines.
cd "$(dirname "$0")/../.." || exit 2
command -v openssl >/dev/null || { echo "1..0 # SKIP there is no openssl"; exit 0; }
here=$PWD/tests/oracles
bin=$PWD/${O:-build}/bin
dir=$(mktemp -d) || exit 2
running=()
trap 'kill "${running[@]}" 2>/dev/null; wait "${running[@]}" 2>/dev/null; rm -r "$dir"' EXIT
cd "$dir" || exit 2
pki=$dir/p/pki
key=0b9d8d52-5f0f-4c57-9d9b-3a1f6a1b2c3d
n=0
say() { # STATUS WHAT
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}
sha256() { openssl dgst -sha256 -r "$1" | cut -d' ' -f1; }
wait_for() { # FILE: until it has a line
	for _ in $(seq 200); do
		[ -s "$1" ] && return
		read -rt 0.05 <> <(:)
	done
}

"$bin/province" --dir p >ready &
running+=($!)
wait_for ready
url=$(cut -d' ' -f2 ready)
conf() { # URL
	cat >kiosk.conf <<EOF
office_name = Trung tâm
office_place = Xã
agency_code = 000.00.06.H56
kiosk_id = K01
province_url = $1
tls_ca = $pki/kiosk/tls/ca.pem
tls_cert = $pki/kiosk/tls/kiosk.pem
tls_key = $pki/kiosk/tls/kiosk.key
EOF
	export KIOSK_CONF=$dir/kiosk.conf
}

mkdir papers
{ printf '%%PDF-1.7'; openssl rand 2500000; } >papers/001.pdf
cat >manifest.json <<EOF
{"v":1,"key":"$key","kiosk":"K01","agency":"000.00.06.H56","receipt_code":"TAM-K01-261121-0001-X",
 "MaTTHC":"1.001193","TenTTHC":"Thủ tục đăng ký khai sinh","KenhThucHien":"1",
 "ChuHoSo":"Nguyễn Văn An","SoGiayToChuHoSo":"001090000000","NgayNopHoSo":"20261121093000",
 "TaiLieuNop":[{"TepDinhKemId":"papers/001.pdf","TenTepDinhKem":"Giấy chứng sinh.pdf",
  "MaThanhPhanHoSo":"000.00.00.G15-KQ004389","DuocSoHoa":"1","DuocTaiSuDung":"0",
  "DuocLayTuKhoDMQG":"0","sha256":"$(sha256 papers/001.pdf)",
  "bytes":$(stat -c%s papers/001.pdf),"trang":1,"chat_luong":{}}],
 "form":{},"identity":{"verified":false},"consent":{},"times":{}}
EOF
tar --format=pax -cf tar manifest.json papers/001.pdf &&
	openssl cms -sign -binary -nodetach -in tar -outform DER -signer "$pki/kiosk/kiosk.pem" \
		-inkey "$pki/kiosk/kiosk.key" -md sha256 -out signed &&
	openssl cms -encrypt -binary -aes-256-gcm -in signed -outform DER -out package \
		"$pki/kiosk/seal.pem"
say $? "tar and openssl cms make a package"
"$bin/province" open p package >opened 2>/dev/null && grep -q "$key" opened
say $? "province opens it"
conf "$url"
"$bin/kiosk-sync" send package --key $key --manifest "$(sha256 manifest.json)" --out answer >/dev/null
say $? "kiosk-sync hands it in"
openssl cms -verify -inform DER -in answer -CAfile "$pki/kiosk/answer.pem" -out text 2>/dev/null &&
	grep -q '"accepted":true' text
say $? "openssl verifies the answer"
! openssl cms -verify -inform DER -in answer -CAfile "$pki/rogue/ca.pem" -out text 2>/dev/null
say $? "but not for another authority"

if [ -z "$TUS_MODULES" ] || ! command -v node >/dev/null; then
	echo "ok $((n + 1)) # SKIP TUS_MODULES names no folder with @tus/server, or there is no node"
	echo "1..$((n + 1))"
	exit 0
fi
mkdir files
node "$here/tus_server.mjs" "$pki" files 3 >port &
running+=($!)
wait_for port
conf "https://127.0.0.1:$(cat port)"
"$bin/kiosk-sync" send package --key $key --out answer >/dev/null && [ "$(cat answer)" = good ]
say $? "@tus/server has what kiosk-sync sent, over three cuts"
node "$here/tus_client.mjs" "$pki" "$url" package ${key/0b/1b} "$(sha256 package)" &&
	cmp -s package p/uploads/*
say $? "the stand-in has what tus-js-client sent"
echo "1..$n"
