/** A handset. */
export function PhoneSign() {
  return (
    <svg class="phone-sign" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M6.6 3.5 9 3.9l1.3 4.2-2 1.7a12 12 0 0 0 5.9 5.9l1.7-2 4.2 1.3.4 2.4a2.6 2.6 0 0 1-2.7 3A15.7 15.7 0 0 1 3.6 6.2a2.6 2.6 0 0 1 3-2.7z" />
    </svg>
  );
}
