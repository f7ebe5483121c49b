import { describe, expect, it } from 'vitest';
import { findings } from './config-folder.js';

describe('a folder', () => {
  it('reports every mistake of every file at once, in the order of the text', () => {
    const files = {
      'server.yaml': 'log: loud\nlisten: { udp: 99999 }\n',
      'domains/a.yaml': 'domain: a.example\nusers:\n  - extension: x\n    rules: [{ when: default, always: 9 }]\n',
      'domains/b.yaml': 'domain: b.example\naliases: [A.example]\nusers: [\n',
      'domains/c.yaml':
        'domain: c.example\naliases: [a.example]\nusers:\n  - extension: 1\n    ringTime: 1s\n    rules: [{ when: never }]\n',
    };
    expect(findings(files).errors).toEqual([
      'domains/a.yaml:3:16: users[0].extension: "x" is not right; expected an extension of 1 to 15 digits, such as 202',
      'domains/b.yaml:4:1: not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]; check the brackets and the indentation',
      'domains/c.yaml:2:11: aliases[0]: "a.example" is the name of a domain already, at domains/a.yaml:1',
      'domains/c.yaml:5:15: users[0].ringTime: "1s" is not right; expected a duration from 5s to 2m, such as 5s, 25s or 1m30s',
      'domains/c.yaml:6:21: users[0].rules[0].when: there is no time frame "never"; expected one of timeFrames, or default',
      'server.yaml:1:6: log: "loud" is not right; expected trace, debug, info, warn, error, fatal or silent',
      'server.yaml:2:16: listen.udp: 99999 is not an address and a port from 0 to 65535',
    ]);
  });

  it('cannot hold two domains of one name', () => {
    const files = { 'domains/a.yaml': 'domain: a.example\n', 'domains/b.yaml': 'domain: A.Example\n' };
    expect(findings(files).errors).toEqual([
      'domains/b.yaml:1:9: domain: "a.example" is the name of a domain already, at domains/a.yaml:1',
    ]);
  });

  it('must hold a domain', () => {
    expect(findings({ 'server.yaml': 'log: info\n', 'domains/README': '' }).errors).toEqual([
      'domains:1:1: there is no domain; expected one YAML file for each',
    ]);
    expect(findings({ 'server.yaml': 'log: info\n' }).errors).toEqual([
      'domains:1:1: cannot be read: there is no such file',
    ]);
  });

  it('has the server’s part in its own file', () => {
    expect(findings({ 'domains/a.yaml': 'domain: a.example\nserver: { log: info }\n' }).errors).toEqual([
      'domains/a.yaml:2:1: server: unknown field; the fields here are domain, aliases, timezone, country, timeFrames, trunks, numbers, outbound, lists, features, queues, agentStatuses, statistics, park, musicOnHold, users, services',
    ]);
  });

  it('refuses to forget the passwords that it once made up', () => {
    const files = { 'domains/a.yaml': 'domain: a.example\n', 'data/passwords.json': '{ "a.example": ' };
    expect(findings(files).errors).toEqual([
      'data/passwords.json:1:1: is damaged; mend it, or remove it to have new passwords made up for all phones without one',
    ]);
  });
});
