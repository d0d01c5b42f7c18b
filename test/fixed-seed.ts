import fc from 'fast-check';

/**
 * The same random cases in every run, so that a run that fails can be repeated and an unchanged tree does not fail by chance.
 * FC_SEED=random (or a number) looks at other cases; fast-check prints the seed of a failure.
 */
const wanted = process.env['FC_SEED'];
fc.configureGlobal({ seed: wanted === 'random' ? Date.now() : Number(wanted ?? 20261125) });
