#!/bin/bash
# lint.sh finds what it is for: each case plants one fault in a copy of the tree.
set -u
cd "$(dirname "$0")/.." || exit 2
copy=$(mktemp -d) || exit 2
trap 'rm -rf "$copy" "$copy.said"' EXIT
n=0

fresh() { # only what lint.sh looks at, and little of it
	rm -rf "${copy:?}"/*
	mkdir -p "$copy"/{firmware,tests}
	cp -r assets ui "$copy"
	cp -r firmware/base firmware/core "$copy/firmware"
	cp -r tests/lint.sh tests/panel tests/scene "$copy/tests"
}
say() { # STATUS TITLE
	n=$((n + 1))
	[ "$1" = 0 ] || printf not\ 
	echo "ok $n - $2"
}
lint() { O=$copy/build "$copy/tests/lint.sh" >"$copy.said" 2>&1; }
complains() { # FAULT WORDS: the copy is bad, it is said with these words, and nothing else is said
	! lint && grep -qF -- "$2" "$copy.said" && [ "$(grep -c ^lint: "$copy.said")" = 1 ]
	local good=$?
	say $good "$1"
	[ $good = 0 ] || sed 's/^/# /' "$copy.said"
	fresh
}
plant() { # FILE LINE...
	local file=$copy/$1; shift
	printf '%s\n' "$@" >>"$file"
}
lines() { seq -f "$2" "$1"; } # COUNT FORMAT

fresh
lint
say $? 'a good tree is good'
sed 's/^/# /' "$copy.said"

plant firmware/base/err.c '#include "firmware/core/visit.h"'
complains 'base includes a program' 'firmware/base may only include'
plant ui/app.c '#include "firmware/core/visit.h"'
complains 'a program includes another' 'ui may only include'
plant tests/panel/main.c '# include "ui/page.h"'
complains 'the world includes the product' 'tests/panel may only include'
plant firmware/core/visit.c 'void f(char *a) { strcpy(a, "b"); }'
complains 'a banned function' 'visit.c'
plant tests/scene/fact.c 'void f(void) { sleep(1); }'
complains 'a scene that sleeps' 'waiting for time'
plant left 'x'
complains 'a file that a command has left' 'left'
plant ui/app.c 'void f(void) { goto end; end:; }'
complains 'goto' 'goto'
lines 601 '/* %.0f */' >"$copy/ui/long.c"
complains 'a file of 601 lines' 'long.c: 601 lines'
plant ui/app.c "/* $(printf 'x%.0s' {1..100}) */"
complains 'a line of 106 columns' 'over 100 columns'
if command -v ctags-universal >/dev/null; then
	{ echo 'int f(int a)'; echo '{'; lines 78 '	a += %.0f;'; echo '	return a;'; echo '}'; } >"$copy/ui/g.c"
	complains 'a function of 82 lines' 'f has 82 lines'
	{ echo 'int f(int a)'; echo '{'; lines 77 '	a += %.0f;'; echo '	return a;}'; } >"$copy/ui/g.c"
	lint
	say $? 'a function of 80 lines is good'
	fresh
fi
writable() { # FOLDER C
	mkdir -p "$copy/$1" "$copy/build/$1"
	echo "$2" >"$copy/$1/planted.c"
	"${CC:-cc}" -O0 -c -o "$copy/build/$1/planted.o" "$copy/$1/planted.c"
	complains "a writable global in $1: $2" 'writable globals'
}
for folder in firmware/core drivers ui; do
	writable $folder 'static int n; int *f(void) { return &n; }'
done
writable ui 'int f(void) { static int n = 1; return n++; }'
writable ui 'char word[] = "x";'
writable ui '_Thread_local int n = 1;'
writable ui '_Thread_local int n;'
writable ui 'static const char *p = "x"; const char **f(void) { return &p; }'
mkdir -p "$copy/build/ui"
echo 'const char *const T[] = { "x" }; int f(void) { static const int N = 1; return N; }' >"$copy/ui/c.c"
"${CC:-cc}" -c -o "$copy/build/ui/c.o" "$copy/ui/c.c"
lint
say $? 'a constant table is good'
fresh

plant ui/words.def 'WORD(NEW, "Mới", "")'
complains 'a word without English' 'words.def'
plant ui/words.def 'WORD(NEW, "Mới")'
complains 'a word of one column' 'words.def'
sed -i '0,/"en": "[^"]*"/s//"en": ""/' "$copy/assets/forms/1.001193.json"
complains 'a text of a form without English' 'no en'
sed -i '0,/"label": {"vi": "[^"]*", /s//"label": {/' "$copy/assets/forms/general.json"
complains 'a label without Vietnamese' 'no vi'
sed -i '0,/"label": {[^}]*}/s//"label": "Họ tên"/' "$copy/assets/forms/general.json"
complains 'a label that is plain text' 'one language'
sed -i '0,/"name_en": "Birth notification[^"]*"/s//"name_en": ""/' "$copy/assets/catalogue.json"
complains 'a paper without English' '000.00.00.G15-KQ004389'
sed -i 's/"name_en": "Birth registration"/"name_en": ""/' "$copy/assets/catalogue.json"
complains 'a procedure without English' '1.001193: no English name'
echo '{' >"$copy/assets/forms/general.json"
complains 'a form that is not JSON' 'one language'

cp -r board "$copy"
cp -r firmware/[!bc]* "$copy/firmware"
plant firmware/base/setup.def 'NOTE(NOBODY, INFO, "Chưa ai nói.", "Not said yet.")'
complains 'a sentence that nothing says' 'NOTE_NOBODY'

plant ui/app.c '/* TODO: later */'
complains 'TODO without a number' 'app.c'
plant ui/app.c '/* TODO(#7): later */'
lint
say $? 'TODO with a number is good'
fresh
plant firmware/core/visit.c 'const char *f(void) { return "/home/an/kiosk"; }'
complains "a path of somebody's machine" '/home/an'
plant firmware/core/audit.def 'AUDIT("staff.retry", "", "")'
complains 'an audit row twice' 'twice in audit.def'
plant firmware/core/audit.c 'enum err f(struct store *s, struct visit *v) { return audit_add(s, "staff.retry",' \
	'	"", v->card.name); }'
complains 'a name in the audit log' "what is a person's"
echo "1..$n"
