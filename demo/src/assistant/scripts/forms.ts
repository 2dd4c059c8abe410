import type { Rule } from "../script.ts";

/** Answers in every form that the text of an answer may have: markup, languages, extra fields. */
export const formRules: Rule[] = [
  {
    match: /markdown|how do returns work|returns policy|return policy/i,
    say: [
      "Returns are easy:",
      "",
      "1. Keep the *original box*",
      "2. Print the label from [your orders](https://shop.example/orders)",
      "3. Drop it at any post office **within 30 days**",
      "",
      "- Cups and teapots: wrap them twice",
      "- Linen: unwashed, please",
      "",
      "Quote `RETURN-30` on the parcel.",
    ].join("\n"),
  },
  {
    match: /\bhtml\b|size guide/i,
    say: '<p>Our <strong>size guide</strong>:</p><ul><li><b>Small</b> – one cup</li><li><i>Large</i> – <em>four cups</em></li></ul><ol><li>Measure</li><li>Choose</li></ol>More on <a href="https://shop.example/sizes">our page</a>,<br>code <code>SIZE</code>.',
  },
  {
    match: /suggest|show me (some )?options|gift/i,
    say: "Here are some ideas. Tap one, or tell me more.",
    extras: {
      response_suggestions: [
        { message_text: "Where is my order?" },
        { message_text: "How do returns work?" },
        { message_text: "I want a refund" },
      ],
      attachments: [
        {
          title: "Spring collection",
          preview_image_url: "https://shop.example/spring.jpg",
          content_url: "https://shop.example/spring",
          content_type: "ATTACHMENT_CONTENT_TYPE_URL",
          call_to_action_text: "Look inside",
        },
      ],
      chat_call_actions: [{ title: "Call the shop", contact_number: "+15551234567" }],
    },
  },
  {
    match: /bonjour|parlez|fran[cç]ais|french/i,
    say: "Bonjour ! Volontiers en français. Comment puis-je vous aider ?",
    state: { language: "fr-FR" },
    extras: { language_code: "fr-FR" },
  },
  {
    match: /hola|espa[nñ]ol|spanish/i,
    say: "¡Hola! Con mucho gusto en español. ¿En qué puedo ayudarle?",
    state: { language: "es-ES" },
    extras: { language_code: "es-ES" },
  },
  {
    match: /مرحبا|arabic|العربية/i,
    say: "مرحبا! يسعدني مساعدتك بالعربية. ماذا تحتاج؟",
    state: { language: "ar" },
    extras: { language_code: "ar" },
  },
  {
    match: /speak english|in english/i,
    say: "Of course, English it is. How can I help?",
    state: { language: "en-US" },
    extras: { language_code: "en-US" },
  },
];
