// The JavaScript verifier over many files in one process: node verify_all.mjs VERIFIER ROOT FILE... prints JSON.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [verifier, trust, ...files] = process.argv.slice(2);
const { verdict } = await import(pathToFileURL(verifier));
const root = new Uint8Array(readFileSync(trust));
const found = [];
for (const file of files) found.push({ file, ...(await verdict(new Uint8Array(readFileSync(file)), root)) });
console.log(JSON.stringify(found));
