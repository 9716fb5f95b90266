#!/bin/bash
# unseal.sh PARTITION: the passphrase that systemd-cryptenroll has sealed, as the TPM gives it out.
set -eu
d=$(mktemp -d)
trap 'rm -rf "$d"' EXIT
cryptsetup luksDump --dump-json-metadata "$1" >"$d/json"
D=$d perl -MJSON::PP -MMIME::Base64 -e '
	local $/;
	my $all = decode_json(<>);
	my ($t) = grep { $_->{type} eq "systemd-tpm2" } values %{$all->{tokens}};
	$t or exit 1;
	my $blob = decode_base64($t->{"tpm2-blob"});
	my $len = 2 + unpack("n", $blob);
	for (["private", substr($blob, 0, $len)], ["public", substr($blob, $len)]) {
		open my $f, ">:raw", "$ENV{D}/$_->[0]" or die;
		print $f $_->[1];
	}' <"$d/json" 2>/dev/null || exit 1
fresh() { # there is no resource manager in between
	tpm2_flushcontext -Q -t
	tpm2_flushcontext -Q -l
	tpm2_flushcontext -Q -s
}
{
	fresh && tpm2_createprimary -Q -C o -g sha256 -G ecc -c "$d/primary" && fresh &&
		tpm2_load -Q -C "$d/primary" -u "$d/public" -r "$d/private" -c "$d/object" && fresh &&
		tpm2_unseal -c "$d/object" -p pcr:sha256:7 -o "$d/secret" && fresh
} 2>"$d/why" || { cat "$d/why" >&2; exit 1; }
base64 -w0 <"$d/secret"
