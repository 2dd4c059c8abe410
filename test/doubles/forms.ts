import type { Asked } from "@baton/bridge-server/conformance";

/** What was sent as a form with files in it; `null`: it was not. */
export async function formIn({ headers, bytes }: Pick<Asked, "headers" | "bytes">): Promise<FormData | null> {
  const type = headers.get("content-type") ?? "";
  if (!type.startsWith("multipart/form-data")) return null;
  return new Response(bytes.slice(), { headers: { "content-type": type } }).formData();
}
