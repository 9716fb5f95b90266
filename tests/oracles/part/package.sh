# Sourced after tap.sh. start_province: the stand-in in ./p, its address in $url, its keys in $pki.
# conf URL: the kiosk's settings. make_package BYTES KEY: a package by tar and openssl cms alone.
start_province() {
	"$bin/province" --dir p >ready &
	running+=($!)
	wait_for test -s ready
	url=$(cut -d' ' -f2 ready)
	pki=$dir/p/pki
}

conf() { # URL
	cat >kiosk.conf <<-EOF2
	office_name = Trung tâm
	office_place = Xã
	agency_code = 000.00.06.H56
	kiosk_id = K01
	province_url = $1
	tls_ca = $pki/kiosk/tls/ca.pem
	tls_cert = $pki/kiosk/tls/kiosk.pem
	tls_key = $pki/kiosk/tls/kiosk.key
	EOF2
	export KIOSK_CONF=$dir/kiosk.conf
}

make_package() { # BYTES KEY
	mkdir -p papers
	{ printf '%%PDF-1.7'; openssl rand "$1"; } >papers/001.pdf
	cat >manifest.json <<-EOF2
	{"v":1,"key":"$2","kiosk":"K01","agency":"000.00.06.H56","receipt_code":"TAM-K01-261121-0001-X",
	 "MaTTHC":"1.001193","TenTTHC":"Thủ tục đăng ký khai sinh","KenhThucHien":"1",
	 "ChuHoSo":"Nguyễn Văn An","SoGiayToChuHoSo":"001090000000","NgayNopHoSo":"20261121093000",
	 "TaiLieuNop":[{"TepDinhKemId":"papers/001.pdf","TenTepDinhKem":"Giấy chứng sinh.pdf",
	  "MaThanhPhanHoSo":"000.00.00.G15-KQ004389","DuocSoHoa":"1","DuocTaiSuDung":"0",
	  "DuocLayTuKhoDMQG":"0","sha256":"$(sha256 papers/001.pdf)",
	  "bytes":$(stat -c%s papers/001.pdf),"trang":1,"chat_luong":{}}],
	 "form":{},"identity":{"verified":false},"consent":{},"times":{}}
	EOF2
	tar --format=pax -cf tar manifest.json papers/001.pdf &&
		openssl cms -sign -binary -nodetach -in tar -outform DER -signer "$pki/kiosk/kiosk.pem" \
			-inkey "$pki/kiosk/kiosk.key" -md sha256 -out signed &&
		openssl cms -encrypt -binary -aes-256-gcm -in signed -outform DER -out package \
			"$pki/kiosk/seal.pem"
}
