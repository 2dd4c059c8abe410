/** What is spoken beside English, which is built in. Each is a file of its own, here and among what is shipped. */
export const languages = ["ar", "de", "es", "fi", "fr", "he", "it", "ja", "nl", "pl", "pt", "tr", "zh"];
