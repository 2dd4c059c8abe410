import { written, type Torture } from "./torture-message.ts";

const folded = [
  "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0",
  "TO :",
  " sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n",
  'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
  "  ;",
  "  tag = 98asjd8",
  "MaX-fOrWaRdS: 0068",
  "Call-ID: wsinv.ndaksdj@192.0.2.1",
  "Content-Length   : 0",
  "cseq: 0009",
  "  INVITE",
  "Via  : SIP  /   2.0",
  " /UDP",
  "    192.0.2.2;branch=390skdjuw",
  "s :",
  "NewFangledHeader:   newfangled value",
  " continued newfangled value",
  "UnknownHeaderWithUnusualValue: ;;,,;;,;",
  "Route:",
  " <sip:services.example.com;lr;unknownwith=value;unknown-no-value>",
  "v:  SIP  / 2.0  / TCP     spindle.example.com   ;",
  "  branch  =   z9hG4bK9ikj8  ,",
  " SIP  /    2.0   / UDP  192.168.255.111   ; branch=",
  " z9hG4bK30239",
  'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =',
  "      newvalue ;",
  "  secondparam ; q = 0.33",
  "",
  "",
].join("\r\n");

const UNUSUAL = "!interesting-Method0123456789_*+`.%indeed'~";
const UNUSUAL_URI = "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com";

/** RFC 4475 §3.1.1: odd, and right. */
export const validMessages: Torture[] = [
  { section: "3.1.1.1", about: "a short tortuous INVITE, inside a dialog that nobody has", message: folded, owed: 481 },
  {
    section: "3.1.1.2",
    about: "every character that a token, an address and a quoted text may hold",
    message: written(`${UNUSUAL} ${UNUSUAL_URI} SIP/2.0`, {
      To: `"BEL:\\\x07 NUL:\\\0 DEL:\\\x7f" <${UNUSUAL_URI}>`,
      From: "token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"\xd1\x80\xd0\xb0\";tag=_token~1'+`*%!-.",
      CSeq: `139122385 ${UNUSUAL}`,
      "extensionHeader-!.%*+_`'~": "\xef\xbb\xbf\xe5\xa4\xa7\xe5\x81\x9c\xe9\x9b\xbb",
    }),
    owed: 501,
  },
  {
    section: "3.1.1.3",
    about: "escapes that are none of our business",
    message: written("INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0", { To: "sip:%75se%72@example.com" }),
    owed: 302,
  },
  {
    section: "3.1.1.4",
    about: "escaped nulls in addresses",
    message: written("REGISTER sip:example.com SIP/2.0", {
      To: "sip:null-%00-null@example.com",
      Contact: ["<sip:%00@host5.example.com>", "<sip:%00%00@host5.example.com>"],
    }),
    owed: 405,
  },
  {
    section: "3.1.1.5",
    about: "a percent sign in a method is no escape",
    message: written("RE%47IST%45R sip:example.com SIP/2.0"),
    owed: 501,
  },
  {
    section: "3.1.1.6",
    about: "nothing between a name and its bracket",
    message: written("OPTIONS sip:user@example.com SIP/2.0", { From: "caller<sip:caller@example.com>;tag=323" }),
    owed: 200,
  },
  {
    section: "3.1.1.7",
    about: "long values in every field",
    message: written("INVITE sip:user@example.com SIP/2.0", {
      To: `"I have a user name of ${"extreme ".repeat(20)}proportion" <sip:user@example.com:6000;unknownparam1=${"verylong".repeat(40)};longparam${"name".repeat(40)}=shortvalue>`,
      From: `sip:${"amazinglylongcallername".repeat(8)}@example.net;tag=12${"982".repeat(80)}424;unknown${"headerparam".repeat(20)}name=unknown`,
      "Call-ID": `longreq.one${"really".repeat(40)}longcallid`,
      [`Unknown-${"Long".repeat(40)}-Name`]: `unknown-${"long".repeat(60)}-value`,
      Via: [
        "SIP/2.0/TCP sip33.example.com",
        `SIP/2.0/TCP host.example.com;branch=z9hG4bKlong${"longbranchvalue".repeat(20)}`,
        ...Array.from({ length: 30 }, (_, at) => `SIP/2.0/UDP sip${at}.example.com;branch=very${"long".repeat(20)}branch${at}`),
      ],
    }),
    owed: 302,
  },
  {
    section: "3.1.1.8",
    about: "another message behind the first in the same datagram",
    message:
      written("REGISTER sip:example.com SIP/2.0") +
      written("INVITE sip:joe@example.com SIP/2.0", { Via: "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKkdjuw" }),
    owed: 405,
  },
  {
    section: "3.1.1.9",
    about: "a semicolon in a user",
    message: written("OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0"),
    owed: 200,
  },
  {
    section: "3.1.1.10",
    about: "every transport there is, and one there is not",
    message: written("OPTIONS sip:user@example.com SIP/2.0", {
      Via: ["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"].map((name, at) => `SIP/2.0/${name} t${at}.example.com;branch=z9hG4bK${at}kjldsjiw`),
    }),
    owed: 200,
  },
  {
    section: "3.1.1.11",
    about: "a body of binary parts",
    message: written(
      "MESSAGE sip:kumiko@example.org SIP/2.0",
      { "Content-Type": "multipart/mixed;boundary=7a9cbec02ceef655" },
      "--7a\r\n\r\n\0\x01\x82\xff\r\n--7a--\r\n",
    ),
    owed: 405,
  },
  {
    section: "3.1.1.12",
    about: "a response with a reason in another script",
    message: written("SIP/2.0 200 = 2**3 * 5**2 \xd0\xbd\xd0\xbe", { CSeq: "35 INVITE" }),
    owed: "dropped",
  },
  { section: "3.1.1.13", about: "a response without a reason", message: written("SIP/2.0 100 ", { CSeq: "35 INVITE" }), owed: "dropped" },
];
