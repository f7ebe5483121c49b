/** The clock of tests: a test moves it by hand. */
export { VirtualClock as FakeClock } from '../../src/machine/virtual-clock.js';
