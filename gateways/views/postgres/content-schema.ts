/** The live tables, or those that a rebuild fills. */
export type ContentSchema = 'content' | 'content_next';
