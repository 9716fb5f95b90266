#!/usr/bin/perl
# spdx.pl BOARD VERSION HASH FILE...: prints what the image is made of, as SPDX 2.3 (JSON): every binary
# package with its version, source and the text of its copyright file; and the kiosk itself. HASH, the
# root hash, tells one image from the next. Each FILE is dpkg's status; FILE:DIR names where the
# copyright files of its packages lie (DIR/PACKAGE/copyright). SOURCE_DATE_EPOCH is the document's time.
use strict;
use warnings;
use JSON::PP;
use POSIX qw(strftime);

my ($board, $version, $hash, @lists) = @ARGV;
die "spdx.pl BOARD VERSION HASH FILE...\n" unless @lists;

sub slurp {
	open(my $in, '<:encoding(UTF-8)', $_[0]) or return undef;
	local $/;
	my $text = <$in>;
	close $in;
	return $text;
}

# What may stand in an identifier of SPDX: letters, digits, '.' and '-'.
sub id {
	my $name = shift;
	$name =~ s/\+/plus/g;
	$name =~ s/[^A-Za-z0-9.-]/-/g;
	return $name;
}

# The stanzas of dpkg's status of packages that are installed.
sub stanzas {
	my @found;
	for my $block (split /\n\n+/, $_[0]) {
		my %field;
		my $last;
		for my $line (split /\n/, $block) {
			if ($line =~ /^([A-Za-z0-9-]+): ?(.*)/) { $field{$last = $1} = $2 }
		}
		push @found, \%field
			if $field{Package} && ($field{Status} // 'install ok installed') =~ / installed$/;
	}
	return @found;
}

my (%package, %text);
sub one {
	my ($f, $docs) = @_;
	my $name = $f->{Package};
	my ($source, $source_version) = ($f->{Source} // $name) =~ /^(\S+)(?: \((.*)\))?/;
	my $words = $docs ? slurp("$docs/$name/copyright") : undef;
	my $ref = 'NOASSERTION';

	if (defined $words) {
		$ref = 'LicenseRef-copyright-' . id($name);
		$text{$ref} = { name => "copyright file of $name", text => $words };
	}
	my $pure = $f->{Version};
	$pure =~ s/([^A-Za-z0-9.~_-])/sprintf '%%%02X', ord $1/ge;
	(my $purl = $name) =~ s/\+/%2B/g;
	$package{$name} = {
		SPDXID => 'SPDXRef-Package-' . id($name), name => $name,
		versionInfo => $f->{Version}, downloadLocation => 'NOASSERTION',
		filesAnalyzed => JSON::PP::false, licenseConcluded => 'NOASSERTION',
		licenseDeclared => $ref, copyrightText => 'NOASSERTION',
		supplier => 'Organization: Debian',
		sourceInfo => "built from: $source " . ($source_version // $f->{Version}),
		externalRefs => [{
			referenceCategory => 'PACKAGE-MANAGER', referenceType => 'purl',
			referenceLocator =>
				"pkg:deb/debian/$purl\@$pure?arch=$f->{Architecture}&distro=debian-12" }] };
}
for (@lists) {
	my ($file, $docs) = split /:/;
	one($_, $docs) for stanzas(slurp($file) // die "$file: $!\n");
}

my $own = 'SPDXRef-Package-mocua-kiosk';
my @package = map { $package{$_} } sort keys %package;
unshift @package, {
	SPDXID => $own, name => 'mocua-kiosk', versionInfo => $version,
	downloadLocation => 'NOASSERTION', filesAnalyzed => JSON::PP::false,
	licenseConcluded => 'NOASSERTION', licenseDeclared => 'NOASSERTION',
	copyrightText => 'NOASSERTION', supplier => 'NOASSERTION' };
my $image = 'SPDXRef-Image';
my @relation = map { { spdxElementId => $image, relationshipType => 'CONTAINS',
	relatedSpdxElement => $_->{SPDXID} } } @package;
unshift @relation, { spdxElementId => 'SPDXRef-DOCUMENT', relationshipType => 'DESCRIBES',
	relatedSpdxElement => $image };
unshift @package, {
	SPDXID => $image, name => "mocua-$board", versionInfo => $version,
	downloadLocation => 'NOASSERTION', filesAnalyzed => JSON::PP::false,
	licenseConcluded => 'NOASSERTION', licenseDeclared => 'NOASSERTION',
	copyrightText => 'NOASSERTION', supplier => 'NOASSERTION',
	primaryPackagePurpose => 'OPERATING_SYSTEM' };

print JSON::PP->new->utf8->canonical->indent->indent_length(1)->space_after->encode({
	spdxVersion => 'SPDX-2.3', dataLicense => 'CC0-1.0', SPDXID => 'SPDXRef-DOCUMENT',
	name => "mocua-$board-$version",
	documentNamespace => "https://mocua.invalid/spdx/mocua-$board-$hash",
	creationInfo => {
		created => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $ENV{SOURCE_DATE_EPOCH}),
		creators => ['Tool: mocua-spdx.pl'] },
	packages => \@package, relationships => \@relation,
	hasExtractedLicensingInfos => [map { { licenseId => $_, name => $text{$_}{name},
		extractedText => $text{$_}{text} } } sort keys %text] });
