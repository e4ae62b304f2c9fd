// The compiling process: takes one job from its parent, answers once, ends. Started by compile-aside.ts only.
import { rmSync } from 'node:fs';
import { compile } from './compile.ts';
import type { CompileJob, CompileResult } from './compile-report.ts';
import { reasonOf } from '../system/system-error.ts';

process.once('message', (job: CompileJob) => {
  process.send?.(run(job), (error: Error | null) => {
    // The parent was killed meanwhile: nothing will use the image, and nothing else removes it.
    if (error !== null) rmSync(job.output, { force: true });
    if (process.connected) process.disconnect();
  });
});

function run(job: CompileJob): CompileResult {
  try {
    return { report: compile(job) };
  } catch (error) {
    return { fault: reasonOf(error) };
  }
}
