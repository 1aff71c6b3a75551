// Which requests the list shows. This is the one place that knows the filter's language: compile() gives a function
// that says of a row whether it is shown, or throws with what is wrong. Words are looked for anywhere in a row;
// NAME:VALUE looks at one member, and a minus in front turns a term round.
import { objectOf } from "./dom.js";

const MEMBERS = {
  user: (row) => row.user || "",
  as: (row) => row.as || "",
  verb: (row) => row.verb || "",
  resource: (row) => row.resource || "",
  ns: (row) => row.namespace || "",
  name: (row) => row.name || "",
  code: (row) => String(row.code || ""),
  level: (row) => row.level || "",
  id: (row) => row.auditID || "",
};

function textOf(row) {
  return [row.user, row.as, row.verb, row.method, row.uri, objectOf(row), row.code, row.level, row.auditID, row.group].join(" ").toLowerCase();
}

/** The pieces of a filter; what is in quotes is one piece. */
function pieces(text) {
  return text.match(/(?:[^\s"]+|"[^"]*")+/g) || [];
}

export function compile(text) {
  const terms = pieces(text).map((piece) => {
    const negated = piece.length > 1 && piece.startsWith("-");
    const plain = (negated ? piece.slice(1) : piece).replaceAll('"', "");
    const colon = plain.indexOf(":");
    const member = colon > 0 ? MEMBERS[plain.slice(0, colon)] : undefined;
    const wanted = (member ? plain.slice(colon + 1) : plain).toLowerCase();
    // A code may be given as 4xx.
    const digits = wanted.match(/^([1-5])xx$/);
    const fits = member
      ? (row) => {
        const value = member(row).toLowerCase();
        return digits && member === MEMBERS.code ? value.startsWith(digits[1]) : value === wanted;
      }
      : (row) => textOf(row).includes(wanted);
    return negated ? (row) => !fits(row) : fits;
  });
  return (row) => terms.every((fits) => fits(row));
}

/** The filter with a term more, as a click adds it. */
export function withTerm(text, member, value) {
  const term = `${member}:${/\s/.test(value) ? `"${value}"` : value}`;
  return pieces(text).includes(term) ? text : `${text} ${term}`.trim();
}
