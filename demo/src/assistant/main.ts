import { z } from "zod";
import { demoAccount, demoCredentials } from "./demo-account.ts";
import { createSimulator } from "./simulator.ts";

const settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  ASSISTANT_ACCOUNT: z.string().min(1).default(demoAccount.account),
  ASSISTANT_PROJECT: z.string().min(1).default(demoAccount.project),
  ASSISTANT_CHAT_KEY: z.string().min(1).default(demoAccount.chatApiKey),
  ASSISTANT_CHAT_TOKEN: z.string().min(1).default(demoAccount.chatToken),
  ASSISTANT_HANDOFF_KEY: z.string().min(1).default(demoAccount.handoffApiKey),
  ASSISTANT_CONVERSATIONS_KEY: z.string().min(1).default(demoAccount.conversationsApiKey),
  /** Absent: no control over HTTP. */
  ASSISTANT_CONTROL_KEY: z.string().min(8).optional(),
  /** How long the assistant thinks about each answer. */
  ASSISTANT_TURN_MS: z.coerce.number().min(0).default(700),
});

const read = settings.safeParse(process.env);
if (!read.success) fail(`assistant: ${read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`);
const env = read.data;

const place = { account: env.ASSISTANT_ACCOUNT, project: env.ASSISTANT_PROJECT };
const simulator = createSimulator({
  agents: [place],
  credentials: demoCredentials({
    ...place,
    chatApiKey: env.ASSISTANT_CHAT_KEY,
    chatToken: env.ASSISTANT_CHAT_TOKEN,
    handoffApiKey: env.ASSISTANT_HANDOFF_KEY,
    conversationsApiKey: env.ASSISTANT_CONVERSATIONS_KEY,
  }),
  options: { turnDelayMs: env.ASSISTANT_TURN_MS },
  ...(env.ASSISTANT_CONTROL_KEY !== undefined && { controlKey: env.ASSISTANT_CONTROL_KEY }),
});

const running = await simulator.start({ port: env.PORT }).catch((cause: NodeJS.ErrnoException) => {
  if (cause.code === "EADDRINUSE") return fail(`assistant: port ${String(env.PORT)} is taken; choose another with PORT.`);
  return fail(`assistant: cannot listen on port ${String(env.PORT)}: ${cause.code ?? cause.message}.`);
});
console.log(`assistant ready ${running.url}`);
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void running.close());

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
