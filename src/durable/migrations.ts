// The tables of the file, as each version made them out of those of the version before. A file of any older version is brought up to
// date in one transaction when a runner opens it. What has been released here is never changed again.

/** Runs are numbered in the order in which they were started. A source is kept once, whoever uses it. A ledger's parts are in order within
 * its run. `epochs` counts how often the file was opened: parts written later have higher numbers. */
const version1 = `
  CREATE TABLE programs (hash TEXT PRIMARY KEY, code TEXT NOT NULL, methods TEXT NOT NULL, identifiers TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE runs (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, hash TEXT NOT NULL, created_at INTEGER NOT NULL,
    given TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'open', ended_at INTEGER, bytes INTEGER, ending TEXT
  );
  CREATE INDEX runs_source ON runs (hash);
  CREATE INDEX runs_open ON runs (number) WHERE status = 'open';
  CREATE INDEX runs_ended ON runs (ended_at, number) WHERE status <> 'open';
  CREATE TABLE ledgers (run INTEGER NOT NULL, part INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (run, part)) WITHOUT ROWID;
  CREATE TABLE tenants (name TEXT PRIMARY KEY, seen_at INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE epochs (number INTEGER PRIMARY KEY);
`;

/** How a run ended is made again from its ledger; beside it is what a list shows. `bytes` counts the ledger. Lists go by index. */
const version2 = `
  ALTER TABLE runs RENAME COLUMN ending TO summary;
  UPDATE runs SET
    summary = json_object('counts', summary -> '$.counts', 'usage', summary -> '$.usage', 'failure', summary -> '$.failure'),
    bytes = octet_length(given) + (SELECT total(octet_length(text)) FROM ledgers WHERE run = number)
    WHERE status <> 'open';
  DROP INDEX runs_open;
  CREATE INDEX runs_of_status ON runs (status);
  CREATE INDEX runs_of_tenant ON runs (tenant);
  CREATE INDEX runs_of_both ON runs (tenant, status);
`;

/** Where there is no room for all, the oldest run of one tenant goes. */
const version3 = `
  CREATE INDEX runs_ended_of_tenant ON runs (tenant, ended_at, number) WHERE status <> 'open';
`;

export const migrations: readonly string[] = [version1, version2, version3];
