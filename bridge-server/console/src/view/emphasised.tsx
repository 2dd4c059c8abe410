/**
 * The assistant writes Markdown and a little HTML. Bold words and line breaks are shown as such; everything else stays as it was
 * written. Nothing is ever handed to the browser as markup.
 */
export function emphasised(text: string) {
  return text.split(/\*\*(.+?)\*\*|<(?:b|strong)>(.+?)<\/(?:b|strong)>|(<br ?\/?>)/i).map((part, n) => {
    if (part === undefined || n % 4 === 0) return part;
    return n % 4 === 3 ? <br key={n} /> : <strong key={n}>{part}</strong>;
  });
}
