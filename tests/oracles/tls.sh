#!/bin/bash
# Stock openssl passes for the province with every wrong certificate there is, and for a kiosk before
# the stand-in: kiosk-sync asks none of the first for anything, the stand-in answers none of the others.
cd "$(dirname "$0")/../.." || exit 2
command -v openssl >/dev/null || { echo "1..0 # SKIP there is no openssl"; exit 0; }
. tests/oracles/part/tap.sh
. "$here/part/package.sh"
start_province

printf 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"ok"}' >answer
mkdir v1 && mv answer v1/health
: >index
cat >ca.cnf <<EOF2
[ca]
default_ca = any_ca
[any_ca]
database = index
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
email_in_dn = no
new_certs_dir = .
copy_extensions = none
[any]
commonName = supplied
EOF2

# NAME, then KEY=VALUE: by (a CA's files), from, until (days from now), purpose, usage, names, key,
# md; makes NAME.key and NAME.pem
certificate() {
	local name=$1 by=$pki/province/tls-ca from=-1 until=30 purpose=serverAuth usage=digitalSignature
	local names=IP:127.0.0.1 key=ec md=sha256 cn=localhost new
	shift
	[ $# = 0 ] || local "$@"
	case $key in
	rsa*) new=(-newkey "rsa:${key#rsa}") ;;
	*) new=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1) ;;
	esac
	openssl req "${new[@]}" -nodes -keyout "$name.key" -out "$name.csr" -subj "/CN=$cn" 2>/dev/null
	printf '[x]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=%s\nextendedKeyUsage=%s\nsubjectAltName=%s\n' \
		"$usage" "$purpose" "$names" >x.cnf
	openssl ca -batch -notext -config ca.cnf -extfile x.cnf -extensions x -in "$name.csr" \
		-out "$name.pem" -md "$md" -startdate "$(day "$from")" -enddate "$(day "$until")" \
		-cert "$by.pem" -keyfile "$by.key" 2>ca.said || cat ca.said
}
day() { date -u -d "$1 days" +%Y%m%d%H%M%SZ; }

serve() { # CERT, options of s_server: on a port of its own, in $port
	local cert=$1
	shift
	: >served
	openssl s_server -accept 127.0.0.1:0 -HTTP -cert "$cert.pem" -key "$cert.key" \
		-CAfile "$pki/kiosk/tls/ca.pem" -Verify 2 -verify_return_error "$@" >served 2>&1 &
	server=$!
	running+=($server)
	wait_for grep -q '^ACCEPT' served
	port=$(sed -n 's/^ACCEPT .*:\([0-9]*\).*/\1/p' served | head -1)
	conf "https://127.0.0.1:$port"
}
# err of kiosk-sync check, and whether it got as far as asking
met() {
	local said asked=no
	said=$("$bin/kiosk-sync" check --json 2>&1)
	kill $server 2>/dev/null
	wait $server 2>/dev/null
	grep -q 'FILE:' served && asked=yes
	echo "$(echo "$said" | sed -n 's/.*"err":"\([A-Z_]*\)".*/\1/p') asked=$asked"
}
refused=0
refuses() { # WHAT ERR CERT, options of s_server
	local what=$1 want="$2 asked=no" got
	shift 2
	serve "$@"
	got=$(met)
	[ "$got" = "$want" ]
	say $? "kiosk-sync refuses $what ($got)"
	refused=$((refused + 1))
}

certificate good
serve good
[ "$(met)" = "OK asked=yes" ]
say $? "kiosk-sync takes a good one"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout rogue.key -out rogue.pem \
	-subj "/CN=Tinh mau TLS CA" -days 9 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout self.key -out self.pem \
	-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -days 9 2>/dev/null
