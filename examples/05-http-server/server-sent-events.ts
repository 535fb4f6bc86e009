// The events of a run as a stream of text that a browser's EventSource reads. It asks for the next event only when the
// client has taken the last one; for one that lags, the run keeps what `eventsBuffered` and
// `eventBytesBuffered` let it, and then says how many it dropped.
import { Readable } from 'node:stream';
import type { Run, RunEvent } from '../../src/index.ts'; // In a project of your own: from 'stepwell'

export function serverSentEvents(run: Pick<Run, 'events'>): Readable {
  const events = run.events();
  const stream = new Readable({
    encoding: 'utf8',
    read() {
      events.next().then(
        ({ done, value }) => this.push(done === true ? null : textOf(value)),
        (error) => this.destroy(error),
      );
    },
    // Called at the end and when the client leaves: the run has one reader less, at once.
    destroy(error, done) {
      Promise.resolve(events.return?.()).then(
        () => done(error),
        (reason) => done(reason),
      );
    },
  });
  // The first bytes tell the client that nothing from here on is missed, be the next event hours away.
  stream.push(': listening\n\n');
  return stream;
}

/** JSON has no line breaks of its own, so that a tenant's text cannot end a message. */
function textOf(event: RunEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
