import { makeSurvey, SAMPLE_SEED } from '../../core/sample/survey';
import type { SurveyTable } from '../../core/sample/table-data';
import { Cancelled } from '../../core/protocol/outcome';
import type { OpenedSource, SourceTable } from './reader';

function sourceTable(table: SurveyTable): SourceTable {
  const { meta } = table;
  return {
    name: meta.name,
    rows: meta.rows,
    columns: meta.columns,
    header: meta.header,
    fileFlags: meta.fileFlags,
    timeOrigin: meta.timeOrigin,
    timeSystem: meta.timeSystem,
    alerts: [],
    projects: false,
    async *read({ chunkRows, signal }) {
      for (const batch of table.batches(chunkRows)) {
        if (signal.aborted) throw new Cancelled();
        yield batch;
        // A turn of the event loop, so that a cancel can be heard between batches.
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

/** The simulated survey as an opened source of three tables: the detections, the truth about the objects, and what was planted where. */
export function openSample(seed = SAMPLE_SEED): OpenedSource {
  const survey = makeSurvey(seed);
  return {
    format: 'Skysift sample survey',
    tables: [sourceTable(survey.detections), sourceTable(survey.truth), sourceTable(survey.planted)],
    alerts: [],
    close: () => Promise.resolve(),
  };
}
