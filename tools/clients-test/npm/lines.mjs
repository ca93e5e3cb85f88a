// A reporter of one JSON object per line and test, for NpmClientsTest to read.
import { inspect } from 'node:util';

export default async function* lines(events) {
  for await (const { type, data } of events) {
    if ((type === 'test:pass' || type === 'test:fail') && data.details.type !== 'suite') {
      yield JSON.stringify({
        name: data.name,
        passed: type === 'test:pass',
        skipped: data.skip !== undefined,
        why: type === 'test:pass' ? '' : why(data.details.error),
      }) + '\n';
    }
  }
}

function why(error) {
  const cause = error?.cause ?? error;
  return inspect(cause);
}
