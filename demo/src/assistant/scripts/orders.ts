/** What the shop has sold. Enough to talk about, and to recognise a customer by. */
export interface Order {
  number: string;
  item: string;
  amount: number;
  postcode: string;
  status: string;
  customer: { id: string; name: string; email: string };
}

const ada = { id: "C-2417", name: "Ada Moreau", email: "ada.moreau@example.com" };
const noor = { id: "C-3088", name: "Noor Haddad", email: "noor.haddad@example.com" };

const orders: readonly Order[] = [
  { number: "A-1001", item: "stoneware teapot", amount: 48, postcode: "1052", status: "was **delivered on Tuesday**", customer: ada },
  {
    number: "A-1002",
    item: "linen tablecloth",
    amount: 64.5,
    postcode: "1052",
    status: "is **on its way** and should reach you tomorrow",
    customer: ada,
  },
  {
    number: "A-1003",
    item: "set of four espresso cups",
    amount: 36,
    postcode: "8004",
    status: "is **being packed** and leaves us today",
    customer: noor,
  },
];

export const currency = "EUR";

/** Anything a visitor might write for an order number: "a1001", "A 1001", "#A-1001". */
export const orderNumber = /\b([a-z])[-\s]?(\d{4})\b/i;

export function findOrder(found: readonly string[]): Order | null {
  const number = `${found[1] ?? ""}-${found[2] ?? ""}`.toUpperCase();
  return orders.find((order) => order.number === number) ?? null;
}
