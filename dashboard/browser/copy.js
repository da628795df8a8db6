// Copies the address of a view. Where the browser withholds the clipboard (plain http), the link stands selected in a field.
export default function ({ data, parentElement }) {
  const field = parentElement.querySelector("input");
  const told = parentElement.querySelector("[role=status]");
  const here = data.base ? `${data.base}/${data.path}` : `${location.origin}${location.pathname}`;
  for (const button of parentElement.querySelectorAll("button")) {
    button.onclick = async () => {
      const query = data[button.dataset.kind];
      field.value = query ? `${here}?${query}` : here;
      field.hidden = false;
      field.focus();
      field.select();
      let copied = false;
      try {
        if (navigator.clipboard && window.isSecureContext) {
          await navigator.clipboard.writeText(field.value);
          copied = true;
        }
      } catch { copied = false; }
      if (!copied) copied = document.execCommand("copy");
      told.textContent = copied ? "Copied" : "Press Ctrl+C to copy";
    };
  }
}
