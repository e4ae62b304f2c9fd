// Processor time of a process with all its threads, from /proc.
import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used since it started. */
export interface CpuTime {
  /** User and system together. */
  readonly totalMs: number;
  /** Clock ticks, which only tell user from system: the system samples which of the two a tick hits. */
  readonly userTicks: number;
  readonly systemTicks: number;
}

/** Linux's clock ticks are 10 ms to user space, whatever the kernel's own are. */
const TICK_MS = 10;

/** The processor time of a process, its children not counted. */
export function cpuTimeOf(pid: number): CpuTime {
  const { userTicks, systemTicks } = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return { totalMs: scheduledMs(pid) ?? (userTicks + systemTicks) * TICK_MS, userTicks, systemTicks };
}

/** utime and stime of a /proc/PID/stat line (proc(5)); the command's name may have spaces and brackets. */
export function parseStat(stat: string): { userTicks: number; systemTicks: number } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { userTicks: Number(fields[11]), systemTicks: Number(fields[12]) };
}

/** `se.sum_exec_runtime` of a /proc/PID/sched page, milliseconds to the nanosecond. */
export function parseSched(page: string): number | undefined {
  const text = /^se\.sum_exec_runtime\s*:\s*([\d.]+)$/m.exec(page)?.[1];
  return text === undefined ? undefined : Number(text);
}

/** To the nanosecond where the kernel has it (CONFIG_SCHED_DEBUG): 20 ms of ticks are 5 % of a run at 20,000 q/s. */
function scheduledMs(pid: number): number | undefined {
  try {
    let sum = 0;
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const ms = parseSched(readFileSync(`/proc/${pid}/task/${task}/sched`, 'utf8'));
      if (ms === undefined) return undefined;
      sum += ms;
    }
    return sum;
  } catch {
    return undefined; // a kernel without it
  }
}

/** What one run cost, a query. */
export interface CpuCost {
  readonly cpuUs: number;
  readonly userUs: number;
  readonly systemUs: number;
  readonly busyPercent: number;
}

/** What `answered` queries cost, from the times before and after a run of `seconds` seconds. */
export function costOf(
  before: CpuTime,
  after: CpuTime,
  { answered, seconds }: { answered: number; seconds: number },
): CpuCost {
  const usedMs = after.totalMs - before.totalMs;
  const userTicks = after.userTicks - before.userTicks;
  const ticks = userTicks + after.systemTicks - before.systemTicks;
  const cpuUs = (usedMs * 1000) / answered;
  const userUs = ticks === 0 ? 0 : (cpuUs * userTicks) / ticks;
  return { cpuUs, userUs, systemUs: cpuUs - userUs, busyPercent: usedMs / seconds / 10 };
}
