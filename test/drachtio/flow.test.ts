import { describe, expect, it } from 'vitest';
import { flowOf, routeOf } from '../../src/drachtio/flow.js';
import type { SrfRequest } from '../../src/drachtio/srf.js';

function from(protocol: string, source_address: string, source_port: number): SrfRequest {
  return {
    raw: '',
    method: 'REGISTER',
    source: 'network',
    source_address,
    source_port,
    protocol,
    stackDialogId: undefined,
    on: () => {},
    cancel: () => {},
  };
}

describe('flows', () => {
  it.each([
    ['UDP by the first server', 'udp', '192.0.2.1', 5060, 0, 'udp/192.0.2.1:5060'],
    ['UDP by another', 'udp', '192.0.2.1', 5060, 2, 'udp/192.0.2.1:5060#2'],
    ['a connection', 'tcp', '192.0.2.1', 40123, 0, 'tcp/192.0.2.1:40123#0'],
    ['IPv6', 'tls', '2001:db8::1', 40123, 1, 'tls/[2001:db8::1]:40123#1'],
    ['IPv6 in brackets', 'udp', '[2001:db8::1]', 5060, 0, 'udp/[2001:db8::1]:5060'],
  ])('%s', (_, protocol, address, port, server, flow) => {
    expect(flowOf(from(protocol, address, port), server)).toBe(flow);
  });

  it.each([
    ['udp/192.0.2.1:5060', { server: 0, isFree: true, uri: 'sip:192.0.2.1:5060;transport=udp' }],
    ['udp/192.0.2.1:5060#2', { server: 2, isFree: true, uri: 'sip:192.0.2.1:5060;transport=udp' }],
    ['tcp/[2001:db8::1]:40123#1', { server: 1, isFree: false, uri: 'sip:[2001:db8::1]:40123;transport=tcp' }],
    ['tls/192.0.2.1:5061#0', { server: 0, isFree: false, uri: 'sips:192.0.2.1:5061;transport=tls' }],
    ['sip:192.0.2.1', null],
    ['udp/192.0.2.1', null],
    ['', null],
  ])('leads: %s', (flow, route) => {
    expect(routeOf(flow)).toEqual(route);
  });
});
