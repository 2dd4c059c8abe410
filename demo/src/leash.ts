// Loaded first in every process of the demo. Whoever started it holds the other end of a channel; when that end goes, however it goes,
// so does this process. Nothing is left running behind a start that was killed.
const STOP_WITHIN_MS = 5_000;

process.once("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
});
process.channel?.unref(); // a process that has nothing else to do may end
