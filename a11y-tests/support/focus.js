// Looks at the focus while the test presses Tab. Loaded into the page by the test, never served.
window.portalFocus = (() => {
  const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
  const before = new WeakMap();
  const visited = new WeakSet();

  function outline(element) {
    const style = getComputedStyle(element);
    const isDrawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 &&
      !/rgba\(.*, 0\)|transparent/.test(style.outlineColor);
    return { width: isDrawn ? parseFloat(style.outlineWidth) : 0, said: `${style.outline} ${style.boxShadow}` };
  }

  function described(element) {
    const words = (element.innerText || element.value || element.name || "").trim().replace(/\s+/g, " ");
    const label = element.labels && element.labels.length ? element.labels[0].innerText.trim() : "";
    return `${element.localName}${element.id ? "#" + element.id : ""} "${(label || words).slice(0, 40)}"`;
  }

  // A visually hidden radio or tick box may show its focus on its label.
  function shown(element) {
    const box = element.getBoundingClientRect();
    const isHidden = box.width <= 1 || box.height <= 1 || getComputedStyle(element).opacity === "0";
    return isHidden && element.labels && element.labels.length ? element.labels[0] : element;
  }

  function begin() {
    if (document.activeElement && document.activeElement !== document.body) document.activeElement.blur();
    window.scrollTo(0, 0);
    getSelection().removeAllRanges();
    // Tab starts from the top even where the page had put the focus elsewhere.
    const top = document.createElement("span");
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    top.addEventListener("blur", () => top.remove(), { once: true });
    for (const element of document.querySelectorAll(STOPS)) before.set(element, outline(shown(element)).said);
  }

  function look(thinnest) {
    const element = document.activeElement;
    if (!element || element === document.body || element === document.documentElement) return null;
    if (visited.has(element)) return null;
    visited.add(element);
    const target = shown(element);
    const faults = [];
    const drawn = outline(target);
    if (drawn.width < thinnest) faults.push(`outline is ${drawn.width} px`);
    if (before.get(element) === drawn.said) faults.push("looks the same with and without focus");
    const boxes = [...target.getClientRects()].filter((box) => box.width > 0 && box.height > 0);
    if (!boxes.length) faults.push("has no area");
    for (const box of boxes) {
      if (box.right > innerWidth + 1 || box.left < -1) faults.push("is partly outside the width of the page");
      if (box.height < innerHeight && (box.top < -1 || box.bottom > innerHeight + 1)) {
        // The browser scrolls a box of many lines to its caret and no further.
        const seen = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
        if (element.localName !== "textarea" || seen < 44) faults.push("is not scrolled wholly into view");
        continue;
      }
      for (const [x, y] of [[0.5, 0.5], [0.1, 0.1], [0.9, 0.9]]) {
        const over = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        if (over && !target.contains(over) && !over.contains(target) && !isLabelOf(over, element)) {
          faults.push(`is covered by ${described(over)}`);
        }
      }
    }
    return { described: described(element), faults: [...new Set(faults)] };
  }

  function isLabelOf(over, element) {
    return [...(element.labels || [])].some((label) => label.contains(over));
  }

  return { begin, look };
})();
