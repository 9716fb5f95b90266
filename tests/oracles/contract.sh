#!/bin/bash
# The contract is good OpenAPI to npm's redocly; npm's prism stands between kiosk and province as a
# proxy that lets nothing pass which is not as agreed, while a kiosk does all it can; what is signed
# inside is as agreed to ajv, and the signatures are good to openssl.
cd "$(dirname "$0")/../.." || exit 2
. tests/oracles/part/node.sh
. tests/oracles/part/tap.sh
root=$here/../..
contract=$root/firmware/sync/province.openapi.yaml
npm=$NODE_FOLDER/node_modules/.bin

"$npm/redocly" lint "$contract" --skip-rule info-license --skip-rule no-unused-components \
	--format stylish >linted 2>&1 && ! grep -qE '^ +[0-9]+:[0-9]+ +(error|warning)' linted
say $? "redocly has nothing against the contract"

# the programs once more, the stand-in's place taken by spy.mjs
mkdir "$dir/o" "$dir/record"
for part in assets keys papers cards bin; do
	[ ! -e "$bin/../$part" ] || cp -alL "$bin/../$part" o/ 2>/dev/null || cp -aL "$bin/../$part" o/
done
rm o/bin/province
printf '#!/bin/sh\nexec node %s/part/spy.mjs "$@"\n' "$here" >o/bin/province
chmod +x o/bin/province
free_port() { node -e 's = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }
export PROVINCE=$bin/province RECORD=$dir/record PRISM BACK
PRISM=$(free_port)
BACK=$(free_port)
"$npm/prism" proxy --errors --cors=false -h 127.0.0.1 -p "$PRISM" -v warn "$contract" \
	"http://127.0.0.1:$BACK" >prism 2>&1 &
running+=($!)
answers() { (: <"/dev/tcp/127.0.0.1/$PRISM") 2>/dev/null; }
wait_for answers
say $? "prism takes the contract"
[ $bad = 0 ] || { cat prism linted; done_saying; }
touch record/calls.jsonl

scenes=(part/all_questions)
for scene in happy_online papers_the_state_has supplement_handed_in; do
	[ ! -e "$root/tests/scenes/$scene.txt" ] || scenes+=("$scene")
done
for scene in "${scenes[@]}"; do
	(cd "$root" && env -u KIOSK_CONF "$dir/o/bin/scene" --dir "$dir/${scene##*/}" "tests/scenes/$scene.txt" \
		>"$dir/played" 2>&1)
	say $? "played through prism: $scene"
	[ $bad = 0 ] || grep '^#   tests' played
done
echo "# $(grep -c . record/calls.jsonl) calls"
! grep -E '"violations":\[\{|"stopped"' record/calls.jsonl
say $? "prism had nothing against any of them"
for kind in $(sed -n 's/^QUERY([A-Z]*, *\([a-z]*\),.*/\1/p' "$root/firmware/base/query.def"); do
	grep -q "\"/v1/queries/$kind\",\"status\":200" record/calls.jsonl
	say $? "asked, and answered: $kind"
done
for call in 'POST","path":"/v1/uploads"' 'PATCH","path":"/v1/uploads/' 'POST","path":"/v1/dossiers/' \
	'GET","path":"/v1/health"'; do
	grep -q "\"method\":\"$call" record/calls.jsonl
	say $? "seen: $(echo "$call" | tr -d '"' | sed 's/,path:/ /')"
done
node "$here/part/statements.mjs" "$contract" record */province/received/*/manifest.json >said
say $? "what is signed, and every manifest, is as the contract says"
sed 's/^/# /' said

# and it does see
o/bin/province --dir p --control p.sock --kiosk K01 --port 0 --page 0 >ready 2>/dev/null &
running+=($!)
wait_for test -s ready
url=$(cut -d' ' -f2 ready)
ask() { node "$here/part/ask.mjs" p/pki "$url" "$@"; }
nonce=0123456789abcdef0123456789abcdef
[ "$(ask /v1/queries/status "{\"v\":1,\"nonce\":\"$nonce\",\"MaHoSo\":\"x\"}")" = 200 ]
say $? "a good question passes"
[ "$(ask /v1/queries/status "{\"v\":1,\"nonce\":\"$nonce\"}")" = 422 ]
say $? "one without its code does not"
[ "$(ask /v1/queries/status "{\"v\":1,\"nonce\":\"0\",\"MaHoSo\":\"x\"}")" = 422 ]
say $? "nor one with a short nonce"
[ "$(ask /v1/queries/weather "{\"v\":1,\"nonce\":\"$nonce\"}")" = 404 ]
say $? "nor one of an unknown kind"
node "$here/part/control.mjs" p.sock "html 1 POST" >/dev/null
[ "$(ask /v1/queries/status "{\"v\":1,\"nonce\":\"$nonce\",\"MaHoSo\":\"x\"}")" = 500 ]
say $? "a page of a WiFi log-in is no answer"
done_saying
