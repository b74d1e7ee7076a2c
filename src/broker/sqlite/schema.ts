/**
 * The tables, as the steps that made them: the file's `user_version` counts the steps it has taken. A step that
 * has been released never changes; what is new becomes a new step.
 */

/** Marks a SQLite file as ours: "LWIR". */
export const applicationId = 0x4c574952

export const migrations: readonly string[] = [
  `
  CREATE TABLE facts (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE streams (
    id     INTEGER PRIMARY KEY,
    room   TEXT    NOT NULL UNIQUE,
    epoch  TEXT    NOT NULL,
    offset INTEGER NOT NULL,
    first  INTEGER NOT NULL, -- what is below is trimmed, deleted yet or not
    used   INTEGER NOT NULL  -- milliseconds since the Unix epoch
  ) STRICT;

  CREATE TABLE publications (
    id      INTEGER PRIMARY KEY, -- grows in the order of commits, over all rooms
    stream  INTEGER NOT NULL,
    offset  INTEGER NOT NULL,
    time    INTEGER NOT NULL,
    expires INTEGER,
    data    TEXT    NOT NULL,
    meta    TEXT
  ) STRICT;
  CREATE UNIQUE INDEX publications_by_offset ON publications (stream, offset);
  CREATE INDEX publications_by_expiry ON publications (expires) WHERE expires IS NOT NULL;

  CREATE TABLE idempotency (
    id      INTEGER PRIMARY KEY,
    hash    INTEGER NOT NULL,
    room    TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    offset  INTEGER NOT NULL,
    epoch   TEXT    NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT;

  CREATE VIRTUAL TABLE search USING fts5 (
    text,
    stream, -- "s" and the stream's id, so that a search in one room looks at no others
    content = '',
    contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 2'
  );
  `,
]
