// Tells the load that this browser last saw before this visit, and keeps the one it sees now. A visit is a tab's session.
const KEY = "vt-seen";

function remembered(now) {
  try {
    const before = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? "";
    sessionStorage.setItem(KEY, before);
    localStorage.setItem(KEY, now);
    return before;
  } catch { return ""; } // a browser that keeps nothing is on its first visit each time
}

export default function ({ data, setStateValue }) {
  const before = remembered(data.now);
  if (before !== data.told) setStateValue("load", before);
}
