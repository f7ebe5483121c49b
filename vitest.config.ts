import { defineConfig } from 'vitest/config';

const { STROWGER_DRACHTIO, STROWGER_FREESWITCH, npm_lifecycle_event } = process.env;
const hasDaemons = STROWGER_DRACHTIO !== undefined && STROWGER_FREESWITCH !== undefined;
const howTo = 'STROWGER_DRACHTIO=host:port[:secret] STROWGER_FREESWITCH=host:port[:password] npm run test:drachtio';
if (!hasDaemons && npm_lifecycle_event === 'test') console.log(`Not run: the contract suites on drachtio. ${howTo}`);
if (!hasDaemons && npm_lifecycle_event === 'test:drachtio') throw new Error(`Wanted: ${howTo}`);

// The contract suites on a real drachtio-server and a real FreeSWITCH (docs/drachtio.md).
const realTime = { fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 };
const drachtio = { test: { name: 'drachtio', include: ['test/drachtio/live/**/*.test.ts'], ...realTime } };

// unit: pure code and virtual time, no sockets to speak of. simulation: the same by the thousand, random calls and
// mutated messages. ports: the contract suites on the embedded implementations.
// system: the built program against SIPp, baresip and real sockets.
const simulation = ['test/simulation/random-calls.test.ts', 'test/fuzz/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**', 'test/ports/**', 'test/drachtio/live/**', ...simulation],
          testTimeout: 60_000,
        },
      },
      { test: { name: 'simulation', include: simulation, testTimeout: 120_000 } },
      { test: { name: 'ports', include: ['test/ports/**/*.test.ts'], ...realTime } },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      ...(hasDaemons ? [drachtio] : []),
    ],
  },
});
