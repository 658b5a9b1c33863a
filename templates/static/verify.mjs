// Checks sealed agreements and evidence bundles where they are, in the reader's own browser: nothing is sent anywhere.
// A second implementation of what `reciproca verify` does, in the same order and with the same verdicts; it shares no
// line with it. Needs WebCrypto with P-256 and Ed25519, and DecompressionStream; throws Missing where one isn't there.

const LIMIT = 64 * 1024 * 1024;
const PARTIES = ["physician", "organisation"];
const CURVES = {
  "06082a8648ce3d030107": ["P-256", 32, 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n],
  "06052b81040022": ["P-384", 48, 2n ** 384n - 0x389cb27e0bc8d220a7e5f24db74f58851313e695333ad68dn],
  "06052b81040023": ["P-521", 66, 2n ** 521n - 0x5ae79787c40d069948033feb708f65a2fc44a36477663b851449048e16ec79bf7n],
};
const CLOCKS_DIFFER = 5 * 60 * 1000;
const MEMBERS = ["document.pdf", "text.json", "evidence.json", "checkpoint.txt", "root.pem", "seal.pem"];
const [MANIFEST, SIGNATURE, VERIFIER, SCAN] = ["manifest.json", "manifest.sig", "verify.py", "scan.pdf"];
const PROOF = /^(physician|organisation)(-[2-9])?\.tlog-proof$/;
const SEAL = /\/Contents <([^<>]*)>\n\/ByteRange \[0 (\d{1,9}) (\d{1,9}) (\d{1,9})\] *\n\/Type \/Sig\n\/Filter \/Adobe\.PPKLite\n\/SubFilter \/ETSI\.CAdES\.detached\n\/M \(D\\072(\d{14})Z\)\n/g;
const FILE = /\/Type \/EmbeddedFile \/Length (\d{1,9}) >>\nstream\n/g;
const ENTRIES = "(?:(?!endobj)[^])*?";
const AGAIN = new RegExp(`%%EOF\\n(\\d{1,9}) 0 obj\\n<<\\n(${ENTRIES}\\n/AcroForm (\\d{1,9}) 0 R\\n${ENTRIES})>>\\nendobj\\n(\\d{1,9}) 0 obj\\n<<\\n(${ENTRIES}/Annots \\[ (?:\\d{1,9} 0 R )*)(\\d{1,9}) 0 R \\]\\n>>\\nendobj\\n`, "y");
const TABLE = /\d{1,9} 0 obj\n<<\n\/W \[ 1 8 2 \]\n\/Type \/XRef\n\/Filter \/FlateDecode\n(\/Info \d{1,9} 0 R\n\/Root \d{1,9} 0 R\n)\/Size (\d{1,9})\n(\/ID \[ <[0-9a-f]{32}> <[0-9a-f]{32}> \]\n)\/Prev /y;
const ARCHIVE = /\/Contents <((?:[0-9a-f]{2})+)>\n\/ByteRange \[0 \d{1,9} \d{1,9} \d{1,9}\] *\n\/Type \/DocTimeStamp\n/g;
const HELD = /\n\/Length (\d{1,9})\n>>\nstream\n/g;
const ADDED = "something was added after it was sealed, or the seal doesn't cover the whole file";
const subtle = globalThis.crypto?.subtle;

class Finding extends Error {}
export class Altered extends Finding {}
export class Untrusted extends Finding {}
export class Damaged extends Finding {}
/** The browser lacks something that a check needs: then nothing is said of the file. */
export class Missing extends Finding {}

/** What is to be said of a file: {verdict, parties: [{party, name, signed_at}], stamp: {at, trusted, level, renewed_at,
 * until, lapsed}, reason}; `clocks` are the certificates (PEM) of the time-stamp authority that the reader trusts. Throws
 * Missing. */
export async function verdict(data, trust, clocks = null) {
  try {
    const { parties, stamps } = await check(data, trust);
    if (clocks) await checkAuthorities(stamps, certificates(clocks), new Untrusted("its time stamp is not of an authority that you trust"));
    return { verdict: "intact", parties, stamp: saidOf(stamps.all, Boolean(clocks)), reason: "" };
  } catch (finding) {
    const word = finding instanceof Altered ? "altered" : finding instanceof Untrusted ? "untrusted" : "unreadable";
    if (!(finding instanceof Finding) || finding instanceof Missing) throw finding;
    return { verdict: word, parties: [], stamp: null, reason: finding.message };
  }
}

function saidOf(stamps, trusted) {
  if (!stamps.length) return null;
  const last = stamps.at(-1), isKept = stamps.length > 1;
  const [at, renewed, until] = [stamps[0].at, last.at, last.stamper.until].map((time) => new Date(time).toISOString().replace(".000Z", "+00:00"));
  return { at, trusted, level: isKept ? "B-LTA" : "B-T", renewed_at: isKept ? renewed : null, until, lapsed: last.stamper.until < Date.now() };
}

async function check(data, trust) {
  if (!subtle || typeof DecompressionStream === "undefined") throw new Missing("this browser can't check signatures");
  const begin = latin(data.subarray(0, 5));
  const isBundle = begin.startsWith("PK");
  if (data.length > LIMIT || (!isBundle && begin !== "%PDF-")) throw new Damaged("this is neither a sealed PDF nor an evidence bundle");
  if (!trust) throw new Untrusted("say whose seal you trust");
  const root = certificate(trust, Damaged);
  return isBundle ? checkBundle(data, root) : checkDocument(data, root);
}

// --- the sealed document -------------------------------------------------------------------------------------------

