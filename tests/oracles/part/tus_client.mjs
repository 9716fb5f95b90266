// tus-js-client hands a file to our stand-in: node tus_client.mjs PKI URL FILE KEY SHA256
import fs from 'fs';
import https from 'https';
import path from 'path';
import { createRequire } from 'module';

const require = createRequire(path.join(process.env.TUS_MODULES, 'x'));
const tus = require('tus-js-client');
const [, , pki, url, file, key, sha256] = process.argv;
const tls = pki + '/kiosk/tls/';
const agent = new https.Agent({
	ca: fs.readFileSync(tls + 'ca.pem'),
	cert: fs.readFileSync(tls + 'kiosk.pem'),
	key: fs.readFileSync(tls + 'kiosk.key'),
});

new tus.Upload(fs.createReadStream(file), {
	endpoint: url + '/v1/uploads',
	uploadSize: fs.statSync(file).size,
	chunkSize: 500000,
	retryDelays: [100, 200, 400, 800],
	metadata: { key, sha256 },
	httpStack: new tus.DefaultHttpStack({ agent }),
	onError(error) {
		console.error(error.message);
		process.exit(1);
	},
	onSuccess() {
		process.exit(0);
	},
}).start();
