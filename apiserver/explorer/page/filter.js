// The list's filter: an expression of `kaudit log search`, or words that stand for one. The server reads it and asks it;
// nothing here does.
import { get } from "./api.js";

/** {expression, words}, or {error, at} with the place of what is wrong. */
export function judge(text) {
  return get(`filter?text=${encodeURIComponent(text)}`);
}

/** A value as an expression has it. */
export function quoted(value) {
  return /^[^\s()=,"']+$/.test(value) ? value : `"${value.replaceAll(/[\\"]/g, "\\$&")}"`;
}

/** The expression with a condition more, as a click adds it. */
export function withTerm(expression, field, value) {
  const term = `${field} = ${quoted(value)}`;
  if (!expression) return term;
  if (expression.split(" and ").includes(term)) return expression;
  const either = /(^|[\s)])or[\s(]/.test(expression);
  return `${either ? `(${expression})` : expression} and ${term}`;
}
