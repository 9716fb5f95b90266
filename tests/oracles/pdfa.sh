#!/bin/bash
# What do programs nobody here wrote say of our archival PDF? Apache PDFBox's preflight knows
# PDF/A-1b, which asks for all that 2u asks of such a file but for Unicode; so it gets a twin that
# calls itself 1b and 1.4. Those that are not there are skipped (board/packages/oracles.list).
cd "$(dirname "$0")/../.." || exit 2
o=${O:-build}
jars=/usr/share/java
dir=$(mktemp -d) || exit 2
trap 'rm -r "$dir"' EXIT
n=0
say() { # STATUS WHAT
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}
skip() { n=$((n + 1)); echo "ok $n - $1 # SKIP there is no $2"; }
have() { # PROGRAM WHAT
	command -v "$1" >/dev/null && return
	skip "$2" "$1"
	return 1
}

letter=tests/unit/parse/letter.png
first='CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM'
"$o/bin/kiosk-parse" digitize $letter $letter --title 'Đơn <đề nghị> & bản sao' -o "$dir/ours.pdf" >/dev/null
say $? "kiosk-parse digitize"
"$o/bin/pdfa" "$dir/ours.pdf" >"$dir/said"
say $? "our own checker finds no fault"
have qpdf "qpdf" && {
	qpdf --check "$dir/ours.pdf" >/dev/null
	say $? "qpdf finds no fault"
}