async function checkDocument(data, root) {
  const [sealed, sealer, at, stamps] = await readSeal(data);
  await checkChain(sealer, root, at);
  const inside = await attachments(sealed);
  if (at > Date.now() + CLOCKS_DIFFER) throw new Altered("it says that it was sealed at a time that is still to come");
  const parties = await checkEvidence(inside["text.json"], inside["evidence.json"]);
  await checkStated(stamps, parsed(inside["evidence.json"]).sealed ?? null);
  return { sealer, inside, parties, stamps };
}

/** The sealed evidence says whether a time stamp stands beside the seal, and to which certificates it leads; those of its
 * archive lead there too. Where it doesn't say so, as in the first documents, there is no archive. */
async function checkStated(stamps, sealed) {
  if (sealed === null && stamps.all.length > 1) throw new Altered(ADDED);
  if (sealed === null) return;
  let isStated, named;
  try {
    isStated = sealed.level === "B-T";
    named = (sealed.authorities ?? []).map((one) => readCertificate(fromBase64(one)));
  } catch (error) { throw new Altered("the evidence inside doesn't fit"); }
  if (isStated && !stamps.all.length) throw new Altered("its time stamp was taken away");
  if (stamps.all.length && !isStated) throw new Altered("a time stamp was put beside its seal, which was made without");
  await checkAuthorities(stamps, named, new Altered("its time stamp is not of the authority that the seal names"));
}

async function checkAuthorities(stamps, known, problem) {
  for (const one of stamps.all) await checkAuthority(one, known, stamps.archived, problem);
}

/** A path of at most four certificates must lead from the stamp's to a root among `known`, over those and `archived`. */
async function checkAuthority({ stamper, at }, known, archived, problem) {
  let found = stamper;
  for (let step = 0; step < 4; step += 1) {
    let issuer = null;
    for (const one of [...known, ...archived]) if (!issuer && (await isIssuer(one, found, at))) issuer = one;
    if (!issuer) break;
    if (known.some((one) => same(one.der, issuer.der)) && (await isIssuer(issuer, issuer, at))) return;
    found = issuer;
  }
  throw problem;
}

async function isIssuer(issuer, issued, at) {
  const hash = Object.keys(HASHES).find((name) => ISSUED[name].some((kind) => same(kind, issued.algorithm)));
  const isSigned = Boolean(hash) && same(issued.issuer, issuer.subject) && (await isSignedBy(issuer, issued.signature, issued.signed, hash, false));
  return isSigned && isAuthority(issuer) && at >= issuer.from && at <= issuer.until;
}

const isAuthority = (one) => one.extensions.has("0603551d13") && parts(one.extensions.get("0603551d13")).some((part) => part[0] === 1 && part[2] === 0xff);

async function readSeal(data) {
  const text = latin(data);
  const found = [...text.matchAll(SEAL)];
  if (!found.length) {
    if (text.includes("/ByteRange") || text.includes("/ETSI.CAdES.detached")) throw new Altered("the seal was rewritten, or is not of the kind that is made here");
    throw new Damaged("this PDF has no seal, or is too damaged to show one");
  }
  if (found.length > 1) throw new Altered("it has more than one seal");
  const [whole, digits, first, second, rest, time] = found[0];
  const begins = found[0].index + whole.indexOf("<"), ends = begins + digits.length + 2;
  const sealed = data.subarray(0, Number(second) + Number(rest));
  if (Number(first) !== begins || Number(second) !== ends || ends + Number(rest) !== sealed.length || found[0].index + whole.length > sealed.length) throw new Altered(ADDED);
  if (!/^(?:[0-9a-f]{2})+$/.test(digits)) throw new Altered("the seal was rewritten");
  const digest = await sha256(joined(sealed.subarray(0, begins), sealed.subarray(ends)));
  const at = instant(time);
  const [sealer, stamped] = await checkCms(unhex(digits), digest, at);
  const stamps = { all: stamped ? [stamped] : [], archived: [] };
  if (sealed.length < data.length) await readArchive(data, text, groundOf(text.slice(0, sealed.length), begins), sealer, stamps);
  return [sealed, sealer, at, stamps];
}

// --- what follows the seal: archive stamps -------------------------------------------------------------------------

/** Every revision after the sealed one: certificates, lists of withdrawn ones, and a time stamp over the whole file so
 * far; nothing else, and written in one way. */
async function readArchive(data, text, ground, sealer, stamps) {
  while (ground.length < data.length) {
    ARCHIVE.lastIndex = ground.length;
    const found = ARCHIVE.exec(text), begins = ground.length, before = stamps.all.at(-1);
    if (!found || !before) throw new Altered(ADDED);
    HELD.lastIndex = begins;
    const streams = [];
    for (let held = HELD.exec(text); held && held.index + held[0].length <= found.index; held = HELD.exec(text)) streams.push(data.subarray(HELD.lastIndex, HELD.lastIndex + Number(held[1])));
    const [added, lists] = heldParts(streams);
    const [hole, revision] = written(ground, streams.map(latin), added.length, found[1]);
    if (text.slice(begins, ground.length) !== revision) throw new Altered(ADDED);
    const imprint = await sha256(joined(data.subarray(0, hole[0]), data.subarray(hole[1], ground.length)));
    const stamped = await archiveStamp(unhex(found[1]), imprint);
    if (stamped.at < before.at || stamped.at > before.stamper.until) throw new Altered("its archive stamp is older than what it is for, or came after that had ended");
    const known = [...stamps.archived, ...added], isFirst = stamps.all.length === 1;
    await checkHeld(added, lists, await issuers(isFirst ? [sealer, before.stamper] : [before.stamper], known, before.at), stamped.at);
    if (isFirst && !lists.some((one) => same(one.issuer, sealer.issuer))) throw new Altered("its archive doesn't say whether the seal's certificate was withdrawn");
    stamps.all.push(stamped);
    stamps.archived = known;
  }
}

