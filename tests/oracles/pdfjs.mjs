// pdfjs.mjs FOLDER FILE: the text of a PDF as Mozilla's pdf.js reads it; lines end where it says.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const [folder, file] = process.argv.slice(2);
const { getDocument } = await import(resolve(folder, 'legacy/build/pdf.mjs'));
const pdf = await getDocument({ data: new Uint8Array(readFileSync(file)), verbosity: 0 }).promise;
for (let i = 1; i <= pdf.numPages; i++) {
	const { items } = await (await pdf.getPage(i)).getTextContent();
	console.log(items.map((t) => t.str + (t.hasEOL ? '\n' : '')).join(''));
}
