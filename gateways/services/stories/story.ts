/** A story as both APIs show it. Times are ISO 8601 texts in UTC. */
export interface Story {
  readonly id: string;
  /** The headline nearest to all. */
  readonly title: string;
  readonly first_at: string;
  readonly last_at: string;
  readonly article_count: number;
  /** Sites of its articles. */
  readonly sources: readonly string[];
  readonly languages: readonly string[];
  readonly entities: readonly string[];
  /** A person has merged or split it. */
  readonly by_hand: boolean;
  readonly method: string;
}

/** Why an article belongs to a story. */
export interface StoryLink {
  /** The live story: where the one that it was given to was merged, the one that it was merged into. */
  readonly story_id: string;
  readonly story_title: string;
  /** How near it was when it came, about 0 to 1. */
  readonly score: number;
  /** Of its vector and the story's mean. */
  readonly cosine: number;
  readonly reason: string;
  /** Words and entities that it shares with the story, the rarest first. */
  readonly shared: readonly string[];
  readonly method: string;
}

/** What a person has decided; the streams carry it out within seconds. */
export interface StoryOverride {
  readonly id: string;
  readonly kind: 'merge' | 'split';
  readonly story_id: string;
  readonly into_story_id: string;
  readonly article_ids: readonly string[];
  readonly decided_at: string;
}
