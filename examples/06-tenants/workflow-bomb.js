// Takes memory until there is none.
export class Workflow {
  start() {
    const hoard = [];
    for (;;) hoard.push(new Array(10_000).fill(hoard.length));
  }
}
