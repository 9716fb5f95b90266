// The stand-in, with npm's prism between it and the kiosk: called as `province` is called. A
// kiosk speaks TLS to the front, the front plain HTTP to prism (PRISM, a port), prism to the back
// (BACK, a port), the back TLS to the stand-in (PROVINCE, a program). prism takes every body for
// text, so what is not JSON goes through it in base64. Into the folder RECORD go calls.jsonl, a line
// for each call, and every signed statement: N.der, with the anchor it is to be verified by.
import { spawn } from 'child_process';
import fs from 'fs';
import http from 'http';
import https from 'https';
import path from 'path';
import readline from 'readline';

const { PROVINCE, PRISM, BACK, RECORD } = process.env;
const words = process.argv.slice(2);
const option = (name) => words[words.indexOf(name) + 1];
const pki = path.join(option('--dir'), 'pki');
const read = (name) => fs.readFileSync(path.join(pki, name));
const is_json = (type) => /^application\/(problem\+)?json/.test(type || '');
const IN_TEXT = 'x-in-base64';
let url;
let calls = fs.readdirSync(RECORD).length;

function whole(stream) {
	return new Promise((resolve, reject) => {
		const parts = [];
		stream.on('data', (part) => parts.push(part));
		stream.on('end', () => resolve(Buffer.concat(parts)));
		stream.on('error', reject);
	});
}

// Passes a call on, its bodies through `there` on the way there and `here` on the way back.
async function pass(options, request, response, there, here) {
	const headers = { ...request.headers };
	const body = there(await whole(request), headers);
	delete headers['transfer-encoding'];
	if (body.length > 0 || headers['content-length'])
		headers['content-length'] = body.length;
	const onward = options.request({
		...options.to, method: request.method, path: request.url, headers,
	});
	onward.on('error', () => response.destroy());
	onward.on('response', async (answer) => {
		const out = { ...answer.headers };
		const text = here(await whole(answer), out, answer.statusCode);
		delete out['transfer-encoding'];
		delete out['connection'];
		if (request.method !== 'HEAD' && answer.statusCode !== 204)
			out['content-length'] = text.length;
		response.writeHead(answer.statusCode, out);
		response.end(text);
	});
	onward.end(body);
}

function encode(body, headers) {
	if (body.length === 0 || is_json(headers['content-type']))
		return body;
	headers[IN_TEXT] = '1';
	return Buffer.from(body.toString('base64'));
}

function decode(body, headers) {
	if (!headers[IN_TEXT])
		return body;
	delete headers[IN_TEXT];
	return Buffer.from(body.toString(), 'base64');
}

function back(request, response) {
	const to = {
		...url, ca: read('kiosk/tls/ca.pem'), cert: read('kiosk/tls/kiosk.pem'),
		key: read('kiosk/tls/kiosk.key'),
	};
	pass({ to, request: https.request }, request, response, decode, encode);
}

function record(request, status, body, headers) {
	const violations = JSON.parse(headers['sl-violations'] || '[]');
	// prism answers in its own name with this type
	const stopped = /stoplight\.io\/prism/.test(body.toString('latin1'));
	const signed = headers['content-type'] === 'application/pkcs7-mime';
	const n = ++calls;

	delete headers['sl-violations'];
	if (signed) {
		fs.writeFileSync(path.join(RECORD, n + '.der'), body);
		fs.copyFileSync(path.join(pki, 'kiosk/answer.pem'), path.join(RECORD, n + '.pem'));
	}
	fs.appendFileSync(path.join(RECORD, 'calls.jsonl'), JSON.stringify({
		n, method: request.method, path: request.url, status, signed, violations,
		stopped: stopped ? body.toString() : undefined,
	}) + '\n');
}

function front(request, response) {
	const here = (body, headers, status) => {
		const plain = decode(body, headers);
		record(request, status, plain, headers);
		return plain;
	};
	const to = { host: '127.0.0.1', port: Number(PRISM) };
	pass({ to, request: http.request }, request, response, encode, here);
}

const port = Number(option('--port'));
words[words.indexOf('--port') + 1] = '0';
const province = spawn(PROVINCE, words, {
	stdio: ['ignore', 'pipe', 'inherit', ...Array(6).fill('ignore'), process.env.KIOSK_CLOCK_FD ? 9 : 'ignore'],
});
process.on('SIGTERM', () => province.kill());
province.on('exit', () => process.exit(0));
readline.createInterface({ input: province.stdout }).once('line', (line) => {
	const [, api, page, control] = line.split(' ');
	const { hostname: host, port: at } = new URL(api);

	url = { host, port: at };
	http.createServer(back).listen(Number(BACK), '127.0.0.1');
	const server = https.createServer({
		key: read('province/server.key'), cert: read('province/server.pem'),
		ca: read('kiosk/tls/ca.pem'), requestCert: true, rejectUnauthorized: true,
	}, front);
	server.listen(port, '127.0.0.1', () =>
		console.log(`ready https://127.0.0.1:${server.address().port} ${page} ${control}`));
});
