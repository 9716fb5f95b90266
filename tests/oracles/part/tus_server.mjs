// @tus/server behind the province's TLS: node tus_server.mjs PKI FOLDER PORT. Prints its port.
// A commit compares the hash of what arrived and answers with four bytes.
import { createHash } from 'crypto';
import fs from 'fs';
import https from 'https';
import path from 'path';
import { createRequire } from 'module';

const require = createRequire(path.join(process.env.NODE_FOLDER, 'x'));
const { Server } = require('@tus/server');
const { FileStore } = require('@tus/file-store');
const [, , pki, folder, port] = process.argv;
const tus = new Server({
	path: '/v1/uploads',
	datastore: new FileStore({ directory: folder }),
});

function commit(request, response) {
	let text = '';
	request.on('data', (part) => (text += part));
	request.on('end', () => {
		const wanted = JSON.parse(text);
		const file = path.join(folder, path.basename(wanted.upload));
		const hash = createHash('sha256').update(fs.readFileSync(file)).digest('hex');
		response.statusCode = hash === wanted.package_sha256 ? 200 : 422;
		response.setHeader('content-type', 'application/pkcs7-mime');
		response.end('good');
	});
}

https.createServer({
	key: fs.readFileSync(pki + '/province/server.key'),
	cert: fs.readFileSync(pki + '/province/server.pem'),
	ca: fs.readFileSync(pki + '/kiosk/tls/ca.pem'),
	requestCert: true,
	rejectUnauthorized: true,
}, (request, response) => {
	if (!request.url.startsWith('/v1/uploads'))
		return commit(request, response);
	return tus.handle(request, response);
}).listen(Number(port), '127.0.0.1', function () {
	console.log(this.address().port);
});
