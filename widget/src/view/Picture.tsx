import { drawPicture } from "./draw-picture.ts";
import type { Shared } from "./props.ts";

/** One of the site's pictures. It says nothing that is not also said in words, and nothing is left of one that cannot be had. */
export function Picture({ path, of, bridge, fetch }: Shared & { path: string; of: "logo" | "avatar" }) {
  function draw(canvas: HTMLCanvasElement | null): void {
    if (!canvas || canvas.dataset["path"] === path) return;
    canvas.dataset["path"] = path;
    void drawPicture(
      canvas,
      fetch(bridge + path).then((answer) => answer.blob()),
    );
  }
  return <canvas class={of} aria-hidden="true" hidden ref={draw} />;
}