# text: what stands there, in this order, in NFC, and words of a line in one line
same_text() { # FILE WHO
	grep -qF "$first" "$1" && grep -qF 'Ủy ban nhân dân phường Mẫu' "$1" && grep -qF 'Nguyễn Văn An' "$1"
	say $? "$2 finds whole phrases"
	perl -CS -MUnicode::Normalize -0777 -ne 'exit(NFC($_) ne $_)' "$1"
	say $? "$2 gives NFC"
}
have pdftotext "pdftotext" && {
	pdftotext "$dir/ours.pdf" "$dir/poppler.txt"
	same_text "$dir/poppler.txt" poppler
	pdfinfo "$dir/ours.pdf" | grep -qF 'Đơn <đề nghị> & bản sao'
	say $? "pdfinfo shows the title"
}
have mutool "mutool" && {
	mutool draw -q -F txt -o "$dir/mupdf.txt" "$dir/ours.pdf" 2>/dev/null
	same_text "$dir/mupdf.txt" mupdf
	# each word of the text lies where the ink is: both see the same page
	mutool draw -q -r 50 -c gray -o "$dir/mupdf.pgm" "$dir/ours.pdf" 1 2>/dev/null &&
		pdftoppm -r 50 -gray -l 1 -singlefile "$dir/ours.pdf" "$dir/poppler"
	perl -e 'local $/; my @p; for (@ARGV) { open F, "<:raw", $_ or exit 2; my $t = <F>;
		$t =~ s/^P5\s+(?:#.*\n)?(\d+)\s+(\d+)\s+\d+\s// or exit 2; push @p, [$1, $2, unpack "C*", $t] }
		my ($a, $b) = @p; abs($a->[0] - $b->[0]) < 2 && abs($a->[1] - $b->[1]) < 2 or exit 1;
		my @sum = map { my $s = 0; $s += 255 - $_ for @$_[2 .. $#$_]; $s } @p;
		exit !($sum[0] > 1000 && abs($sum[0] - $sum[1]) < 0.25 * $sum[0])' "$dir/mupdf.pgm" "$dir/poppler.pgm"
	say $? "mupdf and poppler draw as much ink"
}
# pdf.js, where it was installed: PDFJS is the folder of npm's pdfjs-dist
pdfjs=${PDFJS:-node_modules/pdfjs-dist}
if command -v node >/dev/null && [ -e "$pdfjs/legacy/build/pdf.mjs" ]; then
	node tests/oracles/pdfjs.mjs "$pdfjs" "$dir/ours.pdf" >"$dir/pdfjs.txt" 2>"$dir/said"
	say $? "pdf.js reads it"
	same_text "$dir/pdfjs.txt" pdf.js
else
	skip "pdf.js reads it" "pdfjs-dist (npm install pdfjs-dist; PDFJS=folder)"
fi

# signatures: the kiosk's over all, then one more behind it, and both stay true
seal() { # FILE NAME
	local at len
	at=$(($(grep -abo '/Contents <0000' "$1" | tail -1 | cut -d: -f1) + 10))
	len=$(tail -c +$((at + 1)) "$1" | head -c 40000 | grep -abo '>' | head -1 | cut -d: -f1)
	{ head -c $at "$1"; tail -c +$((at + len + 2)) "$1"; } >"$dir/$2.signed"
	openssl cms -sign -binary -cades -md sha256 -in "$dir/$2.signed" -inkey "$dir/$2.key" \
		-signer "$dir/$2.pem" -outform DER -out "$dir/$2.cms" &&
		od -An -v -tx1 "$dir/$2.cms" | tr -d ' \n' | dd of="$1" bs=1 seek=$((at + 1)) conv=notrunc status=none
}
certificate() { # NAME
	openssl req -newkey rsa:2048 -nodes -keyout "$dir/$1.key" -subj "/CN=$1" -out "$dir/$1.csr" 2>/dev/null
	openssl x509 -req -in "$dir/$1.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial -days 30 \
		-out "$dir/$1.pem" 2>/dev/null
}
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/ca.key" -subj '/CN=Test CA' -days 30 \
	-out "$dir/ca.pem" 2>/dev/null
certificate kiosk
certificate officer
"$o/tests/unit/parse/test_endorse" "$dir/one.pdf" >/dev/null && seal "$dir/one.pdf" kiosk &&
	"$o/tests/unit/parse/test_endorse" "$dir/one.pdf" "$dir/two.pdf" >/dev/null && seal "$dir/two.pdf" officer
say $? "a seal, and an officer's signature behind it"
"$o/bin/pdfa" "$dir/one.pdf" "$dir/two.pdf" >"$dir/said"
say $? "both are PDF/A-2u to our checker"
for who in kiosk officer; do
	openssl cms -verify -cades -binary -inform DER -in "$dir/$who.cms" -content "$dir/$who.signed" \
		-CAfile "$dir/ca.pem" -purpose any -out /dev/null 2>"$dir/said"
	say $? "openssl cms -verify -cades: $who"
done
cmp -s -n "$(stat -c %s "$dir/one.pdf")" "$dir/one.pdf" "$dir/two.pdf"
say $? "the second leaves every byte of the first"
have qpdf "qpdf, signed" && {
	qpdf --check "$dir/two.pdf" >/dev/null
	say $? "qpdf finds no fault in the signed file"
}
if have pdfsig "pdfsig" && have certutil "pdfsig"; then
	mkdir "$dir/nss"
	certutil -N -d "sql:$dir/nss" --empty-password
	certutil -A -n ca -t CT,C,C -d "sql:$dir/nss" -i "$dir/ca.pem"
	pdfsig -nssdir "sql:$dir/nss" "$dir/two.pdf" >"$dir/said" 2>&1
	[ "$(grep -c 'Signature is Valid' "$dir/said")" = 2 ]
	say $? "pdfsig calls both valid"
	[ "$(grep -c 'Certificate is Trusted' "$dir/said")" = 2 ]
	say $? "pdfsig trusts both"
	grep -q 'Total document signed' "$dir/said"
	say $? "pdfsig: the last covers the whole file"
	sed 's|/S /D>>|/S /R>>|' "$dir/two.pdf" >"$dir/changed.pdf"
	pdfsig -nssdir "sql:$dir/nss" "$dir/changed.pdf" 2>/dev/null | grep -q 'Digest Mismatch'
	say $? "pdfsig sees a changed byte"
fi
# the reverse: what they signed, packed or not, is read by us
verify() { "$o/bin/kiosk-parse" verify "$1" --anchor "$dir/ca.pem" >"$dir/said" 2>&1; }
verify "$dir/two.pdf" && [ "$(grep -c 'as they were signed' "$dir/said")" = 2 ]
say $? "kiosk-parse verify knows both signers"
if have pdfsig "signed by others" && have pk12util "signed by others"; then
	openssl pkcs12 -export -inkey "$dir/officer.key" -in "$dir/officer.pem" -name officer \
		-out "$dir/officer.p12" -passout pass:x 2>/dev/null
	pk12util -i "$dir/officer.p12" -d "sql:$dir/nss" -W x -K '' >/dev/null
	cp "$dir/one.pdf" "$dir/plain.pdf"
	qpdf --object-streams=generate "$dir/ours.pdf" "$dir/packed.pdf"
	qpdf --linearize "$dir/ours.pdf" "$dir/linear.pdf"
	for kind in plain packed linear; do
		pdfsig -nssdir "sql:$dir/nss" -add-signature -nick officer "$dir/$kind.pdf" "$dir/by_$kind.pdf" >/dev/null 2>&1
		verify "$dir/by_$kind.pdf" && grep -q 'by officer' "$dir/said" && ! grep -q 'not understood' "$dir/said"
		say $? "a signature by poppler in a $kind file is read and true"
	done
	sed 's|/S /D>>|/S /R>>|' "$dir/by_plain.pdf" >"$dir/changed.pdf"
	! verify "$dir/changed.pdf"
	say $? "and not when a byte was changed"
fi
have pdftotext "words on the page" && {
	pdftotext -l 1 "$dir/two.pdf" - | grep -qF 'ký 21/09/2026 21:13:20 +07:00'
	say $? "the words on the page are text"
}

# PDF/A-1b twins
if command -v java >/dev/null && [ -e $jars/preflight.jar ]; then
	class_path=
	for jar in preflight pdfbox2 fontbox2 xmpbox commons-logging commons-io javax.activation jaxb-api bcprov; do
		class_path+=$jars/$jar.jar:
	done
	preflight() { java -cp "$class_path" org.apache.pdfbox.preflight.Validator_A1b "$1" >"$dir/said" 2>&1; }
	twin='s/<pdfaid:part>2/<pdfaid:part>1/; s/conformance>U/conformance>B/; s/PDF-1\.7/PDF-1.4/; s|/Version /1\.7|/Version /1.4|'
	for file in ours one two; do
		sed "$twin" "$dir/$file.pdf" >"$dir/twin.pdf"
		preflight "$dir/twin.pdf"
		status=$?
		say $status "preflight calls the twin of $file valid PDF/A-1b"
		[ $status = 0 ] || sed 's/^/# /' "$dir/said"
	done
	# an oracle that says yes to everything is none
	for fault in 's/GTS_PDFA1/GTS_PDFX/' 's/pdfaid:part/pdfaid:prat/g' 's|/ID \[|/IX [|'; do
		sed "$fault" "$dir/twin.pdf" >"$dir/fault.pdf"
		! preflight "$dir/fault.pdf"
		say $? "preflight refuses $fault"
	done
else
	skip "preflight" "preflight (libpdfbox2-java)"
fi
echo "1..$n"
