// How the code of a program says which variable holds its class. Mostly that is `Workflow`, and nothing is said. What a bundler has renamed is
// named by an `export default` in a line of its own at the end. No author's code can be mistaken for it: the check takes all other exports out, and
// a text or comment that began above would have to be closed behind it.

const usual = 'Workflow';
const prefix = '\n;export default ';

export function withExport(code: string, name: string): string {
  return name === usual ? code : code + prefix + name;
}

/** The code without that line, and the name. */
export function splitExport(code: string): { readonly body: string; readonly name: string } {
  const at = code.lastIndexOf(prefix);
  const name = at < 0 ? '' : code.slice(at + prefix.length);
  return /^[\p{ID_Continue}$\u200c\u200d]+$/u.test(name)
    ? { body: code.slice(0, at), name }
    : { body: code, name: usual };
}
