// tus-js-client hands a file to our stand-in: node tus_client.mjs PKI URL FILE KEY SHA256. Says how
// often it had to try again.
import fs from 'fs';
import https from 'https';
import path from 'path';
import { createRequire } from 'module';

const require = createRequire(path.join(process.env.NODE_FOLDER, 'x'));
const tus = require('tus-js-client');
const [, , pki, url, file, key, sha256] = process.argv;
const tls = pki + '/kiosk/tls/';
const agent = new https.Agent({
	ca: fs.readFileSync(tls + 'ca.pem'),
	cert: fs.readFileSync(tls + 'kiosk.pem'),
	key: fs.readFileSync(tls + 'kiosk.key'),
});
let again = 0;

new tus.Upload(fs.createReadStream(file), {
	endpoint: url + '/v1/uploads',
	uploadSize: fs.statSync(file).size,
	chunkSize: 500000,
	retryDelays: [100, 200, 400, 800],
	metadata: { key, sha256 },
	httpStack: new tus.DefaultHttpStack({ agent }),
	onShouldRetry() {
		again++;
		return true;
	},
	onError(error) {
		console.error(error.message);
		process.exit(1);
	},
	onSuccess() {
		console.log(again);
		process.exit(0);
	},
}).start();
