// What is inside the signatures, and inside the manifests, is as the contract says: node
// statements.mjs CONTRACT RECORD MANIFEST... (RECORD of spy.mjs). A line for each that is not; in the
// end how many of each kind were looked at.
import { execFileSync } from 'child_process';
import fs from 'fs';
import path from 'path';
import { createRequire } from 'module';

const require = createRequire(path.join(process.env.NODE_FOLDER, 'x'));
const Ajv = require('ajv').default;
const yaml = require('js-yaml');
const [, , contract_path, record, ...manifests] = process.argv;
const contract = yaml.load(fs.readFileSync(contract_path, 'utf8'));
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const schemas = contract.components.schemas;
const looked = new Set();
let bad = 0;

ajv.addKeyword({ keyword: 'x-minimum', validate: (low, text) => BigInt(text) >= BigInt(low) });
ajv.addKeyword({ keyword: 'x-maximum', validate: (high, text) => BigInt(text) <= BigInt(high) });
ajv.addSchema(contract, 'contract');

function wrong(what, why) {
	console.log(`${what}: ${why}`);
	bad++;
}

const resolve = (s) => (s.$ref ? schemas[s.$ref.split('/').pop()] : s);

// Members that the contract does not speak of, and texts that are longer than their bytes may be.
function walk(schema, value, at, what) {
	const s = resolve(schema);

	if (Array.isArray(value))
		value.forEach((v, i) => s.items && walk(s.items, v, `${at}[${i}]`, what));
	else if (value && typeof value === 'object' && s.properties)
		for (const [name, v] of Object.entries(value))
			if (!s.properties[name])
				wrong(what, `${at}.${name} is not in the contract`);
			else
				walk(s.properties[name], v, `${at}.${name}`, what);
	else if (typeof value === 'string' && Buffer.byteLength(value) > (s.maxLength ?? Infinity))
		wrong(what, `${at} has over ${s.maxLength} bytes`);
}

function check(name, value, what) {
	const valid = ajv.getSchema(`contract#/components/schemas/${name}`);

	if (!valid)
		return wrong(what, `there is no schema ${name}`);
	if (!valid(value))
		for (const e of valid.errors)
			wrong(what, `${name}${e.instancePath} ${e.message}`);
	walk(schemas[name], value, name, what);
	looked.add(what);
}

function opened(n) {
	const file = path.join(record, n);

	return JSON.parse(execFileSync('openssl', ['cms', '-verify', '-inform', 'DER', '-in',
		file + '.der', '-CAfile', file + '.pem'], { stdio: ['ignore', 'pipe', 'ignore'] }));
}

for (const line of fs.readFileSync(path.join(record, 'calls.jsonl'), 'utf8').trim().split('\n')) {
	const call = JSON.parse(line);
	const kind = call.path.split('/')[2] === 'queries' ? call.path.split('/')[3] : 'answer';
	const what = `${kind} (${call.method} ${call.path}, call ${call.n})`;

	if (!call.signed)
		continue;
	const path_item = contract.paths[call.path];
	const said = opened(String(call.n));
	if (kind === 'answer') {
		check('Answer', said, what);
		continue;
	}
	if (said.query !== kind)
		wrong(what, `is signed for ${said.query}`);
	if (fs.statSync(path.join(record, call.n + '.der')).size > path_item.post['x-max-kib'] * 1024)
		wrong(what, 'is larger than x-max-kib');
	check('Reply', { ...said, data: {} }, what);
	check(path_item.post['x-signed'], said.data, what);
}
for (const file of manifests)
	check('Manifest', JSON.parse(fs.readFileSync(file, 'utf8')), 'manifest ' + file);
const kinds = {};
for (const what of looked)
	kinds[what.split(' ')[0]] = (kinds[what.split(' ')[0]] || 0) + 1;
console.log('looked at ' + Object.entries(kinds).map(([kind, n]) => `${kind} ${n}`).join(', '));
process.exit(bad ? 1 : 0);
