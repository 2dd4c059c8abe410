import { execFile, execFileSync } from "node:child_process";

/** Why system calls cannot be watched here, or `null` when they can. Where nothing may be skipped (`CI`), that is a failure. */
export const noStrace: string | null = reasonWithout("strace", ["-o", "/dev/null", "true"], "strace");

/** Why a small file system cannot be mounted here, or `null` when it can: that takes root on Linux. */
export const noMounting: string | null = reasonWithout("unshare", ["--mount", "mount", "-t", "tmpfs", "none", "/mnt"], "mounting as root");

/** Runs a program of Node's under strace with these options. Resolves with what it printed, and how it ended. */
export function traced(options: string[], program: string[]): Promise<{ printed: string[]; code: number | string }> {
  return new Promise((done) => {
    const all = ["-f", "-qq", ...options, process.execPath, ...program]; // with --seccomp-bpf it injects no signals
    execFile("strace", all, { maxBuffer: 1e7 }, (error, printed) => {
      done({ printed: printed.split("\n").filter(Boolean), code: error ? (error.signal ?? error.code ?? "unknown") : 0 });
    });
  });
}

function reasonWithout(command: string, args: string[], name: string): string | null {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return null;
  } catch (error) {
    if (process.env["CI"]) throw new Error(`${name} is not possible here, and nothing may be skipped`, { cause: error });
    return `${name} is not possible here`;
  }
}
