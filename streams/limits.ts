/** A record's value at most, before compression. Topics take batches of 4 MiB: the rest is for key and headers. */
export const maxRecordBytes = 4_000_000;
/** Keys are ids and hosts; a longer one would grow with every output that follows from it, and no store could index it. */
export const maxKeyBytes = 4_096;
export const maxBatchBytes = 4 * 1024 * 1024;
/** A dead letter is a record of the largest size with more headers. */
export const maxDeadLetterBytes = 8 * 1024 * 1024;