async function archiveStamp(padded, imprint) {
  const [begins, length] = header(padded), token = padded.subarray(0, begins + length);
  if (padded.subarray(token.length).some((byte) => byte)) throw new Altered("its archive stamp was rewritten");
  return checkToken(token, imprint);
}

/** The certificates, which come first, and the lists. */
function heldParts(streams) {
  try {
    const isFirst = (one) => content(content(one))[0] === 0xa0 && same(one, tagged(0x30, content(one)));
    let count = 0;
    while (count < streams.length && isFirst(streams[count])) count += 1;
    return [streams.slice(0, count).map(readCertificate), streams.slice(count).map(readList)];
  } catch (error) { throw new Altered("its archive can't be read"); }
}

/** A list of withdrawn certificates (RFC 5280 §5.1): who made it when, and the numbers that it names. */
function readList(der) {
  const whole = parts(der), [version, , issuer, made, ...rest] = parts(whole[0]);
  if (!same(version, ONE) || !same(der, tagged(0x30, ...whole))) throw new RangeError("not of version 2");
  const named = rest.find((one) => one[0] === 0x30);
  return { issuer, signed: whole[0], algorithm: whole[1], signature: content(whole[2]).subarray(1), made: derTime(made), numbers: named ? parts(named).map((one) => parts(one)[0]) : [] };
}

/** `signers`, and whoever `among` the others issued them, or issued those. */
async function issuers(signers, among, at) {
  const needed = [...signers];
  for (let step = 0; step < 4; step += 1) {
    for (const one of among) {
      if (needed.some((other) => same(one.der, other.der))) continue;
      for (const other of [...needed]) if (await isIssuer(one, other, at)) { needed.push(one); break; }
    }
  }
  return needed;
}

/** Nothing stands there that isn't needed; each list is by one who is, made by then, and names none of them. */
async function checkHeld(added, lists, needed, at) {
  if (added.some((one) => !needed.some((other) => same(one.der, other.der)))) throw new Altered("its archive holds a certificate that has nothing to do with it");
  for (const list of lists) {
    const hash = Object.keys(HASHES).find((name) => ISSUED[name].some((kind) => same(kind, list.algorithm)));
    let isBy = false;
    for (const one of needed) isBy ||= Boolean(hash) && same(one.subject, list.issuer) && (await isSignedBy(one, list.signature, list.signed, hash, false));
    if (!isBy || list.made > at + CLOCKS_DIFFER) throw new Altered("its archive holds a list of withdrawn certificates that is of no use");
    if (needed.some((one) => same(one.issuer, list.issuer) && list.numbers.some((number) => same(number, one.serial)))) throw new Untrusted("a certificate that it stands on was withdrawn");
  }
}

/** What the next revision of a file stands on; `text` ends where the sealed one does. */
function groundOf(text, digits) {
  const [, start] = /startxref\n(\d{1,9})\n%%EOF\n$/.exec(text.slice(-40)) ?? [];
  AGAIN.lastIndex = text.lastIndexOf("%%EOF\n", digits);
  TABLE.lastIndex = Number(start ?? 0);
  const again = AGAIN.exec(text), table = TABLE.exec(text);
  if (!again || !table || !start) throw new Altered(ADDED);
  const [, root, catalog, form, page, leaf, field] = again, [, names, size, id] = table;
  return { length: text.length, table: start, size: Number(size), names, id, root, catalog, form, page, leaf, fields: [Number(field)], certificates: [], lists: [] };
}

/** One more archive revision (ISO 32000-2 §7.5.6 and §7.5.8), after which `ground` is the next one's: where its stamp's
 * digits begin and end, and its text. */
function written(ground, streams, count, digits) {
  const references = (numbers) => numbers.map((number) => `${number} 0 R`).join(" ");
  const store = ground.size, numbers = streams.map((_, place) => store + 1 + place);
  const field = store + 1 + streams.length, name = ground.fields.length;
  ground.certificates.push(...numbers.slice(0, count));
  ground.lists.push(...numbers.slice(count));
  ground.fields.push(field);
  const range = " ".repeat(48);
  const bodies = [
    [ground.root, `${ground.catalog}/DSS ${store} 0 R\n>>\n`],
    [ground.page, `${ground.leaf}${references(ground.fields)} ]\n>>\n`],
    [ground.form, `/Fields [ ${references(ground.fields)} ]\n/SigFlags 3\n>>\n`],
    [store, `/Type /DSS\n/Certs [ ${references(ground.certificates)} ]\n/CRLs [ ${references(ground.lists)} ]\n>>\n`],
    ...streams.map((held, place) => [numbers[place], `/Length ${held.length}\n>>\nstream\n${held}\nendstream\n`]),
    [field, `/FT /Sig\n/T (Archive ${name})\n/Type /Annot\n/Subtype /Widget\n/F 132\n/Rect [ 0 0 0 0 ]\n/P ${ground.page} 0 R\n/V ${field + 1} 0 R\n>>\n`],
    [field + 1, `/Contents <${digits}>\n/ByteRange ${range}\n/Type /DocTimeStamp\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.RFC3161\n>>\n`],
  ];
  const places = new Map();
  let text = "";
  for (const [number, body] of bodies) {
    places.set(Number(number), ground.length + text.length);
    text += `${number} 0 obj\n<<\n${body}endobj\n`;
  }
  const table = ground.length + text.length;
  places.set(field + 2, table);
  text += writtenTable(ground, places, field + 2, table);
  const begins = places.get(field + 1) + `${field + 1} 0 obj\n<<\n/Contents `.length, ends = begins + digits.length + 2;
  const whole = ground.length + text.length, at = ends - ground.length + "\n/ByteRange ".length;
  text = text.slice(0, at) + `[0 ${begins} ${ends} ${whole - ends}]`.padEnd(48) + text.slice(at + 48);
  Object.assign(ground, { length: whole, table: String(table), size: field + 3 });
  return [[begins, ends], text];
}

