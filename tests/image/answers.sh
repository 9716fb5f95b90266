#!/bin/sh
# answers.sh O DIR PORT: lets a kiosk be enrolled at the stand-in for the province whose folder is
# DIR/province, and writes DIR/answers for its set-up, as a technician's stick holds them. It is a
# kiosk in an emulated machine, to which this computer is 10.0.2.2.
set -eu
o=$1
dir=$2
port=$3

cp "$o/keys/catalogue.pem" "$dir/province/site-catalogue.pem"
print=$(openssl x509 -in "$dir/province/pki/province/site.pem" -noout -fingerprint -sha256 | sed 's/.*=//')
cat >"$dir/answers" <<EOT
office_name = Trung tâm Phục vụ hành chính công
office_place = Xã Tân Thành, tỉnh Lâm Đồng
agency_code = 000.00.06.H56
kiosk_id = K01
network = dhcp
province_url = https://10.0.2.2:$port
way = network
fingerprint = $print
enrol_code = CODE-1234
EOT
KIOSK_RUN=$dir "$o/bin/kioskctl" province enrol CODE-1234
