// Puts the words that are selected in an article's text into the link that leads to the form for a fact: start and end, in code points.
const length = (range) => [...range.toString()].length;

function selected(text) {
  const selection = document.getSelection();
  if (!selection.rangeCount || !text.contains(selection.getRangeAt(0).startContainer)) return null;
  const range = selection.getRangeAt(0).cloneRange(), ahead = document.createRange();
  if (!text.contains(range.endContainer)) range.setEnd(text, text.childNodes.length);
  ahead.selectNodeContents(text);
  ahead.setEnd(range.startContainer, range.startOffset);
  const words = range.toString(), start = length(ahead) + [...words].length - [...words.trimStart()].length;
  return { start, end: start + [...words.trim()].length };
}

export default function () {
  if (window.vtWords) return;
  window.vtWords = true;
  document.addEventListener("selectionchange", () => {
    const link = document.querySelector("a.vt-write"), text = document.querySelector(".st-key-article_text .vt-text");
    // A selection elsewhere, or none as the link is pressed, leaves it as it is.
    const words = link && text && selected(text);
    if (!words) return;
    const address = new URL(link.href);
    for (const name of ["start", "end"]) {
      if (words.end > words.start) address.searchParams.set(name, words[name]);
      else address.searchParams.delete(name);
    }
    link.href = address.href;
  });
}
