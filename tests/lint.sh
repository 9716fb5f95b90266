#!/bin/bash
# What the compiler does not see: who may include whom, words nobody may call, sizes, writable
# globals, strings in one language only. Looks at the tree it lies in, and at what O (build) holds
# of it. tests/lint_test.sh plants one of each and sees it found.
set -u
cd "$(dirname "$0")/.." || exit 2
o=${O:-build}
bad=0
fail() { echo "lint: $*"; bad=1; }
none() { # WHAT FINDINGS
	[ -z "$2" ] || fail "$1:"$'\n'"$2"
}
code() { find "$@" -name '*.[ch]' -print0 2>/dev/null | sort -z; }
# What people wrote: everything but pictures, certificates and fuzz corpora.
text() {
	find Makefile README.md .ci assets board drivers firmware tests ui -type f \
		! -path '*/corpus/*' ! -path '*/golden/*' ! -path 'tests/lint*.sh' -print0 2>/dev/null | sort -z
}

# An #include names its folder, so who may include whom is a grep. firmware/base is for all;
# nobody includes a sibling.
may() { # FOLDER ALLOWED...
	local folder=$1 pattern; shift
	pattern=$(printf '%s|' "$@"); pattern=${pattern%|}
	[ -d "$folder" ] || return 0
	none "$folder may only include $*" \
		"$(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' --include='*.[ch]' "$folder" | grep -vE "\"($pattern)")"
}
may firmware/base  firmware/base/
for f in super parse setup ctl guard board debug; do may "firmware/$f" firmware/base/ "firmware/$f/"; done
for f in core sync; do may "firmware/$f" firmware/base/ firmware/tpm/ "firmware/$f/"; done
may firmware/tpm   firmware/base/ firmware/tpm/
may board/flash    firmware/base/ board/flash/
may drivers        firmware/base/ drivers/
may ui             firmware/base/ ui/
may tests/usim     firmware/base/ tests/usim/ tests/mrtd/
for f in mrtd province panel; do may "tests/$f" firmware/base/ "tests/$f/"; done
for f in papers corpus; do may "tests/$f" firmware/base/ tests/pen/ "tests/$f/"; done
may tests/pen tests/pen/
may tests/visitor firmware/base/ tests/visitor/
for f in guest scene; do may "tests/$f" firmware/base/ tests/visitor/ "tests/$f/"; done
may tests/cut firmware/base/ tests/cut/
may tests/image firmware/base/ tests/cut/ tests/image/

none "a file at the top whose place is a folder, or that a command has left" \
	"$(find . -maxdepth 1 -type f ! -name '.*' ! -name Makefile ! -name README.md)"

# Functions with a better one beside them.
banned='strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|strtok|atof|gmtime|localtime|ctime|asctime|alloca|system|popen|tmpnam|mktemp|usleep'
none "banned functions" \
	"$(code board firmware drivers ui tests | xargs -0r grep -nE "(^|[^_a-zA-Z>.])($banned)\(" /dev/null)"
none "goto, or waiting for time instead of a fact" \
	"$(code board firmware drivers ui tests/scene tests/usim tests/panel tests/province |
		xargs -0r grep -nE '(^|[^_a-zA-Z])(sleep|nanosleep|clock_nanosleep)\(|\bgoto\b' /dev/null)"

# Sizes: a longer file is asking to be two things, and so is a longer function.
none "files over 600 lines" \
	"$(code board firmware drivers ui tests | xargs -0r wc -l | awk '$2 != "total" && $1 > 600 {print $2 ": " $1 " lines"}')"
none "lines over 100 columns" "$(code board firmware drivers ui tests | xargs -0r awk '{
	l = $0; gsub(/\t/, "        ", l); gsub(/[\200-\277]/, "", l)
	if (length(l) > 100) print FILENAME ":" FNR }' | head -20)"
functions() { # those too long
	code board firmware drivers ui tests | xargs -0r ctags-universal --languages=C --langmap=C:.c.h \
		--kinds-C=f --fields=ne --output-format=u-ctags -f - 2>/dev/null |
		perl -F'\t' -ane '
			my ($from) = /\tline:(\d+)/; my ($to) = /\tend:(\d+)/;
			next unless $from && $to && $to - $from >= 80;
			print "$F[1]: $F[0] has ", $to - $from + 1, " lines\n"'
}
if command -v ctags-universal >/dev/null; then
	none "functions over 80 lines" "$(functions)"
fi

# No writable globals: nothing of ours in .data or .bss (.data.rel.ro is constant once linked;
# sanitizers keep tables of their own).
objects() {
	code board firmware drivers ui | while IFS= read -rd '' c; do
		[ -e "$o/${c%.c}.o" ] && printf '%s\0' "$o/${c%.c}.o"
	done
}
none "writable globals" "$(objects | xargs -0r objdump -t |
	awk '/file format/ {f = $1} / \.(t?data|t?bss|data\.rel|data\.rel\.local)\t/ && !/asan|ubsan|odr/i {print f, $NF}' |
	grep -vE ' (\.L|\.str|__|\.data|\.bss)')"

