// Resident memory of a process, from /proc.
import { readFileSync, writeFileSync } from 'node:fs';

/** A line of /proc/PID/status in MB of 10^6 octets. */
export function parseStatusMb(status: string, field: 'VmRSS' | 'VmHWM'): number {
  const kib = new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1];
  return (Number(kib) * 1024) / 1e6;
}

/** What a process has resident now, in MB. */
export function residentMb(pid: number): number {
  return parseStatusMb(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmRSS');
}

/** The most that it had resident since the peak was forgotten, in MB. */
export function peakMb(pid: number): number {
  return parseStatusMb(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmHWM');
}

/** Resets the peak to what is resident now. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
