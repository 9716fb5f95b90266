# Sourced by scripts that stand before the simulated devices: begins them again with usim around
# them (usim_options as it likes), its files in $state.
bin=$PWD/${O:-build}/bin
if [ "${1:-}" != inside ]; then
	[ -x "$bin/usim" ] || { echo "1..0 # SKIP usim is not built"; exit 0; }
	state=$(mktemp -d) || exit 2
	"$bin/usim" --dir "$state" "${usim_options[@]}" --run "$0" inside "$state"
	status=$?
	rm -r "$state"
	exit $status
fi
state=$2
n=0 bad=0
say() { # STATUS WHAT
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || { echo "not ok $n - $2"; bad=1; }
}
skip() { # WHAT WHY
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}
tell() { "$bin/usim" --say "$state/usim.sock" "$@" >/dev/null; }
has() { command -v "$1" >/dev/null; }
why_no_pcscd() { # PROGRAM...: why it cannot be started, or one of its clients; else nothing
	for program in pcscd "$@"; do
		has "$program" || { echo "no $program"; return; }
	done
	[ "$(id -u)" = 0 ] && [ ! -e /run/pcscd/pcscd.comm ] || echo "not root, or pcscd runs already"
}
start_pcscd() {
	mkdir -p /run/pcscd
	pcscd -f >"$state/pcscd.log" 2>&1 &
	pcscd=$!
}
stop_pcscd() {
	kill $pcscd
	wait $pcscd 2>/dev/null
}
