#!/usr/bin/perl
# double_font.pl <FONT.psf >LARGE.psf: a face of the console (PSF 1, 8 dots wide) with every dot as a
# square of four (PSF 2). No face that large in Debian has all letters of Vietnamese.
use strict;
use warnings;

binmode $_ for *STDIN, *STDOUT;
local $/;
my $font = <STDIN>;
my ($magic, $mode, $high) = unpack 'a2CC', $font;
die "not PSF 1 with a table of letters\n" unless $magic eq "\x36\x04" && $mode & 2;
my $count = $mode & 1 ? 512 : 256;

print pack 'L<8', 0x864ab572, 0, 32, 1, $count, 2 * $high * 2, 2 * $high, 16;
for my $row (unpack 'C*', substr $font, 4, $count * $high) {
	my $wide = join '', map { $_ x 2 } split //, sprintf '%08b', $row;
	print pack('B16', $wide) x 2;
}
# the letters of each picture, in UTF-16 there and UTF-8 here; groups of them (fffe) are left out
my @letters = unpack 'S<*', substr $font, 4 + $count * $high;
my $group = 0;
for my $letter (@letters) {
	if ($letter == 0xffff) {
		print "\xff";
		$group = 0;
	} elsif ($letter == 0xfffe) {
		$group = 1;
	} elsif (!$group) {
		my $text = chr $letter;
		utf8::encode($text);
		print $text;
	}
}
