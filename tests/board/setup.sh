#!/bin/bash
# setup.sh: of two questions to the province only the later is answered, however late the first one ends.
set -u
cd "$(dirname "$0")/../.." || exit 2
script=$PWD/board/root/usr/lib/kiosk-board/setup
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/board-run" "$dir/bin"
shell='sh'
command -v busybox >/dev/null && shell='busybox sh'
# look URL FOLDER: the province called "slow" answers when it is let
cat >"$dir/bin/kiosk-sync" <<'END'
#!/bin/sh
case $2 in
*slow)
	echo begun >"$GATE.begun"
	read -r _ <"$GATE"
	;;
esac
echo "$2" >"$3/ca.pem"
END
chmod +x "$dir/bin/kiosk-sync"
mkfifo "$dir/gate" "$dir/gate.begun"
n=0
check() { # TITLE COMMAND...
	local title=$1
	shift
	n=$((n + 1))
	"$@" >"$dir/out" 2>&1 || { printf 'not '; sed 's/^/# /' "$dir/out" >&2; }
	echo "ok $n - $title"
}
ask() { # PROVINCE
	echo "province look https://$1" |
		KIOSK_SIM=$dir KIOSK_BIN=$dir/bin GATE=$dir/gate $shell "$script" province 2>/dev/null
}
fetched() { # PROVINCE: nothing lies there but what that one has said
	[ "$(ls -A "$dir/board-run/fetched")" = ca.pem ] &&
		grep -qx "https://$1" "$dir/board-run/fetched/ca.pem"
}

check "a province is asked" test "$(ask one)" = ok
check "and what it says lies there" fetched one
ask slow >"$dir/late" &
read -r _ <"$dir/gate.begun"
check "one that is slow has taken that away" test ! -e "$dir/board-run/fetched/ca.pem"
check "another is asked meanwhile" test "$(ask two)" = ok
echo now >"$dir/gate"
wait
check "the slow one is told as failed" grep -q '^fail' "$dir/late"
check "and has changed nothing" fetched two
echo "1..$n"
