// Says lines to the stand-in: node control.mjs SOCKET LINE... Fails unless each is answered "ok".
import net from 'net';

const [, , path, ...lines] = process.argv;
const socket = net.connect(path, () => socket.write(lines.join('\n') + '\n'));
let text = '';

socket.on('data', (part) => {
	text += part;
	const ends = text.split('\n').filter((line) => /^(ok|error)\b/.test(line));
	if (ends.length < lines.length)
		return;
	process.stdout.write(text);
	process.exit(ends.every((line) => line.startsWith('ok')) ? 0 : 1);
});
