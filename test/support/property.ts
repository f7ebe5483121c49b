import fc from 'fast-check';

const { PROPERTY_SEED = '1' } = process.env;

// The same cases in every run, others by `PROPERTY_SEED=2 npx vitest run --project unit`; a failure prints its own seed.
fc.configureGlobal({ seed: Number(PROPERTY_SEED) });

export { fc };
