// Drawn in the text's colour. What they mean is said by the button around them. Each is a name of its own, so that a file which is
// loaded carries only those that it draws.
export const CLOSE = "m6 9 6 6 6-6";
export const END = "M14 8V5H5v14h9v-3M9 12h12m-3-3 3 3-3 3";
export const MORE = "M4 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M18 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0";
export const SEND = "M12 19V5m-6 6 6-6 6 6";
export const PERSON = "M8 8a4 4 0 1 1 8 0 4 4 0 1 1-8 0M4 20c2-6 14-6 16 0";
export const PHONE = "M5 4h4l2 5-2 1a11 11 0 0 0 5 5l1-2 5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5z";
export const CLIP = "m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 5 5l-8.5 8.5a1.7 1.7 0 0 1-2.5-2.5L15 7";
export const CROSS = "m7 7 10 10M17 7 7 17";
export const PAGE = "M13 3H6v18h12V8zv5h5";
export const DOWN = "M12 4v11m-5-5 5 5 5-5M5 20h14";
export const LINK = "M8 16 17 7m-7 0h7v7";

export function Icon({ of }: { of: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" class={of === END ? "onward" : ""}>
      <path d={of} />
    </svg>
  );
}
