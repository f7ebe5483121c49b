import { jsonSchemaText, type SchemaName } from '../config/json-schema.js';
import type { Terminal } from './terminal.js';

/** `strowger schema`: prints the JSON Schema of a configuration file. */
export function schema(name: SchemaName, terminal: Terminal): number {
  terminal.out(jsonSchemaText(name));
  return 0;
}
