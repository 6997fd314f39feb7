import type { Article, RawArticle } from '../../schemas/types.ts';
import { answerTasks } from '../../streams/worker-pool.ts';
import { extractArticle } from './extract-article.ts';

answerTasks((raw: RawArticle): Article => extractArticle(raw));
