import jsep from 'jsep';
import { AppError } from '../protocol/outcome';
import { CONSTANTS, FUNCTIONS } from './expression-functions';

/** What a parsed expression consists of: nothing else can be evaluated. */
export type ExpressionNode =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'unary'; readonly op: '-' | '!'; readonly of: ExpressionNode }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: ExpressionNode; readonly right: ExpressionNode }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly ExpressionNode[] }
  | { readonly kind: 'if'; readonly test: ExpressionNode; readonly yes: ExpressionNode; readonly no: ExpressionNode }
  /** A text column compared with a text. */
  | { readonly kind: 'text'; readonly column: string; readonly value: string; readonly op: '==' | '!=' };

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const;
const BINARY = ['+', '-', '*', '/', '%', '**', ...COMPARISONS, '&&', '||'] as const;
export type BinaryOp = (typeof BINARY)[number];

/** A checked expression: made by {@link parseExpression}, evaluated by evaluateExpression. */
export interface Expression {
  readonly text: string;
  readonly root: ExpressionNode;
}

export { evaluateExpression, evaluateExpressionSteps, type ExpressionSource } from './expression-evaluate';

for (const [word, sign] of [
  ['or', '||'],
  ['and', '&&'],
] as const)
  jsep.addBinaryOp(word, jsep.binary_ops[sign]!);
/** Words that mean a sign, as in Python. Not `not`: there it binds looser than a comparison, here no sign does. */
const WORDS: Readonly<Record<string, string>> = { and: '&&', or: '||' };

// jsep keeps no trace of parentheses, and binds a sign tighter than `**`; astronomers read -x**2 as -(x**2), as Python does.
const grouped = new WeakSet<object>();

jsep.hooks.add('gobble-token', function (env) {
  if (this.char !== '(') return;
  const node = this.gobbleGroup();
  if (node) grouped.add(node);
  env.node = node;
});

function powerOf(parser: jsep.HookScope, base: jsep.Expression): jsep.Expression {
  parser.index += 2;
  let exponent = parser.gobbleToken();
  if (!exponent) return parser.throwError('Expected expression after **');
  parser.gobbleSpaces();
  if (parser.expr.startsWith('**', parser.index)) exponent = powerOf(parser, exponent);
  return { type: 'BinaryExpression', operator: '**', left: base, right: exponent };
}

jsep.hooks.add('after-token', function (env) {
  const node = env.node;
  if (!node || node.type !== 'UnaryExpression' || grouped.has(node)) return;
  this.gobbleSpaces();
  if (this.expr.startsWith('**', this.index)) env.node = { ...node, argument: powerOf(this, (node as jsep.UnaryExpression).argument) };
});

function refuse(text: string, why: string, hint: string, at?: number): never {
  const where = at === undefined || at < 0 ? '' : ` at character ${at + 1}`;
  throw new AppError({ code: 'invalid-argument', message: `invalid expression "${text}"${where}: ${why}`, hint });
}

const SYNTAX_HINT = 'write it like mag > 19 && err < 0.1; names with odd characters as col("odd name")';

/**
 * Parses an expression over columns: numbers, column names, `col("odd name")`, + - * / % **, comparisons, && || ! (also and, or), ?:, texts (compared with a
 * text column by == or !=), the constants pi e nan inf and the functions of {@link FUNCTIONS}. A constant hides a column of its name: write
 * col("e"). Throws AppError invalid-argument with the position.
 */
export function parseExpression(text: string): Expression {
  if (text.trim() === '') refuse(text, 'it is empty', SYNTAX_HINT);
  let tree: jsep.Expression;
  try {
    tree = jsep(text);
  } catch (error) {
    const { description, index } = error as { description?: string; index?: number };
    const isAssignment = /(^|[^=!<>])=([^=]|$)/.test(text);
    refuse(text, description ?? String(error), isAssignment ? 'equality is ==' : SYNTAX_HINT, index);
  }
  return { text, root: check(tree, text) };
}

/** Where a word of the expression begins, for messages. */
function positionOf(text: string, word: string): number {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.search(new RegExp(`(?<![\\w$"'])${escaped}(?![\\w$])`));
}

