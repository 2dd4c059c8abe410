/** `broken`: it did not come whole. `taken`: there is another file under this id. */
export class FileRefused extends Error {
  override name = "FileRefused";
  readonly why: "too_large" | "wrong_kind" | "empty" | "broken" | "taken";
  constructor(why: FileRefused["why"], detail: string) {
    super(detail);
    this.why = why;
  }
}

/** The folder is full, or not there. Nothing was kept. */
export class FilesUnavailable extends Error {
  override name = "FilesUnavailable";
}
