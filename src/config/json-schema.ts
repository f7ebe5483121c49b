import { z } from 'zod';
import { callTestFile } from './call-test-file.js';
import { domainFile, officeFile } from './domain-file.js';
import { serverFile } from './server-file.js';

export const schemaNames = ['server', 'domain', 'office', 'calltest'] as const;
/** `server`: server.yaml. `domain`: a file of domains/. `office`: a single file that is both. `calltest`: call tests. */
export type SchemaName = (typeof schemaNames)[number];

const FILES = {
  server: { schema: serverFile, title: 'server.yaml of Strowger' },
  domain: { schema: domainFile, title: 'A domain of Strowger' },
  office: { schema: officeFile, title: 'A whole configuration of Strowger in one file' },
  calltest: { schema: callTestFile, title: 'Call tests of Strowger' },
} as const;

/** JSON Schema (draft 2020-12) of a configuration file, for editors that complete and check YAML by it. */
export function jsonSchema(name: SchemaName): Readonly<Record<string, unknown>> {
  const { schema, title } = FILES[name];
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { $schema, title, ...rest };
}

/** As it is written to a file. */
export function jsonSchemaText(name: SchemaName): string {
  return `${JSON.stringify(jsonSchema(name), null, 2)}\n`;
}
