#!/bin/bash
# Is our archival PDF what the standard says? Apache PDFBox's preflight knows PDF/A-1b, which
# asks for all that 2b asks of such a file; so it gets a twin that calls itself 1b and 1.4.
# Needs: libpdfbox2-java and default-jre-headless with its helpers (board/packages/check.list).
cd "$(dirname "$0")/../.." || exit 2
jars=/usr/share/java
for program in java qpdf; do
	command -v $program >/dev/null || { echo "1..0 # SKIP there is no $program"; exit 0; }
done
[ -e $jars/preflight.jar ] || { echo "1..0 # SKIP there is no preflight"; exit 0; }

class_path=
for jar in preflight pdfbox2 fontbox2 xmpbox commons-logging commons-io javax.activation jaxb-api; do
	class_path+=$jars/$jar.jar:
done
dir=$(mktemp -d) || exit 2
trap 'rm -r "$dir"' EXIT
n=0
say() { # STATUS WHAT
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}
preflight() { java -cp "$class_path" org.apache.pdfbox.preflight.Validator_A1b "$1" >"$dir/said" 2>&1; }

letter=tests/unit/parse/letter.png
"${O:-build}/bin/kiosk-parse" digitize $letter $letter --title 'Đơn <đề nghị> & bản sao' \
	-o "$dir/ours.pdf" >/dev/null
say $? "kiosk-parse digitize"
qpdf --check "$dir/ours.pdf" >/dev/null
say $? "qpdf finds no fault"
grep -qa '<pdfaid:part>2</pdfaid:part>' "$dir/ours.pdf"
say $? "it calls itself PDF/A-2"
twin='s/<pdfaid:part>2/<pdfaid:part>1/; s/PDF-1\.7/PDF-1.4/; s|/Version /1\.7|/Version /1.4|'
sed "$twin" "$dir/ours.pdf" >"$dir/twin.pdf"
preflight "$dir/twin.pdf"
status=$?
say $status "preflight calls the twin valid PDF/A-1b"
[ $status = 0 ] || sed 's/^/# /' "$dir/said"

# an oracle that says yes to everything is none
for fault in 's/GTS_PDFA1/GTS_PDFX/' 's/pdfaid:part/pdfaid:prat/g' 's|/ID \[|/IX [|'; do
	sed "$fault" "$dir/twin.pdf" >"$dir/fault.pdf"
	! preflight "$dir/fault.pdf"
	say $? "preflight refuses $fault"
done
echo "1..$n"