/** The table of the objects at `places`, its own last. */
function writtenTable(ground, places, own, table) {
  const numbers = [...places.keys()].sort((one, other) => one - other);
  const runs = [];
  for (const number of numbers) {
    if (places.has(number - 1)) runs.at(-1)[1] += 1;
    else runs.push([number, 1]);
  }
  const rows = numbers.map((number) => latin(joined(little(1, 1), little(places.get(number), 8).reverse(), little(0, 2)))).join("");
  const entries = `/W [ 1 8 2 ]\n/Type /XRef\n${ground.names}/Size ${own + 1}\n${ground.id}/Prev ${ground.table}\n/Index [ ${runs.flat().join(" ")} ]\n/Length ${rows.length}\n`;
  return `${own} 0 obj\n<<\n${entries}>>\nstream\n${rows}\nendstream\nendobj\nstartxref\n${table}\n%%EOF\n`;
}

// --- the seal's signature object -----------------------------------------------------------------------------------

async function checkCms(padded, digest, at) {
  let sealer, rebuilt, signature, attributes, token;
  try {
    const signed = parts(parts(parts(padded)[1])[0]);
    const der = parts(signed[3])[0], info = parts(parts(signed[4])[0]);
    signature = content(info[5]);
    sealer = readCertificate(der);
    attributes = await signedAttributes(sealer, der, digest);
    token = info.length > 6 ? parts(parts(parts(info[6])[0])[1])[0] : null;
    const stamp = token ? tagged(0xa1, tagged(0x30, STAMP, tagged(0x31, token))) : new Uint8Array();
    const kind = curve(sealer) ? HASHES["SHA-256"][1] : joined(RSA_SHA256, NULL);
    rebuilt = cms(1, tagged(0x30, HASHES["SHA-256"][0], NULL), tagged(0x30, DATA), sealer, attributes, kind, signature, stamp);
  } catch (error) { throw new Altered("the seal can't be read"); }
  if (!same(padded, joined(rebuilt, new Uint8Array(Math.max(0, padded.length - rebuilt.length))))) throw new Altered("the content was changed after it was sealed, or the seal was rewritten");
  await checkSignature(sealer, signature, tagged(0x31, attributes));
  const stamped = token ? await checkToken(token, await sha256(signature)) : null;
  if (stamped && Math.abs(stamped.at - at) > CLOCKS_DIFFER) throw new Altered("its time stamp is of another time");
  return [sealer, stamped];
}

/** The time stamp (RFC 3161) must be of `imprint`; whose it is, is left open here. */
async function checkToken(token, imprint) {
  let said, stamper, stamped;
  try {
    const signed = parts(parts(parts(token)[1])[0]), info = parts(parts(signed[4])[0]);
    const der = parts(signed[3])[0], attributes = content(info[3]), signature = content(info[5]);
    said = content(content(parts(signed[2])[1]));
    stamper = readCertificate(der);
    const hash = Object.keys(HASHES).find((name) => same(HASHES[name][0], parts(info[2])[0]));
    const kind = curve(stamper) ? HASHES[hash][1] : joined(RSA, NULL);
    const holds = tagged(0x30, TSTINFO, tagged(0xa0, tagged(0x04, said)));
    const rebuilt = cms(3, tagged(0x30, HASHES[hash][0]), holds, stamper, attributes, kind, signature, new Uint8Array());
    const fits = same(token, rebuilt) && (await areStamps(attributes, said, der, hash)) && (await isSignedBy(stamper, signature, tagged(0x31, attributes), hash));
    if (!fits) throw new Altered("its time stamp was changed");
    stamped = saidAt(said, imprint);
  } catch (error) { throw new Altered("its time stamp can't be read, or was changed"); }
  if (stamped > Date.now() + CLOCKS_DIFFER) throw new Altered("its time stamp is of a time that is still to come");
  const usage = stamper.extensions.get("0603551d25"), isCritical = stamper.critical.has("0603551d25");
  if (!usage || !isCritical || hex(usage) !== "300a06082b06010505070308") throw new Altered("its time stamp was made with a certificate that is not for time stamps");
  if (stamped < stamper.from || stamped > stamper.until) throw new Altered("its time stamp was given outside the time for which its certificate is valid");
  return { stamper, at: stamped };
}

/** When a stamp says that it was given, if it is of `imprint` by SHA-256: to the second, and in UTC. */
function saidAt(said, imprint) {
  const [version, , of, , given] = parts(said), [algorithm] = HASHES["SHA-256"];
  const forms = [[algorithm], [algorithm, NULL]].map((named) => tagged(0x30, tagged(0x30, ...named), tagged(0x04, imprint)));
  const isWhole = same(said, tagged(0x30, ...parts(said))) && same(version, ONE) && forms.some((form) => same(of, form));
  if (!isWhole || given[0] !== 0x18 || !/^\d{14}(?:\.\d+)?Z$/.test(latin(content(given)))) throw new RangeError("of something else");
  return instant(latin(content(given)).slice(0, 14));
}

