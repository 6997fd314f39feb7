import type { Alert } from '../services/alerts/alerts.ts';
import type { ArticleSummary } from '../services/articles/article.ts';
import type { Channel } from '../services/alerts/channels.ts';
import type { SavedSearch } from '../services/alerts/saved-searches.ts';
import type { OrganizationRule } from '../services/rules/rules.ts';
import type { RuleRun } from '../services/rules/runs.ts';
import type { ReportSchedule } from '../services/reports/schedules.ts';
import type { ReportSummary } from '../services/reports/reports.ts';
import type { SearchPage } from '../services/search/search.ts';
import type { Source } from '../services/sources/source.ts';
import type { Story } from '../services/stories/story.ts';
import type { OrganizationKeyword } from '../services/settings/keywords.ts';
import type { Topic } from '../services/settings/topics.ts';
import { searchModes } from '../services/articles/query.ts';
import { alertType, channelType, savedSearchType } from './alert-types.ts';
import { articleType, searchEdgeType } from './article-types.ts';
import { builder } from './builder.ts';
import { connection, pageInfoType } from './connection.ts';
import { reportScheduleType, reportSummaryType } from './report-types.ts';
import { ruleRunType, ruleType } from './rule-types.ts';
import { organizationKeywordType, topicType } from './settings-types.ts';
import { sourceType } from './source-types.ts';
import { storyType } from './story-types.ts';

export const articleConnection = connection<ArticleSummary>('Article', articleType);
export const topicConnection = connection<Topic>('Topic', topicType);
export const keywordConnection = connection<OrganizationKeyword>('OrganizationKeyword', organizationKeywordType);
export const storyConnection = connection<Story>('Story', storyType);
export const sourceConnection = connection<Source>('Source', sourceType);
export const savedSearchConnection = connection<SavedSearch>('SavedSearch', savedSearchType);
export const alertConnection = connection<Alert>('Alert', alertType);
export const channelConnection = connection<Channel>('Channel', channelType);
export const ruleConnection = connection<OrganizationRule>('Rule', ruleType);
export const reportConnection = connection<ReportSummary>('ReportSummary', reportSummaryType);
export const reportScheduleConnection = connection<ReportSchedule>('ReportSchedule', reportScheduleType);
export const ruleRunConnection = connection<RuleRun>('RuleRun', ruleRunType);

export const modeType = builder.enumType('SearchMode', { values: searchModes });

export const searchConnection = builder.objectRef<SearchPage>('SearchConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [searchEdgeType], resolve: ({ items }) => items }),
    pageInfo: t.field({ type: pageInfoType, resolve: (page) => page }),
    mode: t.expose('mode', { type: modeType, description: 'How it was searched' }),
    degraded: t.exposeString('degraded', { nullable: true, description: 'Why it was not searched as asked for' }),
  }),
});
