/** A sentence with `{placeholders}`; or one for each of its language's plural forms, which `count` decides. */
export type Template = string | { [form in Intl.LDMLPluralRule]?: string };