async function areStamps(attributes, said, der, hash) {
  const whole = parts(tagged(0x31, attributes)), order = whole.map(hex);
  if (order.some((one, place) => place && order[place - 1] > one)) return false;
  const pairs = whole.map(parts), found = new Map(pairs.map(([kind, values]) => [hex(kind), parts(values)[0]]));
  if (found.size !== pairs.length || !same(found.get(hex(CONTENT_TYPE)), TSTINFO)) return false;
  if (!same(found.get(hex(MESSAGE_DIGEST)), tagged(0x04, await digested(hash, said)))) return false;
  const newer = found.get(hex(SIGNING_CERTIFICATE)), named = newer ?? found.get("060b2a864886f70d010910020c");
  let [first, second] = parts(parts(parts(named)[0])[0]), by = newer ? "SHA-256" : "SHA-1";
  if (first[0] === 0x30) [first, by] = [second, Object.keys(HASHES).find((name) => same(HASHES[name][0], parts(first)[0]))];
  return same(first, tagged(0x04, await digested(by, der)));
}

const DATA = unhex("06092a864886f70d010701"), SIGNED_DATA = unhex("06092a864886f70d010702");
const CONTENT_TYPE = unhex("06092a864886f70d010903"), MESSAGE_DIGEST = unhex("06092a864886f70d010904");
const SIGNING_CERTIFICATE = unhex("060b2a864886f70d010910022f");
const TSTINFO = unhex("060b2a864886f70d0109100104"), STAMP = unhex("060b2a864886f70d010910020e");
const RSA = unhex("06092a864886f70d010101"), RSA_SHA256 = unhex("06092a864886f70d01010b"), NULL = unhex("0500");
const HASHES = Object.fromEntries([["SHA-256", 1], ["SHA-384", 2], ["SHA-512", 3]].map(([name, place]) => [name, [unhex(`060960864801650304020${place}`), unhex(`06082a8648ce3d04030${place + 1}`)]]));
const ECDSA_SHA256 = tagged(0x30, HASHES["SHA-256"][1]);
const ISSUED = Object.fromEntries(["SHA-256", "SHA-384", "SHA-512"].map((name, place) => [name, [tagged(0x30, HASHES[name][1]), tagged(0x30, unhex(`06092a864886f70d01010${"bcd"[place]}`), NULL)]]));
const ONE = unhex("020101");

function cms(version, hashed, holds, signer, attributes, kind, signature, more) {
  const named = tagged(0x30, signer.issuer, signer.serial);
  const info = tagged(0x30, ONE, named, hashed, tagged(0xa0, attributes), tagged(0x30, kind), tagged(0x04, signature), more);
  const data = tagged(0x30, unhex(`02010${version}`), tagged(0x31, hashed), holds, tagged(0xa0, signer.der), tagged(0x31, info));
  return tagged(0x30, SIGNED_DATA, tagged(0xa0, data));
}

async function signedAttributes(sealer, der, digest) {
  const issuer = tagged(0x30, tagged(0xa4, sealer.issuer));
  const named = tagged(0x30, tagged(0x04, await sha256(der)), tagged(0x30, issuer, sealer.serial));
  const values = [[CONTENT_TYPE, DATA], [MESSAGE_DIGEST, tagged(0x04, digest)], [SIGNING_CERTIFICATE, tagged(0x30, tagged(0x30, named))]];
  return joined(...values.map(([kind, value]) => tagged(0x30, kind, tagged(0x31, value))));
}

async function attachments(data) {
  const found = {};
  for (const match of latin(data).matchAll(FILE)) {
    const begins = match.index + match[0].length;
    let plain, name;
    try {
      plain = await inflated(data.subarray(begins, begins + Number(match[1])));
      name = parsed(plain).schema.startsWith("text/") ? "text.json" : "evidence.json";
    } catch (error) { throw new Damaged("this is sealed, but can't be read as one of our documents"); }
    if (name in found) throw new Altered("the files inside are not those that are sealed here");
    found[name] = plain;
  }
  if (Object.keys(found).length !== 2) throw new Altered("the files inside are not those that are sealed here");
  return found;
}

// --- the evidence bundle -------------------------------------------------------------------------------------------

async function checkBundle(data, root) {
  const members = readMembers(data);
  const sealer = certificate(members.get("seal.pem"), Altered);
  const manifest = members.get(MANIFEST), signature = members.get(SIGNATURE);
  members.delete(MANIFEST);
  members.delete(SIGNATURE);
  await checkSignature(sealer, signature, manifest);
  if (!same(manifest, await manifestOf(members))) throw new Altered("a file of the bundle was changed");
  const { sealer: inner, inside, parties, stamps } = await checkDocument(members.get("document.pdf"), root);
  if (!same(inner.der, sealer.der) || !same(certificate(members.get("root.pem"), Altered).der, root.der)) throw new Altered("the document and the bundle don't have the same seal");
  for (const name of Object.keys(inside)) if (!same(members.get(name), inside[name])) throw new Altered("the document and the bundle don't hold the same evidence");
  const proofs = proofsOf(parsed(members.get("evidence.json")).signatures);
  const travelling = [...members.keys()].filter((name) => PROOF.test(name));
  const fit = travelling.length === (members.has(VERIFIER) ? proofs.size : 0) && travelling.every((name) => utf8(members.get(name)) === proofs.get(name));
  if (!fit) throw new Altered("a proof of the bundle is not the one of its evidence");
  const checkpoint = utf8(members.get("checkpoint.txt"));
  if (![...proofs.values()].some((proof) => proof.slice(proof.indexOf("\n\n") + 2) === checkpoint)) throw new Altered("the checkpoint is not the one that the evidence leads to");
  const scans = parsed(members.get("evidence.json")).signatures.map((act) => JSON.parse(act.record).paper?.sha256);
  if (members.has(SCAN) && !scans.includes(hex(await sha256(members.get(SCAN))))) throw new Altered("the scan is not the one that was recorded");
  return { parties, stamps };
}

