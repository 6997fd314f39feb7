import { runEval } from '../frame/command.ts';
import { evaluateEntities } from './evaluate.ts';

await runEval({ name: 'entities', input: 'FILE', run: (path, _, progress) => evaluateEntities(path, progress) });