function check(node: jsep.Expression, text: string): ExpressionNode {
  const core = node as jsep.CoreExpression;
  switch (core.type) {
    case 'Literal':
      if (typeof core.value === 'number') return { kind: 'number', value: core.value };
      if (typeof core.value === 'boolean') return { kind: 'number', value: core.value ? 1 : 0 };
      return refuse(text, `${core.raw} cannot stand here`, 'a text can only be compared with a text column, by == or !=', text.indexOf(core.raw));
    case 'Identifier': {
      const constant = CONSTANTS[core.name];
      return constant === undefined ? { kind: 'column', name: core.name } : { kind: 'number', value: constant };
    }
    case 'UnaryExpression':
      if (core.operator === '+') return check(core.argument, text);
      if (core.operator !== '-' && core.operator !== '!')
        return refuse(text, `unknown operator ${core.operator}`, SYNTAX_HINT, text.indexOf(core.operator));
      return { kind: 'unary', op: core.operator, of: check(core.argument, text) };
    case 'BinaryExpression':
      return checkBinary(core, text);
    case 'ConditionalExpression':
      return { kind: 'if', test: check(core.test, text), yes: check(core.consequent, text), no: check(core.alternate, text) };
    case 'CallExpression':
      return checkCall(core, text);
    case 'Compound':
      return refuse(text, 'two expressions without an operator between them', 'join conditions with && or ||; negate with !');
    case 'MemberExpression':
      return refuse(text, 'a dot or bracket after a name', 'write a column whose name has odd characters as col("odd.name")');
    default:
      return refuse(text, `${core.type} is not allowed`, SYNTAX_HINT);
  }
}

function textColumn(node: jsep.Expression): string | undefined {
  if (node.type === 'Identifier') return (node as jsep.Identifier).name;
  const call = node as jsep.CallExpression;
  if (node.type !== 'CallExpression' || (call.callee as jsep.Identifier).name !== 'col' || call.arguments.length !== 1) return undefined;
  return textOf(call.arguments[0]!);
}

function textOf(node: jsep.Expression): string | undefined {
  const value = node.type === 'Literal' ? (node as jsep.Literal).value : undefined;
  return typeof value === 'string' ? value : undefined;
}

const isComparison = (op: string): boolean => (COMPARISONS as readonly string[]).includes(op);

function checkBinary(node: jsep.BinaryExpression, text: string): ExpressionNode {
  const { left, right } = node;
  const operator = WORDS[node.operator] ?? node.operator;
  const at = text.indexOf(node.operator);
  if (!(BINARY as readonly string[]).includes(operator)) {
    const instead: Record<string, string> = { '&': '&&', '|': '||', '===': '==', '!==': '!=', '^': '**' };
    refuse(text, `unknown operator ${operator}`, instead[operator] ? `write ${instead[operator]}` : SYNTAX_HINT, at);
  }
  if (isComparison(operator)) {
    for (const side of [left, right])
      if (side.type === 'BinaryExpression' && isComparison((side as jsep.BinaryExpression).operator) && !grouped.has(side))
        refuse(text, 'comparisons in a row', 'write 1 < x && x < 3 instead of 1 < x < 3', at);
    const value = textOf(left) ?? textOf(right);
    if (value !== undefined) {
      const column = textColumn(textOf(left) === undefined ? left : right);
      if (column === undefined || (operator !== '==' && operator !== '!='))
        return refuse(text, 'a text can only be compared with a text column, by == or !=', 'write it like band == "g"', at);
      return { kind: 'text', column, value, op: operator };
    }
  }
  return { kind: 'binary', op: operator as BinaryOp, left: check(left, text), right: check(right, text) };
}

function checkCall(node: jsep.CallExpression, text: string): ExpressionNode {
  const name = node.callee.type === 'Identifier' ? (node.callee as jsep.Identifier).name : '?';
  const at = positionOf(text, name);
  if (name === 'col') {
    const column = node.arguments.length === 1 ? textOf(node.arguments[0]!) : undefined;
    if (column === undefined) refuse(text, 'col() wants one column name in quotes', 'write it like col("odd name")', at);
    return { kind: 'column', name: column };
  }
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!known) return refuse(text, `unknown function ${name}`, `known functions: col ${Object.keys(FUNCTIONS).join(' ')}`, at);
  const n = node.arguments.length;
  const [fewest, most] = known.arity;
  if (n < fewest || n > most) {
    const wants = most === Infinity ? `at least ${fewest}` : fewest === most ? String(fewest) : `${fewest} or ${most}`;
    refuse(text, `${name} has ${n} argument${n === 1 ? '' : 's'} (must be ${wants})`, SYNTAX_HINT, at);
  }
  return { kind: 'call', name, args: node.arguments.map((a) => check(a, text)) };
}

/** The columns an expression reads, each once, in order of appearance. */
export function columnsOfExpression(expression: Expression): string[] {
  const names = new Set<string>();
  const visit = (node: ExpressionNode): void => {
    if (node.kind === 'column') names.add(node.name);
    else if (node.kind === 'text') names.add(node.column);
    else if (node.kind === 'unary') visit(node.of);
    else if (node.kind === 'binary') [node.left, node.right].forEach(visit);
    else if (node.kind === 'if') [node.test, node.yes, node.no].forEach(visit);
    else if (node.kind === 'call') node.args.forEach(visit);
  };
  visit(expression.root);
  return [...names];
}