/** The proof of each act by its name in a bundle: the second act of a party is its "-2". */
function proofsOf(acts) {
  const seen = {}, found = new Map();
  for (const { role, proof } of acts) {
    seen[role] = (seen[role] ?? 0) + 1;
    found.set(`${role}${seen[role] > 1 ? `-${seen[role]}` : ""}.tlog-proof`, proof);
  }
  return found;
}

/** The members of a stored zip: read by its directory, then packed again, which must give the same bytes. */
function readMembers(data) {
  const members = new Map();
  if (!latin(data.subarray(-65557)).includes("PK\x05\x06")) throw new Damaged("this is not an evidence bundle, or it is too damaged to read");
  try {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const count = view.getUint16(data.length - 12, true);
    let at = view.getUint32(data.length - 6, true);
    for (let number = 0; number < count; number += 1) {
      const [size, length, begins] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true), view.getUint32(at + 42, true)];
      const name = latin(data.subarray(at + 46, at + 46 + length));
      const from = begins + 30 + length;
      if (from + size > data.length) throw new RangeError("a member is too long");
      members.set(name, data.subarray(from, from + size));
      at += 46 + length;
    }
  } catch (error) { throw new Altered("this is no evidence bundle, or was changed"); }
  const names = [...members.keys()].filter((name) => name !== MANIFEST && name !== SIGNATURE);
  const others = names.filter((name) => name !== SCAN && !PROOF.test(name));
  if ((!alike(names, MEMBERS) && !alike(others, [...MEMBERS, VERIFIER])) || !members.has(MANIFEST) || !members.has(SIGNATURE)) throw new Altered("something is missing from the bundle, or was added to it");
  if (!same(pack(members), data)) throw new Altered("the bundle was rewritten");
  return members;
}

function alike(names, wanted) {
  return [...names].sort().join() === [...wanted].sort().join();
}

function pack(members) {
  const files = [], directory = [];
  let at = 0;
  for (const name of [...members.keys()].sort()) {
    const data = members.get(name), word = bytes(name);
    const about = joined(little(20, 2), little(0, 2), little(0, 2), little(0, 2), little(33, 2), little(crc32(data), 4), little(data.length, 4), little(data.length, 4), little(word.length, 2), little(0, 2));
    files.push(joined(unhex("504b0304"), about, word, data));
    directory.push(joined(unhex("504b0102"), little(20, 1), little(3, 1), about, little(0, 2), little(0, 2), little(0, 2), little(0o644 * 65536, 4), little(at, 4), word));
    at += files[files.length - 1].length;
  }
  const listed = joined(...directory);
  const end = joined(unhex("504b0506"), little(0, 4), little(members.size, 2), little(members.size, 2), little(listed.length, 4), little(at, 4), little(0, 2));
  return joined(...files, listed, end);
}

async function manifestOf(members) {
  const digests = {};
  for (const [name, data] of members) digests[name] = hex(await sha256(data));
  return bytes(canonical({ schema: members.has(VERIFIER) ? "bundle/2" : "bundle/1", members: digests }));
}

// --- the evidence --------------------------------------------------------------------------------------------------

async function checkEvidence(text, evidence) {
  try {
    const said = canonicalJson(evidence), words = canonicalJson(text), digest = hex(await sha256(text));
    const acts = [];
    for (const act of said.signatures) acts.push(await checkAct(act, said.ledger, words, digest));
    if (said.text_sha256 !== digest) throw new Altered("the text inside is not the one that was signed");
    for (const { record } of acts) {
      const covered = record.covers && acts.find((other) => other.record.role === "physician" && other.uid === record.covers.uid);
      if (record.covers && covered?.digest !== record.covers.record_sha256) throw new Altered("the organisation's signature covers another record");
    }
    checkQuorum(acts.map(({ record }) => record).filter(({ role }) => role === "organisation"));
    return PARTIES.map((party) => {
      const own = acts.map(({ record }) => record).filter(({ role }) => role === party);
      const last = own.map((record) => record.signed_at).sort().pop();
      return { party, name: own.length ? own.map((record) => record.name_as_signed).join(", ") : null, signed_at: last ?? null };
    });
  } catch (error) {
    if (error instanceof Finding) throw error;
    throw new Altered("the evidence inside doesn't fit");
  }
}

/** Where several sign for the organisation, so many of each group as their records say, and nobody twice. */
function checkQuorum(ours) {
  if (ours.length <= 1 && !ours.some(({ quorum }) => quorum)) return;
  const groups = ours[0].quorum.of;
  const agreed = ours.every(({ quorum }) => JSON.stringify(quorum.of) === JSON.stringify(groups));
  const enough = groups.every(({ group, needs }) => ours.filter(({ quorum }) => quorum.group === group).length === needs);
  const people = new Set(ours.map(({ person }) => person.uid)).size;
  const wanted = groups.reduce((sum, { needs }) => sum + needs, 0);
  if (!agreed || !enough || people !== ours.length || wanted !== ours.length) throw new Altered("not everybody who has to sign for the organisation stands there");
}

