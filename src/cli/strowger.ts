#!/usr/bin/env node
import { runCommand } from './program.js';
import { terminalOf } from './terminal.js';

// Not by leaving it to an empty event loop: an exchange that failed half-way to its start may hold sockets.
process.exit(await runCommand(process.argv.slice(2), terminalOf(process, process.env), process.env));
