import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** These report what is wrong with a file; the message is a text among their arguments. */
const REPORTING = ['fail', 'failName', 'warn', 'error', 'warning', 'warnOfRule', 'badDate'];

/** Texts that say what is wrong, of which a row has to show at least the longest part that is always the same. */
type Message = { readonly at: string; readonly part: string };

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

/** The texts of an expression: both of a choice, the parts of a template. */
function textsOf(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
  if (ts.isConditionalExpression(node)) return [longest(textsOf(node.whenTrue)), longest(textsOf(node.whenFalse))];
  return ts.isParenthesizedExpression(node) ? textsOf(node.expression) : [];
}

function longest(texts: readonly string[]): string {
  return texts.reduce((long, text) => (text.length > long.length ? text : long), '');
}

function messagesIn(file: string): Message[] {
  const source = parse(file);
  const found: Message[] = [];
  const add = (node: ts.Expression) => {
    const parts = ts.isConditionalExpression(node) ? textsOf(node) : [longest(textsOf(node))];
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    for (const part of parts) if (part.trim().includes(' ')) found.push({ at: `${file}:${line}`, part: part.trim() });
  };
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && REPORTING.includes(node.expression.text)) {
      for (const argument of node.arguments) add(argument);
    }
    const named = ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) ? node : null;
    if (named?.initializer !== undefined && named.name.getText() === 'message') add(named.initializer);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Everything that the tests write down, as it is when it runs. */
function rowsIn(folder: string): string {
  const rows: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isStringLiteralLike(node)) rows.push(node.text);
    else if (ts.isTemplateExpression(node)) rows.push(...textsOf(node));
    ts.forEachChild(node, visit);
  };
  for (const name of readdirSync(folder)) if (name.endsWith('.ts')) visit(parse(`${folder}/${name}`));
  return rows.join('\n');
}

describe('every message of the configuration', () => {
  it('has a row that shows it', () => {
    const files = readdirSync('src/config').map((name) => `src/config/${name}`);
    const rows = ['test/config', 'test/cli', 'test/core'].map(rowsIn).join('\n');
    const messages = [...files, 'src/core/frame-check.ts'].filter((name) => name.endsWith('.ts')).flatMap(messagesIn);
    expect(messages.length).toBeGreaterThan(100);
    expect(messages.filter(({ part }) => !rows.includes(part))).toEqual([]);
  });
});