async function checkAct(act, ledger, words, digest) {
  const record = canonicalJson(bytes(act.record)), leaf = canonicalJson(bytes(act.leaf));
  const commitment = hex(await sha256(joined(unhex(act.salt), bytes(act.record))));
  if (leaf.commit !== commitment || leaf.uid !== act.uid || record.role !== act.role) throw new Altered("a record is not the one that the ledger holds");
  await checkProof(act.proof, bytes(act.leaf), ledger.origin, unhex(ledger.public_key));
  const texts = [record.text_sha256, ...Object.values(record.renditions ?? {})];
  if (record.version.uid !== words.version.uid || !texts.includes(digest)) throw new Altered("a record is of another text");
  return { record, uid: act.uid, digest: hex(await sha256(bytes(act.record))) };
}

async function checkProof(proof, leaf, origin, key) {
  const middle = proof.indexOf("\n\n");
  const [heading, place, ...path] = proof.slice(0, middle).split("\n"), note = proof.slice(middle + 2);
  const cut = note.lastIndexOf("\n\n"), text = note.slice(0, cut);
  const [name, size, root] = text.split("\n");
  if (middle < 0 || cut < 0 || heading !== "c2sp.org/tlog-proof@v1" || name !== origin || !place.startsWith("index ")) throw new Altered("a proof is not one of this ledger");
  const keyHash = (await sha256(joined(bytes(`${origin}\n`), unhex("01"), key))).subarray(0, 4);
  const lines = note.slice(cut + 2).split("\n");
  const marks = lines.slice(0, -1).map((line) => exact(line.startsWith(`— ${origin} `) ? line.slice(origin.length + 3) : line));
  const ours = marks.filter((mark) => same(mark.subarray(0, 4), keyHash));
  if (!ours.length) throw new Altered("the checkpoint is not signed by the ledger");
  for (const mark of ours) if (!(await isEdwards(key, mark.subarray(4), bytes(`${text}\n`)))) throw new Altered("the checkpoint is not signed by the ledger");
  const found = await climb(await sha256(joined(unhex("00"), leaf)), natural(place.slice(6)), natural(size), path.map(exact));
  if (!same(found, exact(root))) throw new Altered("the record is not in the ledger's checkpoint");
}

async function isEdwards(key, signature, data) {
  let imported;
  try { imported = await subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]); } catch (error) {
    if (error.name === "NotSupportedError") throw new Missing("this browser can't check the ledger's signatures");
    throw error;
  }
  return subtle.verify({ name: "Ed25519" }, imported, signature, data);
}

/** The root of a tree of `size` leaves to which `path` leads from a leaf hash (RFC 9162 §2.1.3.2). */
async function climb(found, index, size, path) {
  let last = size - 1n;
  if (index > last) throw new RangeError("there is no such leaf");
  for (const step of path) {
    if (last === 0n || step.length !== 32) throw new RangeError("a path is too long");
    const isRight = index % 2n === 1n || index === last;
    found = await sha256(isRight ? joined(unhex("01"), step, found) : joined(unhex("01"), found, step));
    if (isRight) while (index && index % 2n === 0n) [index, last] = [index / 2n, last / 2n];
    [index, last] = [index / 2n, last / 2n];
  }
  if (last) throw new RangeError("a path is too short");
  return found;
}

// --- certificates --------------------------------------------------------------------------------------------------

function certificate(data, Problem) {
  try {
    const text = latin(data).trim();
    if (!text.startsWith("-----")) return readCertificate(data);
    return readCertificate(fromBase64(text.match(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/)[1].replace(/\s/g, "")));
  } catch (error) { throw new Problem("a certificate can't be read"); }
}

function certificates(data) {
  try {
    const found = [...latin(data).matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)];
    if (!found.length) throw new RangeError("there is none");
    return found.map(([, one]) => readCertificate(fromBase64(one.replace(/\s/g, ""))));
  } catch (error) { throw new Damaged("the time-stamp authority's certificate can't be read: give it in PEM"); }
}

function readCertificate(der) {
  const whole = parts(der), [version, ...fields] = parts(whole[0]);
  const [serial, , issuer, validity, subject, key] = fields;
  if (hex(version) !== "a003020102" || !same(serial, derNumber(numberOf(serial)))) throw new RangeError("not of version 3, or without a number");
  const extensions = new Map();
  const critical = new Set();
  for (const one of fields[6]?.[0] === 0xa3 ? parts(parts(fields[6])[0]) : []) {
    const [kind, flag] = parts(one);
    if (extensions.has(hex(kind))) throw new RangeError("an extension stands twice");
    extensions.set(hex(kind), content(parts(one).at(-1)));
    if (flag[0] === 0x01 && flag[2]) critical.add(hex(kind));
  }
  const [from, until] = parts(validity).map((time) => derTime(time));
  return { der: der.slice(), signed: whole[0], algorithm: whole[1], signature: content(whole[2]).subarray(1), serial, issuer, subject, key, from, until, extensions, critical };
}

async function checkChain(sealer, root, at) {
  const isIssued = async (one) => same(one.issuer, root.subject) && same(one.algorithm, ECDSA_SHA256) && isSignedBy(root, one.signature, one.signed, "SHA-256", false);
  if (!(await isIssued(sealer)) || !(await isIssued(root))) throw new Untrusted("its seal was not made under the certificate that you trust");
  const [usage, purposes] = ["0603551d0f", "0603551d25"];
  const mayVouch = sealer.extensions.has(usage) && (content(sealer.extensions.get(usage))[1] & 0x40) !== 0;
  const isForMail = sealer.extensions.has(purposes) && parts(sealer.extensions.get(purposes)).some((part) => hex(part) === "06082b06010505070304");
  if (!isAuthority(root) || !mayVouch || !isForMail) throw new Untrusted("its certificate, or the one that you trust, was not made for this");
  for (const one of [sealer, root]) if (at < one.from || at > one.until) throw new Untrusted("it was sealed outside the time for which its certificate is valid");
}

