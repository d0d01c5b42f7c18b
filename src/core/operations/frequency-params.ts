import { Type } from '@sinclair/typebox';

const frequencyOption = (title: string, description: string) => Type.Optional(Type.Number({ title, description, minimum: 0, unit: '1/time' }));

/** The grid of trial frequencies, as astropy's autofrequency makes it ({@link autoFrequency}): shared by the searches for a period. */
export const frequencyParams = {
  minimumFrequency: frequencyOption('Minimum frequency', 'Where the search begins; absent = half a step.'),
  maximumFrequency: frequencyOption('Maximum frequency', 'Where it ends; absent = the Nyquist factor times the mean Nyquist frequency.'),
  frequencies: Type.Optional(
    Type.Integer({ title: 'Frequencies', description: 'How many, evenly from minimum to maximum; absent = by samples per peak.', minimum: 1 }),
  ),
  samplesPerPeak: Type.Number({
    title: 'Samples per peak',
    description: 'Frequencies across the width of a peak.',
    default: 5,
    exclusiveMinimum: 0,
    origin: 'astropy',
    slider: [1, 20],
  }),
  nyquistFactor: Type.Number({
    title: 'Nyquist factor',
    description: 'Multiple of the mean Nyquist frequency to search up to.',
    default: 5,
    exclusiveMinimum: 0,
    origin: 'astropy',
    slider: [1, 20],
  }),
};
