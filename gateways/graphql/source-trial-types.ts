import type { SourceTrial } from '../../domain/source-trial.ts';
import { sourceTypes } from '../../domain/connectors.ts';
import type { ImportedEntry, ImportReport } from '../services/sources/import.ts';
import type { PushReport } from '../services/sources/push-entries.ts';
import type {
  ShownArticle,
  ShownCandidate,
  ShownDiscovery,
  ShownEntry,
  ShownTrial,
} from '../services/sources/shown-trial.ts';
import { builder, dateTime, json } from './builder.ts';

const entryType = builder.objectRef<ShownEntry>('SourceTrialEntry').implement({
  fields: (t) => ({
    url: t.exposeString('url'),
    title: t.exposeString('title'),
    publishedAt: t.expose('published_at', { type: dateTime, nullable: true }),
    updatedAt: t.expose('updated_at', { type: dateTime, nullable: true }),
    authors: t.exposeStringList('authors'),
    tags: t.exposeStringList('tags'),
    imageUrl: t.exposeString('image_url', { nullable: true }),
    hasText: t.exposeBoolean('has_text'),
  }),
});

const articleType = builder.objectRef<ShownArticle>('SourceTrialArticle').implement({
  fields: (t) => ({
    url: t.exposeString('url'),
    title: t.exposeString('title'),
    text: t.exposeString('text'),
    authors: t.exposeStringList('authors'),
    imageUrl: t.exposeString('image_url', { nullable: true }),
    publishedAt: t.expose('published_at', { type: dateTime }),
    publishedAtSource: t.exposeString('published_at_source'),
    extractionMethod: t.exposeString('extraction_method'),
    extractionConfidence: t.exposeFloat('extraction_confidence'),
    pageError: t.exposeString('page_error', { nullable: true, description: 'Why it has no page' }),
  }),
});

const timingsType = builder.objectRef<SourceTrial['timings']>('SourceTrialTimings').implement({
  description: 'Without the waiting between requests; pages count as fetched',
  fields: (t) => ({
    robotsMs: t.exposeInt('robots_ms'),
    fetchMs: t.exposeInt('fetch_ms'),
    parseMs: t.exposeInt('parse_ms'),
    extractMs: t.exposeInt('extract_ms'),
  }),
});

export const sourceTrialType = builder.objectRef<ShownTrial>('SourceTrial');
sourceTrialType.implement({
  description: 'What a source would yield',
  fields: (t) => ({
    url: t.exposeString('url'),
    ok: t.exposeBoolean('ok'),
    httpStatus: t.exposeInt('http_status', { nullable: true }),
    errorCode: t.exposeString('error_code', { nullable: true }),
    errorDetail: t.exposeString('error_detail', {
      nullable: true,
      description: 'For people: what went wrong, and what to do',
    }),
    title: t.exposeString('title', { nullable: true }),
    siteUrl: t.exposeString('site_url', { nullable: true }),
    entries: t.field({ type: [entryType], resolve: ({ entries }) => entries }),
    articles: t.field({
      type: [articleType],
      description: 'Of the first three entries, as they would be stored',
      resolve: ({ articles }) => articles,
    }),
    warnings: t.exposeStringList('warnings', { description: 'What is odd about it, for people' }),
    timings: t.field({ type: timingsType, resolve: ({ timings }) => timings }),
  }),
});

export const sourceToTryInput = builder.inputType('SourceToTry', {
  fields: (t) => ({
    url: t.string({ required: true }),
    type: t.string({ description: `One of ${sourceTypes.join(', ')}; rss unless told` }),
    config: t.field({ type: json }),
    credentials: t.field({ type: json, description: 'What opens the source; not kept' }),
  }),
});

const candidateType = builder.objectRef<ShownCandidate>('SourceCandidate').implement({
  fields: (t) => ({
    url: t.exposeString('url'),
    type: t.exposeString('type', { description: 'To be given as the type of the source' }),
    title: t.exposeString('title', { nullable: true }),
    itemCount: t.exposeInt('item_count'),
    newestAt: t.expose('newest_at', { type: dateTime, nullable: true }),
    found: t.exposeString('found', { description: 'address, link, anchor, well-known, robots or page' }),
  }),
});

export const discoveryType = builder.objectRef<ShownDiscovery>('SourceDiscovery');
discoveryType.implement({
  fields: (t) => ({
    url: t.exposeString('url', { description: 'After redirects' }),
    title: t.exposeString('title', { nullable: true }),
    errorDetail: t.exposeString('error_detail', { nullable: true, description: 'Why the address could not be had' }),
    candidates: t.field({
      type: [candidateType],
      description: 'Ways to follow it, the best first',
      resolve: ({ candidates }) => candidates,
    }),
  }),
});

const reasonType = builder.objectRef<PushReport['reasons'][number]>('PushReason').implement({
  fields: (t) => ({
    entry: t.exposeInt('entry', {
      nullable: true,
      description: 'Its place in the list; null where the format does not tell',
    }),
    reason: t.exposeString('reason'),
  }),
});

export const pushReportType = builder.objectRef<PushReport>('PushReport');
pushReportType.implement({
  fields: (t) => ({
    accepted: t.exposeInt('accepted'),
    duplicate: t.exposeInt('duplicate', { description: 'Taken within the last 30 days as they are' }),
    invalid: t.exposeInt('invalid'),
    reasons: t.field({ type: [reasonType], resolve: ({ reasons }) => reasons }),
    warnings: t.exposeStringList('warnings'),
  }),
});

const outcomeType = builder.enumType('SourceImportOutcome', {
  values: ['new', 'known', 'duplicate', 'invalid'] as const,
});

const importedType = builder.objectRef<ImportedEntry>('SourceImportEntry').implement({
  fields: (t) => ({
    url: t.exposeString('url'),
    name: t.exposeString('name', { nullable: true, description: 'Of the source; null where none is made' }),
    tags: t.exposeStringList('tags'),
    outcome: t.expose('outcome', { type: outcomeType }),
    reason: t.exposeString('reason', { nullable: true }),
  }),
});

const refusedType = builder.objectRef<ImportReport['invalid'][number]>('SourceImportRefusal').implement({
  fields: (t) => ({ url: t.exposeString('url'), reason: t.exposeString('reason') }),
});

export const importReportType = builder.objectRef<ImportReport & { readonly dry_run: boolean }>('SourceImport');
importReportType.implement({
  fields: (t) => ({
    dryRun: t.exposeBoolean('dry_run'),
    created: t.exposeInt('created', { description: 'Sources that are new' }),
    existing: t.exposeInt('existing', { description: 'Feeds that were followed already' }),
    duplicate: t.exposeInt('duplicate', { description: 'Entries whose feed the document lists before' }),
    invalid: t.field({ type: [refusedType], resolve: ({ invalid }) => invalid }),
    entries: t.field({ type: [importedType], resolve: ({ entries }) => entries }),
  }),
});