async function checkSignature(sealer, signature, data) {
  const on = kindOf(sealer);
  if (on ? on[0] !== "P-256" : content(sealer.key).length < 256) throw new Altered("the seal is not of the kind that is made here");
  if (!(await isSignedBy(sealer, signature, data, "SHA-256"))) throw new Altered("the seal doesn't fit the content");
}

/** [name, size of a number, order] of the curve of a certificate's key; null for RSA. */
function curve(signer) {
  const [algorithm, named] = parts(parts(signer.key)[0]);
  return same(algorithm, RSA) ? null : CURVES[hex(named)];
}

/** The curve of a certificate that anybody may have made; Altered where its key can't be read. */
function kindOf(signer) {
  try { return curve(signer); } catch (error) { throw new Altered("the seal is not of the kind that is made here"); }
}

/** RSA (PKCS #1 v1.5), or ECDSA: of the two forms that anyone can make of one signature, that with the small s. */
async function isSignedBy(signer, signature, data, hash, isOneForm = true) {
  try {
    const on = curve(signer), kind = on ? { name: "ECDSA", namedCurve: on[0] } : { name: "RSASSA-PKCS1-v1_5", hash };
    const key = await subtle.importKey("spki", signer.key, kind, false, ["verify"]);
    if (!on) return await subtle.verify(kind, key, signature, data);
    const [r, s] = parts(signature).map(numberOf);
    if (!same(tagged(0x30, derNumber(r), derNumber(s)), signature) || (isOneForm && s > on[2] / 2n)) return false;
    return await subtle.verify({ name: "ECDSA", hash }, key, unhex([r, s].map((one) => one.toString(16).padStart(on[1] * 2, "0")).join("")), data);
  } catch (error) { return false; }
}

// --- DER, JSON, bytes ----------------------------------------------------------------------------------------------

function header(der) {
  if (der.length < 2) throw new RangeError("an element is too short");
  if (der[1] < 0x80) return [2, der[1]];
  const size = der[1] & 0x7f;
  let length = 0;
  for (const byte of der.subarray(2, 2 + size)) length = length * 256 + byte;
  return [2 + size, length];
}

function content(der) {
  const [begins, length] = header(der);
  return der.subarray(begins, begins + length);
}

function parts(der) {
  const found = [];
  for (let inside = content(der); inside.length;) {
    const [begins, length] = header(inside);
    if (begins + length > inside.length) throw new RangeError("an element is too long");
    found.push(inside.subarray(0, begins + length));
    inside = inside.subarray(begins + length);
  }
  return found;
}

function tagged(tag, ...inside) {
  const whole = joined(...inside), size = whole.length;
  const digits = size.toString(16), long = size > 0x7f ? unhex(digits.padStart(digits.length + (digits.length % 2), "0")) : new Uint8Array();
  return joined(Uint8Array.of(tag, long.length ? 0x80 | long.length : size), long, whole);
}

const numberOf = (der) => {
  if (der[0] !== 0x02) throw new RangeError("not a number");
  return BigInt(`0x${hex(content(der)) || "0"}`);
};

function derNumber(value) {
  const digits = value.toString(16), even = digits.padStart(digits.length + (digits.length % 2), "0");
  return tagged(0x02, unhex(/^[89a-f]/.test(even) ? `00${even}` : even));
}

function derTime(der) {
  const said = latin(content(der)), year = der[0] === 0x17 ? (Number(said.slice(0, 2)) < 50 ? "20" : "19") : "";
  return instant(`${year}${said.slice(0, -1)}`);
}

function instant(digits) {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().replace(/\D/g, "").slice(0, 14) !== digits) throw new Altered("the time of the seal can't be read");
  return at;
}

/** JSON that must be in its one form (RFC 8785): texts, whole numbers and what holds them. */
function canonicalJson(data) {
  const value = parsed(data);
  if (canonical(value) !== utf8(data)) throw new Altered("the evidence inside is not in its canonical form");
  return value;
}

function canonical(value) {
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new RangeError("no number here is measured");
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}

function natural(digits) {
  if (!/^(?:0|[1-9][0-9]{0,17})$/.test(digits)) throw new RangeError("not a natural number");
  return BigInt(digits);
}

function exact(text) {
  const data = fromBase64(text);
  if (toBase64(data) !== text) throw new RangeError("not in its one form");
  return data;
}

async function inflated(data) {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit += 1) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

function crc32(data) {
  let sum = 0xffffffff;
  for (const byte of data) sum = CRC[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

function joined(...pieces) {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) { whole.set(piece, at); at += piece.length; }
  return whole;
}

function latin(data) {
  let text = "";
  for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
  return text;
}

function unhex(digits) {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) throw new RangeError("not hexadecimal");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

const little = (value, size) => Uint8Array.from({ length: size }, (_, place) => Math.floor(value / 256 ** place) % 256);
const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
const same = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place]);
const bytes = (text) => new TextEncoder().encode(text);
const utf8 = (data) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
const parsed = (data) => JSON.parse(utf8(data));
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const toBase64 = (data) => btoa(latin(data));
const digested = async (hash, data) => new Uint8Array(await subtle.digest(hash, data));
const sha256 = (data) => digested("SHA-256", data);
