// A question to the province by hand: node ask.mjs PKI URL PATH BODY [METHOD]. Prints the status.
import fs from 'fs';
import https from 'https';

const [, , pki, url, path, body, method = 'POST'] = process.argv;
const request = https.request(url + path, {
	method,
	headers: body ? { 'content-type': 'application/json' } : {},
	ca: fs.readFileSync(pki + '/kiosk/tls/ca.pem'),
	cert: fs.readFileSync(pki + '/kiosk/tls/kiosk.pem'),
	key: fs.readFileSync(pki + '/kiosk/tls/kiosk.key'),
}, (answer) => {
	console.log(answer.statusCode);
	answer.resume();
});
request.on('error', (e) => console.log(e.code));
request.end(body);