certificate other by=rogue
refuses "one of another CA of the same name" FORGED other
refuses "one that signs itself" FORGED self
certificate kiosks by="$pki/province/kiosk-ca"
refuses "one of the province's CA for signatures" FORGED kiosks
certificate chained by="$pki/kiosk/tls/kiosk"
refuses "one that a kiosk signed" FORGED chained -cert_chain "$pki/kiosk/tls/kiosk.pem"
certificate old from=-60 until=-1
refuses "one out of date" FORGED old
certificate young from=2 until=60
refuses "one of the future" FORGED young
certificate name names=DNS:elsewhere.invalid
refuses "one for another name" FORGED name
certificate address names=IP:127.0.0.2
refuses "one for another address" FORGED address
certificate client purpose=clientAuth
refuses "one for clients" FORGED client
certificate mail purpose=emailProtection
refuses "one for signing mail" FORGED mail
certificate small key=rsa1024
refuses "a key of 1,024 bits" FORGED small -cipher DEFAULT@SECLEVEL=0
certificate sha1 md=sha1
refuses "a signature with SHA-1" FORGED sha1 -cipher DEFAULT@SECLEVEL=0
refuses "TLS 1.1" BAD_DATA good -tls1_1 -cipher DEFAULT@SECLEVEL=0
refuses "TLS 1.0" BAD_DATA good -tls1 -cipher DEFAULT@SECLEVEL=0
refuses "a cipher without encryption" FORGED good -tls1_2 -cipher eNULL@SECLEVEL=0

pin() { openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64; }
pinned() { # PIN...
	serve good
	echo "province_pins = $*" >>kiosk.conf
	met
}
[ "$(pinned "$(pin other.pem)")" = "FORGED asked=no" ]
say $? "kiosk-sync refuses a good certificate that is not the pinned one"
refused=$((refused + 1))
[ "$(pinned "$(pin other.pem)" "$(pin good.pem)")" = "OK asked=yes" ]
say $? "and takes the spare pin"

clock_at() { # SECONDS since 1970: kiosk-sync check with that clock
	perl -e 'print pack("qq", 0, $ARGV[0] - time)' "$1" >clock
	serve good
	exec 9<>clock
	KIOSK_CLOCK_FD=9 met
	exec 9<&-
}
for at in 0 2147483647; do
	[ "$(clock_at $at)" = "WRONG_CLOCK asked=no" ]
	say $? "with a clock at $at kiosk-sync names the clock"
	refused=$((refused + 1))
done
[ $refused -ge 10 ]
say $? "so $refused were refused"

# who may pass for a kiosk
greet() { # CERT: the status that the stand-in answers
	local with=()
	[ -z "$1" ] || with=(-cert "$1.pem" -key "$1.key")
	printf 'GET /v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' |
		timeout 10 openssl s_client -quiet -connect "${url#https://}" -CAfile "$pki/kiosk/tls/ca.pem" \
			"${with[@]}" "${more[@]}" 2>/dev/null | sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p'
}
more=(-ign_eof)
[ "$(greet "$pki/kiosk/tls/kiosk")" = 200 ]
say $? "the stand-in takes a kiosk"
certificate k-rogue by=rogue purpose=clientAuth cn=K01
certificate k-old from=-60 until=-1 purpose=clientAuth cn=K01
certificate k-young from=2 until=60 purpose=clientAuth cn=K01
certificate k-server purpose=serverAuth cn=K01
certificate k-signer by="$pki/province/kiosk-ca" purpose=clientAuth cn=K01
not_taken() { # WHAT [CERT]
	[ -z "$(greet "$2")" ]
	say $? "the stand-in refuses $1"
}
not_taken "nobody's certificate"
not_taken "one of another CA" k-rogue
not_taken "one out of date" k-old
not_taken "one of the future" k-young
not_taken "one for servers" k-server
not_taken "one of the CA for signatures" k-signer
not_taken "the kiosk's own for signatures" "$pki/kiosk/kiosk"
more=(-ign_eof -tls1_1 -cipher DEFAULT@SECLEVEL=0)
not_taken "a kiosk over TLS 1.1" "$pki/kiosk/tls/kiosk"
done_saying
