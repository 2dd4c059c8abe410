import type { Shared } from "./props.ts";

/** One of the site's pictures, drawn and not linked, so that no page's policy has to allow images; it says nothing that is not also said in words. Nothing is left of one that cannot be had. */
export function Picture({ path, of, file }: Shared & { path: string; of: "logo" | "avatar" }) {
  async function draw(canvas: HTMLCanvasElement | null): Promise<void> {
    if (!canvas || canvas.dataset["path"] === path) return;
    canvas.dataset["path"] = path;
    const image = await file(path)
      .then(async (answer) => createImageBitmap(await answer.blob()))
      .catch(() => null); // then there is none
    canvas.hidden = image === null;
    if (!image) return;
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d")?.drawImage(image, 0, 0);
  }
  return <canvas class={of} aria-hidden="true" hidden ref={(canvas) => void draw(canvas)} />;
}
