#!/bin/bash
# net.sh: the rules of usr/lib/kiosk-board/net open what kiosk.conf plainly says, and nothing for
# anything else. Where this machine may make a network of its own, the kernel is asked too.
set -u
cd "$(dirname "$0")/../.." || exit 2
net=board/root/usr/lib/kiosk-board/net
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
n=0
say() { # STATUS TITLE
	n=$((n + 1))
	[ "$1" = 0 ] || printf 'not '
	echo "ok $n - $2"
}
shell='sh'
command -v busybox >/dev/null && shell='busybox sh'
print() { # the rules for $dir/kiosk.conf
	KIOSK_CONF=$dir/kiosk.conf KIOSK_WAY=$dir/way KIOSK_SYNC_USER=${who:-kiosk-sync} $shell $net --print 2>"$dir/said"
}
opens() { # RULE LINE...: these settings open this, and nothing else for sync
	local want=$1; shift
	printf '%s\n' "$@" >"$dir/kiosk.conf"
	[ "$(print | sed -n 's/^[[:space:]]*meta skuid kiosk-sync //p')" = "$want" ]
	say $? "$(printf '%s; ' "$@" | cut -c1-90 | tr -d '#')"
}
nothing() { opens '' "$@"; }

opens 'tcp dport 443 accept' 'office_name = X' 'province_url = https://province.example.vn'
opens 'tcp dport 8443 accept' 'province_url=https://province.example.vn:8443/api/v1'
opens 'ip daddr 192.0.2.7 tcp dport 443 accept' 'province_url = https://192.0.2.7/'
opens 'ip6 daddr 2001:db8::7 tcp dport 444 accept' 'province_url = https://[2001:db8::7]:444'
opens $'tcp dport 443 accept\ntcp dport 8080 accept' \
	'province_url = https://a.example' 'update_url = https://b.example:8080'
opens 'ip daddr 10.0.0.1 tcp dport 3128 accept' \
	'province_url = https://a.example' 'https_proxy = http://10.0.0.1:3128'
opens 'tcp dport 443 accept' 'province_url = https://a.example' 'https_proxy ='
nothing 'office_name = X'
nothing 'province_url = http://a.example'
nothing 'province_url = https://a.example:0'
nothing 'province_url = https://a.example:65536'
nothing 'province_url = https://a.example:0443'
nothing 'province_url = https://a.example:99999999999999999999'
nothing 'province_url = https://a.example:'
nothing 'province_url = https://a.example accept'
nothing 'province_url = https://a.example;accept'
nothing 'province_url = https://a.example"'
nothing 'province_url = https://$(reboot)'
nothing 'province_url = https://user@a.example'
nothing 'province_url = https://[::1'
nothing 'province_url = https://-a'
nothing 'province_url = https://'
nothing 'province_url = https://a.example' 'province_url = https://b.example:22'
nothing '# province_url = https://a.example'
nothing 'xprovince_url = https://a.example'
head -c 70000 /dev/zero | tr '\0' '#' >"$dir/long"
nothing 'province_url = https://a.example' "$(cat "$dir/long")"
rm "$dir/kiosk.conf"
[ "$(print | grep -c 'skuid kiosk-sync')" = 0 ]
say $? 'without settings'

# what a set-up wants to reach, until there are settings
printf 'province_url = https://192.0.2.8:444\n\n' >"$dir/way"
[ "$(print | grep -c 'skuid kiosk-sync ip daddr 192.0.2.8 tcp dport 444 accept')" = 1 ]
say $? 'the province of a set-up'
printf 'province_url = https://a.example\n' >"$dir/kiosk.conf"
touch -d '1 hour ago' "$dir/kiosk.conf"
[ "$(print | grep -c 'skuid kiosk-sync .*tcp dport')" = 2 ]
say $? 'and that of older settings, too'
touch -d '1 hour ago' "$dir/way"
touch "$dir/kiosk.conf"
[ "$(print | grep -c 'skuid kiosk-sync .*tcp dport')" = 1 ]
say $? 'but of settings that came after it nothing else'
printf 'province_url = http://a.example\n' >"$dir/way"
rm "$dir/kiosk.conf"
[ "$(print | grep -c 'skuid kiosk-sync .*tcp dport')" = 0 ]
say $? 'nor what is not plainly right'
rm "$dir/way"

# what the kernel makes of it: users of this machine stand for those of the image
printf 'province_url = https://192.0.2.7\n' >"$dir/kiosk.conf"
who=daemon print | sed 's/systemd-[a-z]*/bin/' >"$dir/rules"
if [ "$(id -u)" = 0 ] && command -v nft >/dev/null && unshare -n true 2>/dev/null; then
	unshare -n sh -c "nft -f $dir/rules && nft -f $dir/rules && nft list ruleset" >"$dir/list"
	say $? 'the kernel takes the rules, and takes them again'
	[ "$(grep -c 'policy drop' "$dir/list")" = 3 ]
	say $? 'what is not said is dropped, in all directions'
	unshare -n sh -c "ip link set lo up; ip addr add 192.0.2.7/32 dev lo; nft -f $dir/rules
		perl -MIO::Socket -e 'IO::Socket::INET->new(Listen => 9, LocalPort => 443) && sleep 30' &
		i=0; until [ \$i = 100 ] || grep -q :01BB /proc/net/tcp; do i=\$((i + 1)); sleep 0.05; done
		try() { setpriv --reuid \$1 --clear-groups perl -MIO::Socket -e '
			exit !IO::Socket::INET->new(PeerAddr => \"192.0.2.7:443\", Timeout => 2)'; }
		try 1 && echo sync-in; try 0 || echo root-out; try 65534 || echo nobody-out; kill %1" \
		>"$dir/tried" 2>/dev/null
	[ "$(tr '\n' ' ' <"$dir/tried")" = 'sync-in root-out nobody-out ' ]
	say $? 'sync gets through, root and others do not'
else
	for what in rules policy users; do
		n=$((n + 1))
		echo "ok $n # skip no network of its own here: $what"
	done
fi
echo "1..$n"