# Every string in both languages.
none "words.def: a row is WORD(KEY, \"Vietnamese\", \"English\"), neither empty" \
	"$(perl -ne 'print "ui/words.def:$.: $_" if /^\s*WORD\(/ &&
		!/^WORD\(\s*\w+\s*,\s*"(?:[^"\\]|\\.)+",\s*"(?:[^"\\]|\\.)+"\)\s*$/' ui/words.def)"
both() {
	perl -MJSON::PP -e '
		sub load { local (@ARGV, $/) = @_; decode_json(<>) }
		sub walk { # a text is an object with vi and en
			my ($where, $x) = @_;
			if (ref $x eq "ARRAY") { walk("$where\[$_]", $x->[$_]) for 0 .. $#$x }
			return unless ref $x eq "HASH";
			if (exists $x->{vi} || exists $x->{en}) {
				($x->{$_} // "") ne "" or print "$where: no $_\n" for "vi", "en";
			}
			for my $k ("label", "title", "help", "declaration") {
				print "$where.$k: one language\n" if defined $x->{$k} && !ref $x->{$k};
			}
			print "$where.$_->{key}: no label\n" for grep { !$_->{label} } @{$x->{fields} // []};
			walk("$where.$_", $x->{$_}) for sort keys %$x;
		}
		my %form;
		for (glob "assets/forms/*.json") {
			walk($_, load($_));
			$form{$1} = 1 if m{/([0-9.]+)\.json$};
		}
		# Only what a citizen is asked to bring is shown; procedures with a form of their own
		# are complete in English, the others show the Vietnamese name.
		for my $p (@{load("assets/catalogue.json")->{procedures}}) {
			next unless delete $form{$p->{code}};
			print "catalogue: $p->{code}: no English name\n" unless $p->{name_en};
			print "catalogue: $p->{code}: $_->{code}: no English name\n"
				for grep { $_->{kind} =~ /^(submit|case)$/ && !$_->{name_en} } @{$p->{papers}};
		}
		print "assets/forms/$_.json: no such procedure\n" for sort keys %form;' 2>&1
}
none "text in one language only" "$(both)"

# What nothing says is translated, tested for its length, and believed to be said.
said() {
	code firmware ui | xargs -0r grep -ohwE '(NOTE|FAULT|READY|TROUBLE)_[A-Z_]+'
	{ # as a word of the file `trouble`
		code firmware | xargs -0r grep -ohE '"[A-Z_]+[ "]' | tr -d '" '
		find board/root board/initrd -type f -print0 | xargs -0r grep -ohwE '[A-Z_]+'
	} | sed 's/^/TROUBLE_/'
}
if [ -d firmware/setup ]; then
	none "a sentence of setup.def or board.def that nothing says" \
		"$(sed -nE 's/^(NOTE|FAULT|READY|TROUBLE)\(([A-Z_]+),.*/\1_\2/p' firmware/base/{setup,board}.def |
			grep -vxFf <(said | sort -u))"
fi

# Promises to oneself have a number; nothing knows where its author's machine keeps things.
none "TODO without an issue's number, as in TODO(#12)" \
	"$(text | xargs -0r grep -nwE 'TODO|FIXME|XXX' /dev/null | grep -vE '(TODO|FIXME|XXX)\(#[0-9]+\)')"
none "a path of somebody's machine" \
	"$(text | xargs -0r grep -nE '(^|[^A-Za-z0-9_.$}/-])/(home|root|work|Users|mnt|media)/[A-Za-z0-9_.-]' /dev/null)"

# Nobody has to search the code for what an audit log may say.
none "written to the audit log, but not in audit.def" \
	"$(grep -rhE '(audit_add|[^_a-z]note)\(' --include='*.c' firmware/core 2>/dev/null |
		grep -oE '"[a-z]+\.[a-z_]+"' | sort -u |
		while IFS= read -r what; do grep -qF "AUDIT($what" firmware/core/audit.def || echo "$what"; done)"
none "twice in audit.def" \
	"$(grep -oE 'AUDIT\("[^"]+"' firmware/core/audit.def 2>/dev/null | sort | uniq -d)"
# It is kept for years and read by many: no line gets what a citizen told. (What comes through a
# variable is found by the search after every visit of a scene.)
none "what is a person's, in the audit log" \
	"$(code firmware | xargs -0r perl -0ne '
		while (/\b(?:audit_add|note|note_copy)\(([^;{]*?)\);/g) {
			my $call = $1;
			next unless $call =~ /\b(card\.|values\[|answer_of|filer|owner|person|phone|address|birth|chip\.facts)/;
			(my $line = substr($_, 0, pos)) =~ tr/\n//cd;
			print "$ARGV:", 1 + length $line, "\n" }')"
exit $bad
