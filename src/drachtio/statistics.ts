import type { MediaStatistics } from '../ports/media.js';

export const NO_STATISTICS: MediaStatistics = {
  codec: '',
  packetsSent: 0,
  packetsReceived: 0,
  receivedLost: 0,
  receivedJitterMs: 0,
  reportedLost: null,
  reportedJitterMs: null,
};

/**
 * Reads a `uuid_dump` after `uuid_set_media_stats`. Lost is what FreeSWITCH calls flaws, which counts late packets too;
 * jitter is the deviation of the worst stretch. `codec`: what was agreed.
 */
export function statisticsOf(dump: string, codec: string): MediaStatistics {
  const number = (name: string) => {
    const value = Number(new RegExp(`^variable_rtp_audio_${name}: (\\S+)$`, 'm').exec(dump)?.[1] ?? 0);
    return Number.isFinite(value) ? value : 0;
  };
  return {
    ...NO_STATISTICS,
    codec,
    packetsSent: number('out_packet_count'),
    packetsReceived: number('in_packet_count'),
    receivedLost: number('in_flaw_total'),
    receivedJitterMs: Math.round(10 * Math.sqrt(number('in_jitter_max_variance'))) / 10,
  };
}
