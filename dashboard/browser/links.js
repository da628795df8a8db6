// On a phone the menu makes way for the page that was chosen in it.
function closeMenu() {
  if (window.innerWidth < 768) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}

// Links between the app's own pages change the page in place, with a step in the browser's history, and without a reload.
export default function () {
  if (!window.vtLinks) {
    window.vtLinks = true;
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]");
      if (link?.closest('[data-testid="stSidebar"]')) setTimeout(closeMenu, 50);
      const file = link?.hasAttribute("download") || link?.target;
      const own = link && !file && link.matches('[class^="vt-"] a, a.vt-plain') && link.origin === location.origin && !link.hash;
      if (!own || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      const moved = link.pathname !== location.pathname;
      history.pushState({}, "", link.href);
      window.dispatchEvent(new PopStateEvent("popstate"));
      if (moved) document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
    });
  }
  const focus = document.querySelector("mark.vt-focus");
  if (focus && window.vtSeen !== location.href) {
    window.vtSeen = location.href;
    focus.scrollIntoView({ block: "center" });
  }
}
