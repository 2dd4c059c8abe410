// The desk as a program of its own. It is told where the bridge is and shares one secret with it; that is all it knows.
import * as z from "zod";
import { startDesk } from "./desk.ts";

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  BRIDGE_HOOK_URL: z.url({
    protocol: /^https?$/,
    error: "must be where the bridge takes deliveries, such as http://127.0.0.1:3001/v1/hooks/shop/desk",
  }),
  DESK_SECRET: z
    .string({ error: "must be set" })
    .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be "whsec_" and 24 to 64 bytes in base64'),
  DESK_KEY: z.string().min(1).optional(),
});

const environment = Environment.safeParse(process.env);
if (!environment.success) {
  for (const { path, message } of environment.error.issues) console.error(`desk: ${path.join(".")} ${message}`);
  process.exit(1);
}

const { PORT, BRIDGE_HOOK_URL, DESK_SECRET, DESK_KEY } = environment.data;
const desk = await startDesk({
  port: PORT,
  bridge: new URL(BRIDGE_HOOK_URL),
  secret: DESK_SECRET,
  ...(DESK_KEY && { key: DESK_KEY }),
}).catch((error: NodeJS.ErrnoException) => {
  console.error(
    error.code === "EADDRINUSE" ? `desk: port ${PORT} is taken` : `desk: cannot listen on port ${PORT} (${error.code ?? error.message})`,
  );
  process.exit(1);
});
console.log(`desk ready ${desk.url}`);

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void desk.stop().then(() => process.exit(0)));
