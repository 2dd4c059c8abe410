import * as z from "zod";
import { sealedSetting } from "./secret-setting.ts";

/** The server that takes mail from this bridge. */
export const MailSetting = z.strictObject({
  /** `smtps://user:password@smtp.example.com` or `smtp://…:587`, which goes on under TLS where the server offers it. */
  smtp: sealedSetting(
    (address) => /^smtps?:$/.test(URL.parse(address)?.protocol ?? ""),
    "is no address of a mail server: write one such as smtps://user:password@smtp.example.com",
  ),
  /** Whom it comes from, as it stands in a mail: `Acme Shop <chat@shop.example>`. */
  from: z.string().regex(/^(?:[^<>\r\n]+ <[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/, {
    error: "is no sender: write one such as Acme Shop <chat@shop.example>",
  }),
});

export type MailConfig = z.output<typeof MailSetting>;
