/** The form of the configurator. Its script is `configure.js`. */
export function configureForm(bridge: string): string {
  return `
    <h1>Make it yours</h1>
    <p class="lead">The chat in the corner changes as you write. Below the form stands what to paste, and where.</p>
    <form class="configure" data-bridge="${bridge}" autocomplete="off">
      <fieldset><legend>Words</legend>
        ${field("Title", "title", "Acme Help", 60)}
        ${field("Welcome, before the first message", "welcome", "", 300)}
        ${field("Label, beside the icon", "label", "", 40)}
        <label>Suggestions, said with one press <textarea name="suggestions" rows="3" placeholder="One in each line"></textarea></label>
        ${field("Language", "locale", "", 20, "The page’s own")}
      </fieldset>
      <fieldset class="long"><legend>Look</legend>
        <label>Accent <input type="color" name="accent" value="#9a3f22"></label>
        <label>Surface <span class="pair"><input type="checkbox" name="tinted" aria-label="Tint the surface"> <input type="color" name="surface" value="#fff4e6" aria-label="Surface"></span></label>
        ${choice("Light or dark", "theme", [
          ["", "The visitor’s own"],
          ["light", "Light"],
          ["dark", "Dark"],
        ])}
        ${choice("Position", "position", [
          ["", "End: right in English"],
          ["start", "Start: left in English"],
        ])}
        ${choice("Icon", "icon", [
          ["", "Bubble"],
          ["M4 5h16v11H9l-5 4z", "Speech"],
          ["M5 13a7 7 0 0 1 14 0M5 13v4h3v-5H5M19 13v4h-3v-5h3M19 17c0 2-2 3-5 3", "Headset"],
          ["M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 18v.1", "Question"],
        ])}
        ${choice("Corners", "radius", [
          ["", "Round"],
          ["8px", "A little"],
          ["0px", "Square"],
        ])}
        ${choice("Width", "width", [
          ["", "400 px"],
          ["340px", "340 px"],
          ["480px", "480 px"],
        ])}
        ${choice("Height", "height", [
          ["", "640 px"],
          ["520px", "520 px"],
          ["800px", "800 px"],
        ])}
        ${choice("From the edge", "side", [
          ["", "20 px"],
          ["8px", "8 px"],
          ["48px", "48 px"],
        ])}
        ${choice("Font", "font", [
          ["", "The system’s"],
          ["Georgia, serif", "With serifs"],
          ["ui-monospace, monospace", "Of one width"],
        ])}
      </fieldset>
      <fieldset><legend>Greeting</legend>
        ${field("Greeting, beside the button", "greeting", "", 200, "Quiet unless you write one")}
        <label>After so many seconds <input type="number" name="seconds" min="1" max="3600" value="5"></label>
      </fieldset>
    </form>
    ${printed("tag", "On every page", "Copy the tag")}
    ${printed("pinned", "Or pinned: the browser runs this version of the script and no other", "Copy the pinned tag")}
    ${printed("css", "In the page’s own style", "Copy the style")}
    ${printed("config", "In the bridge’s baton.config.ts, under the site", "Copy the setting")}
    <script src="/configure.js"></script>`;
}

function field(label: string, name: string, value: string, longest: number, hint = ""): string {
  return `<label>${label} <input name="${name}" value="${value}" maxlength="${longest}" placeholder="${hint}"></label>`;
}

function choice(label: string, name: string, options: [value: string, label: string][]): string {
  return `<label>${label} <select name="${name}">${options.map(([value, text]) => `<option value="${value}">${text}</option>`).join("")}</select></label>`;
}

function printed(id: string, title: string, copy: string): string {
  return `<section class="printed" hidden><h2>${title}</h2><pre><code id="${id}"></code></pre><button type="button" class="button" data-copies="${id}">${copy}</button></section>`;
}
