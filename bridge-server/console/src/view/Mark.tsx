/** Baton's own. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect x="4" y="13.2" width="24" height="5.6" rx="2.8" transform="rotate(-38 16 16)" />
      <circle cx="10" cy="9" r="2.8" />
      <circle cx="22" cy="23" r="2.8" />
    </svg>
  );
}
