#!/bin/bash
# What three other readers say of our C: clang-format of all of it; cppcheck and clang-tidy of the
# programs. Argument: the build folder, with its compile_commands.json.
set -u
cd "$(dirname "$0")/.." || exit 2
o=${1:-build}
bad=0
mapfile -t programs < <(git ls-files 'firmware/*.c' 'drivers/*.c' 'ui/*.c')

git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror || bad=1

# Left out: leaks (it does not know the cleanup attribute; the sanitizers do), values that are set
# on ERR_OK only, and expressions that this version cannot parse.
cppcheck --std=c2x -I. --enable=warning,performance,portability -q -j2 --error-exitcode=1 \
	--suppress=memleak --suppress=uninitvar --suppress=internalAstError \
	--suppress=CastIntegerToAddressAtReturn "${programs[@]}" || bad=1

# One process a file: in the second file of one, clang 14 takes every va_list for uninitialised.
printf '%s\n' "${programs[@]}" | xargs -P2 -n1 clang-tidy -p "$o" --quiet 2> /dev/null || bad=1
exit $bad
