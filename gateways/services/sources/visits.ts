import type { Kysely } from 'kysely';
import { canonicalizeUrl } from '../../../domain/canonical-url.ts';
import { settingsOfType } from '../../../domain/connectors.ts';
import type { Sealer } from '../../../domain/sealed.ts';
import type { Database } from '../../schema.ts';
import { checked } from '../checked.ts';
import { Invalid } from '../faults.ts';
import { reading } from '../postgres-faults.ts';
import { type Pushed, type PushReport, readPushed, takePushed } from './push-entries.ts';
import { type SiteToSearch, siteToSearchSchema, type SourceToTry, sourceToTrySchema } from './input.ts';
import { openedCredentials, readingOnTrial } from './reading.ts';
import { sourceRows } from './rows.ts';
import { type ShownDiscovery, shownDiscovery, type ShownTrial, shownTrial } from './shown-trial.ts';
import type { BoundedTrials } from './trials.ts';
import { idSchema } from '../text-schema.ts';

/** What is done with a source's site, or by it, while somebody waits. */
export interface SourceVisits {
  /** Shows what the source would yield, and stores nothing. @throws Busy */
  test(id: string): Promise<ShownTrial>;
  /** The same for one that is not followed yet; refused for what a new source would be refused for. @throws Busy */
  testNew(source: SourceToTry): Promise<ShownTrial>;
  /** Looks for ways to follow the site of an address. @throws Busy */
  discover(site: SiteToSearch): Promise<ShownDiscovery>;
  /** Takes entries that somebody sends to a source of the type push. */
  push(id: string, pushed: Pushed): Promise<PushReport>;
}

/** For a source that is sent its entries. */
export class NothingToCollect extends Invalid {
  constructor() {
    super({
      field: '',
      code: 'not_collected',
      detail: 'the entries of this source are sent to it: there is nothing to collect',
    });
  }
}

const maxReasons = 100;

export function openVisits({
  db,
  organizationId,
  trials,
  sealer,
  now,
}: {
  readonly db: Kysely<Database>;
  readonly organizationId: string;
  readonly trials: BoundedTrials;
  readonly sealer: Pick<Sealer, 'open'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}): SourceVisits {
  const { stored, lock } = sourceRows(organizationId);
  return {
    async test(id) {
      const { url, type, config, credentials: sealed } = await reading(() => stored(db, checked(idSchema, id)));
      const settings = settingsOfType(type);
      if (settings?.scheduled !== true) throw new NothingToCollect();
      const credentials = sealed === null ? null : openedCredentials(sealed, organizationId, sealer);
      return shownTrial(await trials.test({ url, connector: settings.name, config, credentials }));
    },

    async testNew(input) {
      const source = checked(sourceToTrySchema, input);
      if (settingsOfType(source.type)?.scheduled !== true) throw new NothingToCollect();
      const { connector } = readingOnTrial(source, organizationId);
      const { url, config, credentials } = source;
      return shownTrial(await trials.test({ url, connector, config, credentials }));
    },

    async discover(input) {
      const { url } = checked(siteToSearchSchema, input);
      if (canonicalizeUrl(url) === null) throw noWebAddress;
      return shownDiscovery(await trials.discover(url));
    },

    async push(id, pushed) {
      const { url, type } = await reading(() => stored(db, checked(idSchema, id)));
      if (settingsOfType(type)?.scheduled !== false) throw isCollected;
      const { entries, reasons, warnings } = await readPushed(pushed, url, trials);
      return reading(() =>
        db.transaction().execute(async (transaction) => {
          const source = await lock(transaction, checked(idSchema, id));
          if (!source.enabled) throw isDisabled;
          const counts = await takePushed(transaction, { ...source, visibility: organizationId }, entries, now());
          return { ...counts, invalid: reasons.length, reasons: reasons.slice(0, maxReasons), warnings };
        }),
      );
    },
  };
}

const isCollected = new Invalid({
  field: '',
  code: 'not_pushed',
  detail: 'this source is collected: entries can be sent to sources of the type push',
});

const isDisabled = new Invalid({ field: '', code: 'disabled', detail: 'this source is switched off' });

const noWebAddress = new Invalid({
  field: 'url',
  code: 'invalid_url',
  detail: 'should be an http or https address without user name and password',
});
