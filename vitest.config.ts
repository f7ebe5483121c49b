import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const { STROWGER_DRACHTIO, STROWGER_FREESWITCH, npm_lifecycle_event } = process.env;
const hasDaemons = Boolean(STROWGER_DRACHTIO) && Boolean(STROWGER_FREESWITCH);
const howTo = 'STROWGER_DRACHTIO=host:port[:secret] STROWGER_FREESWITCH=host:port[:password] npm run test:drachtio';
if (!hasDaemons && npm_lifecycle_event === 'test')
  console.log(`Not run: the tests on drachtio and FreeSWITCH. ${howTo}`);
if (!hasDaemons && npm_lifecycle_event === 'test:drachtio') throw new Error(`Wanted: ${howTo}`);

const realTime = { fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 };

// On a real drachtio-server and a real FreeSWITCH (docs/drachtio.md): the contract suites, and the whole exchange.
const ofTheExchange = ['baresip', 'screening', 'direct-media'].map((name) => `test/system/${name}.test.ts`);
const onDaemons = ['test/drachtio/live/**/*.test.ts', ...ofTheExchange];
const drachtio = { test: { name: 'drachtio', include: onDaemons, ...realTime } };
const onOurOwn = { STROWGER_DRACHTIO: '', STROWGER_FREESWITCH: '' };

// unit: pure code and virtual time, no sockets to speak of. simulation: the same by the thousand, random calls and
// mutated messages. ports: the contract suites on the embedded implementations.
// system: the built program against SIPp, baresip and real sockets.
const simulation = ['test/simulation/random-*.test.ts', 'test/fuzz/**/*.test.ts'];

export default defineConfig({
  test: {
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'unit',
          isolate: false, // modules are read once for all files, which more than halves the time
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
          env: onOurOwn,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      ...(hasDaemons ? [drachtio] : []),
    ],
  },
});
