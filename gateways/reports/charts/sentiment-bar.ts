import { count } from '../html/format.ts';
import { markup, type Markup, nothing } from '../html/markup.ts';
import type { Sentiment } from '../report.ts';

const width = 480;
const height = 32;
const roomForMark = 22;
const roomForWords = 100;
const parts = [
  { label: 'negative', mark: '−', fill: '#b4540a' },
  { label: 'neutral', mark: '0', fill: '#5f6b7a' },
  { label: 'positive', mark: '+', fill: '#1f5fa8' },
] as const;

/** Shares of the labels in one bar, from negative to positive, with words where there is room and a sign where not. */
export function sentimentBar(sentiment: Sentiment): Markup {
  const total = parts.reduce((sum, { label }) => sum + sentiment[label], 0);
  if (total === 0) return nothing;
  let left = 0;
  const drawn = parts.map(({ label, mark, fill }) => {
    const share = (sentiment[label] / total) * width;
    const from = left;
    left += share;
    if (share === 0) return nothing;
    // A sign before a percentage would read as part of the number.
    const said = share < roomForWords ? mark : `${label} ${Math.round((sentiment[label] / total) * 100)} %`;
    const text =
      share < roomForMark
        ? nothing
        : markup`<text x="${round(from + share / 2)}" y="20" text-anchor="middle" fill="#ffffff" font-size="13" font-weight="bold">${said}</text>`;
    return markup`<rect x="${round(from)}" y="2" width="${round(Math.max(1, share - 1.5))}" height="28" fill="${fill}"/>${text}`;
  });
  const words = parts.map(({ label }) => `${label} ${count(sentiment[label])}`).join(', ');
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="100%" role="img" aria-labelledby="sentiment-title sentiment-desc" style="display:block;max-width:560px;height:auto" font-family="system-ui,sans-serif">
<title id="sentiment-title">Articles by sentiment</title><desc id="sentiment-desc">${words}</desc>
${drawn}
</svg>`;
}

const round = (value: number): string => String(Math.round(value * 10) / 10);
