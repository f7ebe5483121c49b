#!/usr/bin/env node
import { runCommand } from './program.js';
import { terminalOf } from './terminal.js';

process.exitCode = await runCommand(process.argv.slice(2), terminalOf(process, process.env), process.env);
