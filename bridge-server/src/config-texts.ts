import { isPossiblePhoneNumber, isSupportedCountry, type CountryCode } from "libphonenumber-js/min";
import * as z from "zod";

// Short texts that stand in many places of a configuration.

export const Name = z.string().regex(/^[a-z0-9][\w-]{0,62}$/i, { error: "is not a name: write letters, digits, - and _, such as shop" });
export const Text = z.string().trim().min(1, { error: "is empty: write a text" });
export const Language = z.string().regex(/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i, { error: "is not a language: write one such as en or pt-BR" });
/** E.164, of a length that its country has. Which ranges are in use is not asked: they are opened faster than a list of them is shipped. */
export const PhoneNumber = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, { error: "is not an international number: write + and digits only, such as +442071838750", abort: true })
  .refine((number) => isPossiblePhoneNumber(number), {
    error: "is no number that can be called: compare its country code and its length, such as +442071838750",
  });
export const Country = z.custom<CountryCode>((given) => typeof given === "string" && isSupportedCountry(given), {
  error: "is no country: write its two letters, such as GB",
});
