import type { StoryLink } from '../services/stories/story.ts';
import { builder } from './builder.ts';

export const storyLinkType = builder.objectRef<StoryLink>('StoryLink').implement({
  description: 'Why an article belongs to a story',
  fields: (t) => ({
    storyId: t.exposeID('story_id'),
    storyTitle: t.exposeString('story_title'),
    score: t.exposeFloat('score', { description: 'How near it was when it came, about 0 to 1' }),
    cosine: t.exposeFloat('cosine', { description: "Of its vector and the story's mean" }),
    reason: t.exposeString('reason', { description: 'near, first or by_hand' }),
    shared: t.exposeStringList('shared', { description: 'Words and entities in common, the rarest first' }),
    method: t.exposeString('method'),
  }),
});
