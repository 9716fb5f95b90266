#!/bin/bash
# What the compiler does not see: who may include whom, words nobody may call, sizes.
set -u
cd "$(dirname "$0")/.." || exit 2
bad=0
fail() { echo "lint: $*"; bad=1; }

# An #include names its folder, so who may include whom is a grep. firmware/base is for all;
# nobody includes a sibling.
may() { # FOLDER ALLOWED...
	local folder=$1 pattern; shift
	pattern=$(printf '%s|' "$@"); pattern=${pattern%|}
	[ -d "$folder" ] || return 0
	out=$(grep -rnE '^#include "' --include='*.[ch]' "$folder" | grep -vE "\"($pattern)")
	[ -z "$out" ] || fail "$folder may only include $*:"$'\n'"$out"
}
may firmware/base  firmware/base/
for f in super core parse sync ctl; do may "firmware/$f" firmware/base/ "firmware/$f/"; done
may drivers        firmware/base/ drivers/
may ui             firmware/base/ ui/
for f in usim province scene panel papers; do may "tests/$f" firmware/base/ "tests/$f/"; done

# Functions with a better one beside them.
banned='strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|strtok|atof|gmtime|localtime|ctime|asctime|alloca|system|popen|tmpnam|mktemp|usleep'
out=$(git ls-files -- '*.c' '*.h' | xargs grep -nE "(^|[^_a-zA-Z>.])($banned)\(" )
[ -z "$out" ] || fail "banned functions:"$'\n'"$out"
out=$(git ls-files -- 'firmware/*.c' 'drivers/*.c' 'ui/*.c' | xargs grep -nE '(^|[^_a-zA-Z])(sleep|nanosleep)\(|\bgoto\b' /dev/null)
[ -z "$out" ] || fail "goto, or waiting for time instead of a fact:"$'\n'"$out"

# Sizes: a longer file is asking to be two things.
out=$(git ls-files -- '*.c' '*.h' | xargs wc -l | awk '$2 != "total" && $1 > 600 {print $2 ": " $1 " lines"}')
[ -z "$out" ] || fail "files over 600 lines:"$'\n'"$out"
out=$(git ls-files -- '*.c' '*.h' | xargs awk '{ l = $0; gsub(/\t/, "        ", l); gsub(/[\200-\277]/, "", l); if (length(l) > 100) print FILENAME ":" FNR }' | head -20)
[ -z "$out" ] || fail "lines over 100 columns:"$'\n'"$out"

# No writable globals: nothing of ours in .data or .bss (.data.rel.ro is constant once linked).
o=${O:-build}
if [ -d "$o/firmware" ]; then
	out=$(find "$o/firmware" "$o/drivers" "$o/ui" -name '*.o' 2>/dev/null | xargs -r objdump -t |
		awk '/file format/ {f = $1} / O (\.data|\.bss)[ \t]/ && !/asan|ubsan|odr/i {print f, $NF}' |
		grep -vE ' (\.L|\.str|__|\.data|\.bss)')
	[ -z "$out" ] || fail "writable globals:"$'\n'"$out"
fi
exit $bad
