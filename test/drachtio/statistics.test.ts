import { expect, it } from 'vitest';
import { statisticsOf } from '../../src/drachtio/statistics.js';

it('reads a dump of FreeSWITCH', () => {
  const dump = [
    'Unique-ID: 4d4056e9',
    'variable_rtp_audio_in_packet_count: 388',
    'variable_rtp_audio_in_skip_packet_count: 335',
    'variable_rtp_audio_in_flaw_total: 3',
    'variable_rtp_audio_in_jitter_max_variance: 6.25',
    'variable_rtp_audio_out_packet_count: 277',
    '',
  ].join('\n');
  expect(statisticsOf(dump, 'PCMU')).toEqual({
    codec: 'PCMU',
    packetsSent: 277,
    packetsReceived: 388,
    receivedLost: 3,
    receivedJitterMs: 2.5,
    reportedLost: null,
    reportedJitterMs: null,
  });
});

it('what is not said, or is no number, is zero', () => {
  const dump = 'variable_rtp_audio_in_packet_count: many\nvariable_rtp_audio_in_jitter_max_variance: nan\n';
  expect(statisticsOf(dump, '')).toMatchObject({ packetsReceived: 0, packetsSent: 0, receivedJitterMs: 0 });
});
