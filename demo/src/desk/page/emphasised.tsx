/** The assistant writes Markdown. Only `**strong**` is shown as such; the rest stays as it was written, and nothing is ever markup. */
export function emphasised(text: string) {
  return text.split(/\*\*(.+?)\*\*/).map((part, n) => (n % 2 ? <strong key={n}>{part}</strong> : part));
}
