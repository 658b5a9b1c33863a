// The JavaScript verifier over many files in one process: node verify_all.mjs VERIFIER ROOT CLOCKS FILE... prints JSON;
// CLOCKS are a time-stamp authority's certificates, or - for none.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [verifier, trust, clocks, ...files] = process.argv.slice(2);
const { verdict } = await import(pathToFileURL(verifier));
const read = (file) => new Uint8Array(readFileSync(file));
const [root, known] = [read(trust), clocks === "-" ? null : read(clocks)];
const found = [];
for (const file of files) found.push({ file, ...(await verdict(read(file), root, known)) });
console.log(JSON.stringify(found));
