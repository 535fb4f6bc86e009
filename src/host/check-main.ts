// The process of a host in which sources are checked: a parser is a program that a tenant feeds. One at a time; the thread
// that reads a source is replaced when it takes too long or dies of it, and this process when even that does not help. Most sources are short and
// in order: to wake a thread for such a one takes longer than to read it, so that is done here, if it cannot take long.
import { Socket } from 'node:net';
import { checkAtOnce } from '../admission/worker.ts';
import { createCheckPool } from '../pool/threads.ts';
import { pipeChannel } from '../protocol/channel.ts';
import { decodeCheck, encodeChecked } from './check-frames.ts';
import { endHost, endWithEmbedder } from './lifeline.ts';

const [fd = 0, frameBytes = 0, memoryMb = 0] = process.argv.slice(2).map(Number);

endWithEmbedder('stepwell checks');
const checks = createCheckPool(memoryMb);
const pipe = new Socket({ fd }).on('close', endHost).on('error', endHost);
const channel = pipeChannel(pipe, frameBytes, endHost);
channel.receive((frame) => {
  const asked = decodeCheck(frame);
  const { purpose, source, wallMs } = asked;
  const program = purpose === 'admit' ? checkAtOnce(source) : null;
  if (program !== null) return channel.send(encodeChecked(asked, program));
  // Whose turn it is was decided on the main thread.
  const result = purpose === 'admit' ? checks.check(source, wallMs, '') : checks.report(source, wallMs, '');
  result.then((found) => channel.send(encodeChecked(asked, found)), endHost);
});
