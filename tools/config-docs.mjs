// Writes docs/config.md and config/schema/*.json from the schema of the configuration. Needs `npm run build` before it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsonSchemaText, schemaNames } from '../dist/config/json-schema.js';
import { configReference } from '../dist/config/reference.js';

const root = fileURLToPath(new URL('..', import.meta.url));
mkdirSync(`${root}config/schema`, { recursive: true });
for (const name of schemaNames) writeFileSync(`${root}config/schema/${name}.json`, jsonSchemaText(name));
writeFileSync(`${root}docs/config.md`, configReference());
