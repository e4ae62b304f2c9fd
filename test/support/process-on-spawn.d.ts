/** What tap hangs its hooks for child processes on (process-on-spawn 1). */
declare module 'process-on-spawn' {
  const processOnSpawn: {
    /** Takes every hook out; what is started from then on has the environment that it was given. */
    removeAllListeners(): void;
  };
  export default processOnSpawn;
}
