export const awkwardTexts = ["unicode", "rtl", "emoji", "four_byte", "control", "script", "javascript_link", "long_word"] as const;

/** Words that have broken a chat window before. */
export const awkwardText: Record<(typeof awkwardTexts)[number], string> = {
  unicode: "Zażółć gęślą jaźń — e\u0301 ﬁ ǅ ℡ 日本語 ไทย",
  rtl: "שלום! ההזמנה שלך A-1001 בדרך. مرحبا، الطلب A-1001 \u202Egnp.exe\u202C",
  emoji: "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇨🇭 ❤️",
  four_byte: "𝒜𝓃𝒹 𠜎 𐍈 🂡",
  control: "one\u0000two\u0007three\u001B[31mfour\u2028five\u200Bsix\uFEFF\r\nseven\u007F",
  script:
    'Hello <script>window.pwned = 1</script><img src=x onerror="window.pwned = 2"><svg onload="window.pwned = 3"><style>*{display:none}</style><iframe src="https://evil.example"></iframe>',
  javascript_link:
    '[click](javascript:window.pwned=1) <a href="javascript:window.pwned=2">here</a> <a href=" JaVaScRiPt&colon;window.pwned=3">or here</a> [data](data:text/html,<script>window.pwned=4</script>)',
  long_word: "w".repeat(3000),
};
