# Sourced from the root: programs of npm (package.json beside), in the build folder, which is all
# that is written to. Without node, npm or a network the whole file is skipped.
skip_all() { echo "1..0 # SKIP $1"; exit 0; }
export NODE_FOLDER=$PWD/${O:-build}/node
command -v node >/dev/null && command -v npm >/dev/null || skip_all "there is no node with npm"
node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || a == 20 && b >= 19 ? 0 : 1)' ||
	skip_all "node $(node --version) is older than v20.19"
if ! cmp -s tests/oracles/package.json "$NODE_FOLDER/have"; then
	mkdir -p "$NODE_FOLDER"
	cp tests/oracles/package.json "$NODE_FOLDER/package.json"
	timeout 300 npm install --prefix "$NODE_FOLDER" --ignore-scripts --no-audit --no-fund \
		--no-package-lock --fetch-retries=1 --loglevel=error >"$NODE_FOLDER/log" 2>&1 ||
		skip_all "npm could not install what it needs: $(grep -m1 'npm error' "$NODE_FOLDER/log")"
	cp tests/oracles/package.json "$NODE_FOLDER/have"
fi
