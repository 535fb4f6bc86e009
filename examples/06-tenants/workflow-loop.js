// Never ends, and never gives anything back.
export class Workflow {
  start() {
    for (;;) {}
  }
}
