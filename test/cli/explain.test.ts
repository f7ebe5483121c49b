import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ExplainOptions, explain } from '../../src/cli/explain.js';
import { folderOf } from '../config/config-folder.js';
import { recordedTerminal } from './recorded-terminal.js';

const OFFICE = `domain: acme.example
aliases: [pbx.acme.example]
timezone: America/New_York
timeFrames:
  Business hours: { days: { mon-fri: "09:00-17:00" } }
users:
  - extension: 201
    name: Ellen Green
    voicemail: true
  - extension: 202
    name: Tom Baker
    devices: ["202", 202m]
    ringTime: 20s
    rules:
      - { when: Business hours, ring: { devices: all, also: [{ to: 201, delay: 5s }] }, unanswered: 203 }
      - { when: default, always: { voicemail: 201 } }
  - extension: 203
    rules: [{ when: default, always: 204 }]
  - extension: 204
    rules: [{ when: default, always: 203 }]
services: { "*43": echo }
`;
const NOW = Date.UTC(2026, 10, 24, 15, 30); // Tuesday, 10:30 in New York

function explained(options: Omit<ExplainOptions, 'config'>, files: Readonly<Record<string, string>> = {}) {
  const folder = folderOf({ 'domains/acme.yaml': OFFICE, ...files });
  const terminal = recordedTerminal();
  const status = explain({ config: join(folder), ...options }, {}, NOW, terminal);
  return { status, ...terminal.said() };
}

describe('strowger explain', () => {
  it('takes a number as people write it', () => {
    const files = { 'domains/acme.yaml': `${OFFICE}trunks: { carrier: { host: 192.0.2.1 } }\n` };
    expect(explained({ to: '(212) 555-0123', from: '201' }, files).out).toContain('to number +12125550123\n');
  });

  it('tells the whole way of a call that nobody answers, each decision with its reasons', () => {
    expect(
      explained({ to: '202', from: '201' }).out,
    ).toBe(`A call from 201 (Ellen Green) to 202 (Tom Baker) of acme.example,
Tue 2026-11-24 10:30 America/New_York, that nobody answers:

    0s  rule "Business hours" of 202 (Tom Baker)
          202 is Tom Baker
          rule "Business hours" holds: Tue 2026-11-24 10:30 America/New_York is in Mon-Fri 09:00-17:00
          ring 202
          ring 202m
          201 is left out: it is the caller
          when unanswered: extension 203
    0s  202 rings (Tom Baker)
    0s  202m rings (Tom Baker)
   20s  rule "default" of 203
          user 203
          rule "default" holds: the Default rule
          always: extension 204
   20s  rule "default" of 204
          user 204
          rule "default" holds: the Default rule
          always: extension 203
   20s  rule "default" of 203
          user 203
          rule "default" holds: the Default rule
          always: extension 204
   20s  the call is refused: forwarding loop (482)
`);
  });

  it.each([
    ['A-93 a delayed phone rings later', { to: '202' }, ['    5s  201 rings (Ellen Green)']],
    [
      'A-76 another time, another rule',
      { to: '202', at: '2026-12-25T17:01' },
      ['    0s  rule "default" of 202 (Tom Baker)', '    0s  the voicemail of 201 (Ellen Green) takes the call'],
    ],
    ['D-40 the last minute is within', { to: '202', at: '2026-12-25 17:00' }, ['    0s  202m rings (Tom Baker)']],
    [
      'D-14 a phone that is not registered does not ring',
      { to: '202', registered: '202, 201' },
      ['          202m is left out: not registered'],
    ],
    [
      'no phone at all',
      { to: '201', registered: '' },
      ['          201 is left out: not registered', '    0s  the voicemail of 201 (Ellen Green) takes the call'],
    ],
    ['a service', { to: '*43' }, ['    0s  to extension *43', '    0s  the echo service takes the call']],
    [
      'an outside caller',
      { to: '201', from: '5551234' },
      ['A call from 5551234, which is outside, to 201 (Ellen Green) of acme.example,'],
    ],
    [
      'an alias of the domain',
      { to: '201', domain: 'PBX.acme.example' },
      ['   25s  the voicemail of 201 (Ellen Green) takes the call'],
    ],
  ])('%s', (_, options, lines) => {
    const { status, out, err } = explained(options);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out.split('\n')).toEqual(expect.arrayContaining(lines));
  });

  it.each([
    ['an unknown number', { to: '205' }, 'acme.example has no extension or service "205"; did you mean "201"?'],
    [
      'an unknown number, like none',
      { to: 'sales' },
      'acme.example has no extension or service "sales"; there are 201, 202, 203, 204, *43',
    ],
    ['an unknown device', { to: '201', registered: '202n' }, 'acme.example has no device "202n"; did you mean "202"?'],
    [
      'an unknown domain',
      { to: '201', domain: 'acne.example' },
      'there is no domain "acne.example"; did you mean "acme.example"?',
    ],
    ['no time', { to: '201', at: 'tomorrow' }, '"tomorrow" is no time; expected one such as 2026-12-25T10:00'],
    [
      'no date',
      { to: '201', at: '2026-02-30T10:00' },
      '"2026-02-30T10:00" is no time; expected one such as 2026-12-25T10:00',
    ],
  ])('refuses %s', (_, options, message) => {
    expect(explained(options)).toEqual({ status: 1, out: '', err: `strowger explain: ${message}\n` });
  });

  it('asks for the domain when there are several', () => {
    expect(explained({ to: '201' }, { 'domains/b.yaml': 'domain: b.example\n' }).err).toBe(
      'strowger explain: there are several domains; choose one with --domain: acme.example, b.example\n',
    );
  });

  it('does not explain a configuration that is refused', () => {
    const { status, err } = explained({ to: '201' }, { 'domains/b.yaml': 'domane: b.example\n' });
    expect(status).toBe(1);
    expect(err).toContain('domains/b.yaml:1:1: domane: unknown field; did you mean "domain"?\n');
  });

  it('tells programs the same as JSON', () => {
    const { out } = explained({ to: '201', json: true, registered: '201' });
    expect(JSON.parse(out)).toEqual({
      domain: 'acme.example',
      to: '201',
      from: null,
      at: 'Tue 2026-11-24 10:30 America/New_York',
      registered: ['201'],
      steps: [
        {
          afterMs: 0,
          what: 'decided',
          to: { to: 'extension', extension: '201' },
          rule: 'default',
          because: [
            { why: 'user', extension: '201', name: 'Ellen Green', text: '201 is Ellen Green' },
            {
              why: 'rule',
              extension: '201',
              rule: 'default',
              frame: null,
              holds: true,
              at: NOW,
              zone: 'America/New_York',
              text: 'rule "default" holds: the Default rule',
            },
            { why: 'ring', target: '201', delayMs: 0, confirm: null, text: 'ring 201' },
            {
              why: 'exit',
              exit: 'unanswered',
              to: null,
              ends: 'voicemail 201',
              text: 'when unanswered: voicemail 201',
            },
          ],
        },
        { afterMs: 0, what: 'rings', target: '201', confirm: null },
        { afterMs: 25_000, what: 'voicemail', extension: '201' },
      ],
    });
  });
});
