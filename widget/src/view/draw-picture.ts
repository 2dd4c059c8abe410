/**
 * Draws a picture, and does not link it: no page's policy has to allow images for it. At most `width` pixels wide where one is given.
 * Whether it could be drawn; if not, the canvas is hidden.
 */
export async function drawPicture(canvas: HTMLCanvasElement, picture: Promise<Blob>, width = Infinity): Promise<boolean> {
  const image = await picture.then(createImageBitmap).catch(() => null); // then there is none
  canvas.hidden = image === null;
  if (!image) return false;
  const scale = Math.min(1, width / image.width);
  [canvas.width, canvas.height] = [Math.ceil(image.width * scale), Math.ceil(image.height * scale)]; // a line is one that is seen
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return true;
}
