// Looks at the focus while the test presses Tab. Loaded into the page by the test, never served.
window.portalFocus = (() => {
  const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
  const before = new WeakMap();
  let visited = new WeakSet();
  let walk;

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
    visited = new WeakSet();
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
        // The browser scrolls a box of many lines to the line of its caret and no further.
        const seen = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
        const line = parseFloat(getComputedStyle(element).fontSize);
        if (element.localName !== "textarea" || seen < line) faults.push("is not scrolled wholly into view");
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

  // Notes where Tab stops from here on, until it leaves the page or comes round.
  function follow() {
    begin();
    const stops = [];
    const note = (event) => {
      if (event.target.tabIndex < 0) return;
      if (stops.includes(event.target)) walk.hasEnded = true;
      else if (!walk.hasEnded) stops.push(event.target);
    };
    walk = { stops, hasEnded: false, end: () => document.removeEventListener("focusin", note) };
    document.addEventListener("focusin", note);
    return expectedStops();
  }

  // About as many as Tab will find. It is pressed once more than that, and further while it finds others.
  function expectedStops() {
    const groups = new Set();
    return [...document.querySelectorAll(STOPS)].filter((element) => {
      if (element.tabIndex < 0 || element.disabled || !element.checkVisibility({ visibilityProperty: true })) return false;
      if (element.type !== "radio") return true;
      const isFurther = groups.has(element.name);
      groups.add(element.name);
      return !isFurther;
    }).length;
  }

  function hasWalkEnded() {
    return walk.hasEnded || (walk.stops.length > 0 && document.activeElement === document.body);
  }

  function walked() {
    walk.end();
    return walk.stops;
  }

  // Each of these stops with the focus on it: what is wrong. After Tab was pressed, focus given by a script
  // is drawn and scrolled to as focus given by Tab is.
  function lookAtAll(stops, thinnest) {
    if (!document.hasFocus()) throw new Error("the focus is outside the page: nothing can be seen of it");
    begin();
    const faults = [];
    for (const element of stops) {
      element.focus();
      const seen = look(thinnest);
      if (!seen) faults.push(`${described(element)}: takes no focus`);
      else faults.push(...seen.faults.map((fault) => `${seen.described}: ${fault}`));
    }
    return faults;
  }

  function isLabelOf(over, element) {
    return [...(element.labels || [])].some((label) => label.contains(over));
  }

  return { begin, look, follow, hasWalkEnded, walked, lookAtAll };
})();
