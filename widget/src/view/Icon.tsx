// Drawn in the text's colour. What they mean is said by the button around them. Each is a name of its own, so that a file which is
// loaded carries only those that it draws. The panel's own are in panel.css, where they take one node less each.
export const CLOSE = "m6 9 6 6 6-6";
export const COPY = "M9 9h10v11H9zM5 15V4h10";
export const PHONE = "M5 4h4l2 5-2 1a11 11 0 0 0 5 5l1-2 5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5z";
export const CLIP = "m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 5 5l-8.5 8.5a1.7 1.7 0 0 1-2.5-2.5L15 7";
export const CROSS = "m7 7 10 10M17 7 7 17";
export const PAGE = "M13 3H6v18h12V8zv5h5";
export const DOWN = "M12 4v11m-5-5 5 5 5-5M5 20h14";
export const LINK = "M8 16 17 7m-7 0h7v7";

export function Icon({ of }: { of: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={of} />
    </svg>
  );
}
