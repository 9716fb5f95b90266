# Sourced from the root: a folder that goes in the end, as do the programs in running, and TAP.
here=$PWD/tests/oracles
bin=$PWD/${O:-build}/bin
dir=$(mktemp -d) || exit 2
running=()
n=0
bad=0
finish() {
	kill "${running[@]}" 2>/dev/null
	wait "${running[@]}" 2>/dev/null
	rm -rf "$dir"
}
trap finish EXIT
cd "$dir" || exit 2
say() { # STATUS WHAT
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || { echo "not ok $n - $2"; bad=1; }
}
done_saying() { echo "1..$n"; exit $bad; }
sha256() { openssl dgst -sha256 -r "$1" | cut -d' ' -f1; }
pause() { read -rt "$1" <> <(:); } # SECONDS
wait_for() { # WHAT...: until that command is good; false after 20 s
	for _ in $(seq 400); do
		"$@" && return
		pause 0.05
	done
	return 1
}
