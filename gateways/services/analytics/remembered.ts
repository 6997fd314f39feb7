/**
 * The same answer for a while, and one question under way a key: dashboards ask often, and at the same time. A question
 * that fails is forgotten.
 *
 * @param ms for how long
 * @param now milliseconds since 1970
 */
export function remembered<Key, Answer>(
  ms: number,
  now: () => number,
  ask: (key: Key) => Promise<Answer>,
): (key: Key) => Promise<Answer> {
  const answers = new Map<Key, { readonly at: number; readonly answer: Promise<Answer> }>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined && now() - known.at < ms) return known.answer;
    const answer = ask(key);
    const entry = { at: now(), answer };
    answers.set(key, entry);
    answer.catch(() => {
      if (answers.get(key) === entry) answers.delete(key);
    });
    return answer;
  };
}
