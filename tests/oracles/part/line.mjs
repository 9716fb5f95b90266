// A line between a kiosk and a server, node line.mjs PORT BYTES_PER_S: prints its own port. SIGUSR1
// cuts it: every connection ends, and none is made for half a second. On SIGTERM it says how many
// bytes have gone to the server, and over how many connections.
import net from 'net';

const CUT_MS = 500;
const TICK_MS = 20;
const [, , port, rate] = process.argv.map(Number);
const pairs = new Set();
let cut_until = 0;
let sent = 0;
let made = 0;

function carry(from, to, share, count) {
	from.on('data', (bytes) => {
		if (!to.writable)
			return;
		to.write(bytes);
		count(bytes.length);
		from.pause();
		setTimeout(() => from.resume(), (TICK_MS * bytes.length) / share);
	});
	from.on('end', () => to.end());
	from.on('error', () => to.destroy());
	from.on('close', () => to.destroy());
}

const line = net.createServer({ highWaterMark: 16384 }, (kiosk) => {
	if (Date.now() < cut_until)
		return kiosk.destroy();
	const server = net.connect(port, '127.0.0.1');
	const pair = [kiosk, server];
	const share = (rate * TICK_MS) / 1000;

	made++;
	pairs.add(pair);
	kiosk.on('close', () => pairs.delete(pair));
	carry(kiosk, server, share, (n) => (sent += n));
	carry(server, kiosk, share, () => {});
});
line.listen(0, '127.0.0.1', () => console.log(line.address().port));

process.on('SIGUSR1', () => {
	cut_until = Date.now() + CUT_MS;
	for (const pair of pairs)
		pair.forEach((socket) => socket.destroy());
});
process.on('SIGTERM', () => {
	console.log(`${sent} ${made}`);
	process.exit(0);
});
