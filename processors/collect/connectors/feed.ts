import { feed as settings } from '../../../domain/connectors/feed.ts';
import { defineConnector } from '../connector.ts';
import { getIfChanged } from '../get-if-changed.ts';

const accept =
  'application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/json;q=0.9, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.5';

export const feed = defineConnector({
  settings,
  purpose: 'Reads RSS, Atom, RDF and JSON Feed.',
  limits: { requests: 2, bytes: 15_000_000 },
  async collect(context) {
    const answer = await getIfChanged(context, accept);
    if (answer.kind === 'not-modified') return answer;
    const { status, document, validators } = answer;
    return { kind: 'collected', status, feed: await context.parse(document), validators };
  },
});
