import { partOf } from '../core/lab/parts';
import { drain } from '../core/numerics/steps';
import { type CallMessage, type ReplyMessage, unpack } from './lab/process-messages';

// A process of the compute lab: does what it is sent, one call after the other, and ends with whoever started it.
const send = (reply: ReplyMessage): void => void process.send?.(reply);

process.on('disconnect', () => process.exit(0));
process.on('message', (message: CallMessage) => {
  const call = unpack(message);
  const part = partOf(call);
  const started = performance.now();
  const figure = drain(part.run(call.args));
  const computeMs = performance.now() - started;
  send({ t: 'done', computeMs, figure, results: part.results(call.args) });
});
send({ t: 'ready' });
