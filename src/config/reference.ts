import { jsonSchema } from './json-schema.js';

type Schema = {
  readonly title?: unknown;
  readonly description?: unknown;
  readonly properties?: unknown;
  readonly required?: unknown;
  readonly items?: unknown;
  readonly additionalProperties?: unknown;
  readonly anyOf?: unknown;
  readonly $ref?: unknown;
  readonly $defs?: unknown;
};
type Row = { readonly path: string; readonly value: string; readonly meaning: string; readonly required: boolean };

const INTRODUCTION = `# Configuration

*Generated from the schema in \`src/config/\` by \`npm run config-docs\`; do not edit.*

The configuration is a folder, \`config/\` unless \`--config\` names another:

| file | holds |
| --- | --- |
| \`server.yaml\` | what belongs to the machine: addresses, ports, limits. May be left out. |
| \`domains/*.yaml\` | one file for each domain (tenant): its users, their phones and rules. |

A single YAML file may stand for the folder: \`--config office.yaml\`. It is a domain, and what would be in \`server.yaml\` is under \`server:\`.

\`strowger check [CONFIG]\` reads it and tells every mistake at once, with file, line and column. The running exchange reads it again when a
file changes and on SIGHUP, all or nothing: with a mistake in any file, what runs stays in force, and so does what a call in progress began with.
Listening addresses, ports of speech and the data folder change with the next start.

Durations are written \`500ms\`, \`25s\`, \`1m30s\`, \`2h\`. Extensions may be written as numbers; no digit is lost (\`0202\` is the extension 0202).
Feature codes must be quoted: \`"*43"\`. For completion and checking while you type, begin a file with
\`# yaml-language-server: $schema=../schema/domain.json\` (the schemas are in \`config/schema/\`; \`strowger schema\` prints them).

## Passwords

Where a password is expected, write it, or where it is: \`{ env: PHONE_202 }\` takes it from the environment, \`{ file: secrets/202 }\` from a file that
holds nothing else. A device without one gets one made up at the first start. It is kept in \`passwords.json\` of the data folder, readable by its
owner alone, and shown at every start; passwords that you give are never shown.

## Destinations

\`always\` and \`unanswered\` take \`voicemail\` (the user's own), an extension or service (\`207\`, \`"*43"\`), \`{ voicemail: 207 }\` for somebody else's
mailbox, or \`{ device: 202wp }\` for one phone alone. To forward to an extension is to ask the rules of its user; an extension that rings along
(\`also\`) is its main device, and its rules are not asked.
`;

/** docs/config.md */
export function configReference(): string {
  return [
    INTRODUCTION,
    section('server.yaml', 'server'),
    section('domains/*.yaml', 'domain'),
    '`[]` marks an element of a list, `<…>` a name that you choose. Fields in bold must be given.\n',
  ].join('\n');
}

function section(title: string, name: 'server' | 'domain'): string {
  const schema = jsonSchema(name);
  const definitions = new Map<unknown, unknown>(
    Object.entries(isSchema(schema) ? (schema.$defs ?? {}) : {}).map(([id, definition]) => [
      `#/$defs/${id}`,
      definition,
    ]),
  );
  const lines = rows(schema, '', definitions).map(({ path, value, meaning, required }) => {
    const field = `\`${path}\``;
    return `| ${required ? `**${field}**` : field} | ${cell(value === '' ? 'a mapping' : value)} | ${cell(meaning)} |`;
  });
  return [`## ${title}`, '', '| field | value | meaning |', '| --- | --- | --- |', ...lines, ''].join('\n');
}

/** Every field below `schema`, depth first; what is defined for several places is told at the first and then taken out of `definitions`. What has no description is explained by the field that it is a form of, as `{ env: NAME }` is by `password`. */
function rows(schema: unknown, path: string, definitions: Map<unknown, unknown>): Row[] {
  if (!isSchema(schema)) return [];
  if (schema.$ref !== undefined) {
    const definition = definitions.get(schema.$ref);
    definitions.delete(schema.$ref);
    return rows(definition, path, definitions);
  }
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]: [string, unknown]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const { title, description } = isSchema(field) ? field : {};
    const row: Row = { path: at, value: text(title), meaning: text(description), required: required.includes(name) };
    return [row, ...rows(field, at, definitions)];
  });
  const forms: readonly unknown[] = Array.isArray(schema.anyOf) ? schema.anyOf : [];
  return [
    ...own,
    ...rows(schema.items, `${path}[]`, definitions),
    ...rows(schema.additionalProperties, `${path}.<name>`, definitions),
    ...forms.flatMap((form) => rows(form, path, definitions)),
  ].filter(({ meaning }) => meaning !== '');
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function cell(words: string): string {
  return words.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
