#!/bin/bash
# given.sh: what `make image` gives away (O, BOARD) fits together: sums, block map, list of packages by
# the rules of SPDX 2.3, update. Reads only, but for a copy of the disk in a folder of its own.
cd "$(dirname "$0")/../.." || exit 2
out=$PWD/${O:-build}/image/${BOARD:-x86-kiosk}
[ -e "$out/SHA256SUMS" ] || { echo "1..0 # SKIP there is no image"; exit 0; }
for tool in jq bmaptool rauc zstd unsquashfs; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP there is no $tool"; exit 0; }
done
dir=$(mktemp -d -p "$out") || exit 2
trap 'rm -r "$dir"' EXIT
cd "$out" || exit 2
n=0
say() { # STATUS WHAT
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}
version=$(sed -n 's/^VERSION_ID="\(.*\)"/\1/p' os-release)
update=mocua-${BOARD:-x86-kiosk}-$version.raucb
hash=$(cat root.hash)

sha256sum --quiet -c SHA256SUMS
say $? "the sums are right"
[ "$(sed 's/^[^ ]* *//' SHA256SUMS | sort | tr '\n' ' ')" = \
	"disk.img.bmap disk.img.zst disk.spdx.json $update version " ]
say $? "and are of all that is given away, under this version"

openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS -purpose any \
	-CAfile ../keys/update-ca.pem >/dev/null 2>"$dir/log"
say $? "the sums are signed by the authority of updates"

# on a medium that is not empty, only what is mapped may be written
truncate -s "$(stat -c %s disk.img)" "$dir/disk"
bmaptool --quiet copy --bmap disk.img.bmap disk.img.zst "$dir/disk" 2>"$dir/log" && cmp disk.img "$dir/disk"
say $? "disk.img.zst by its block map is disk.img"
rm -f "$dir/disk"

start=$(sfdisk -J disk.img | jq '.partitiontable.partitions[] | select(.name=="root-a") | .start')
cmp -n "$(stat -c %s root.img)" -i "$((start * 512)):0" disk.img root.img
say $? "its root is root.img"
veritysetup verify --hash-offset="$(sed 's/.*kiosk.offset=//' cmdline)" root.img root.img "$hash"
say $? "which has the hash of the command line"
objcopy -O binary --only-section=.cmdline kiosk.efi "$dir/cmdline" 2>/dev/null
grep -q "kiosk.hash=$hash" "$dir/cmdline"
say $? "that firmware is given"
unsquashfs -quiet -no-progress -d "$dir/root" root.img usr/share/kiosk/version >/dev/null
grep -qx "VERSION=$version" "$dir/root/usr/share/kiosk/version"
say $? "and the version in it"

rauc info --no-verify --output-format=json "$update" >"$dir/info" 2>"$dir/log"
[ "$(jq -r .version "$dir/info")" = "$version" ]
say $? "the update brings that version"
rauc info --no-verify "$update" 2>/dev/null | grep -q "$(sha256sum <root.img | cut -d' ' -f1)"
say $? "with this root"

list() { # WHAT FILTER: whether it is true of the list of packages
	[ "$(jq "$2" disk.spdx.json)" = true ]
	say $? "$1"
}
list 'SPDX 2.3, with what a document must have' '.spdxVersion == "SPDX-2.3" and
	.dataLicense == "CC0-1.0" and .SPDXID == "SPDXRef-DOCUMENT" and (.name | length > 0) and
	(.documentNamespace | test("^https://[^#]+$")) and (.creationInfo.creators | length > 0) and
	(.creationInfo.created | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$"))'
list 'each package has a name, a version, and its fields' '[.packages[] | (.name | length > 0) and
	(.versionInfo | length > 0) and (.downloadLocation == "NOASSERTION") and
	(.filesAnalyzed == false) and (.SPDXID | test("^SPDXRef-[A-Za-z0-9.-]+$"))] | all'
list 'no identifier stands twice' '[.packages[].SPDXID] | length == (unique | length)'
list 'each licence that is named is there with its text, and no other' \
	'([.packages[].licenseDeclared | select(. != "NOASSERTION")] | sort) ==
	([.hasExtractedLicensingInfos[] | select(.extractedText | length > 100) | .licenseId] | sort)'
list 'only the kiosk itself says nothing of its licence' \
	'[.packages[] | select(.licenseDeclared == "NOASSERTION") | .name | startswith("mocua-")] | all'
list 'all are in the image that the document describes' '([.packages[].SPDXID] | sort) as $all |
	([.relationships[].relatedSpdxElement] | sort) == $all'
list 'the kernel, the first process, systemd and the kiosk are among them' \
	'[.packages[].name] | map(select(startswith("linux-image-") or . == "systemd-boot-efi" or
	. == "systemd" or . == "mocua-kiosk")) | length == 4'
echo "1..$n"
