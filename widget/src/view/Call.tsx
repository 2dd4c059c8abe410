import { Icon, PHONE } from "./Icon.tsx";

/** A number to call. */
export function Call({ title, number }: { title: string; number: string }) {
  return (
    <a class="call" href={`tel:${number.replace(/[^\d+]/g, "")}`}>
      <Icon of={PHONE} />
      <span>
        <strong>{title}</strong>
        <small>
          <bdi>{number}</bdi>
        </small>
      </span>
    </a>
  );
}
