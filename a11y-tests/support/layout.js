// Measures the drawn page for the tests. Loaded into the page by the test, never served.
window.portalLayout = window.portalLayout || (() => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const spacing = new CSSStyleSheet();
  // A constructed sheet is not inline style, so the content security policy of the page does not stop it.
  spacing.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);

  function described(element) {
    const words = (element.innerText || element.value || element.name || "").trim().replace(/\s+/g, " ");
    const kind = element.className && typeof element.className === "string" ? "." + element.className.trim() : "";
    return `${element.localName}${element.id ? "#" + element.id : kind.replace(/\s+/g, ".")} "${words.slice(0, 40)}"`;
  }

  // Text only for listening is a pixel on purpose; what is not drawn at all is not there.
  const FOLDED_AWAY = "details:not([open]) > :not(summary)";

  function isDrawn(element) {
    if (element.closest(FOLDED_AWAY)) return false; // it has its boxes all the same
    if (!element.getClientRects().length || getComputedStyle(element).visibility === "hidden") return false;
    for (let part = element; part; part = part.parentElement) {
      const box = part.getBoundingClientRect();
      const style = getComputedStyle(part);
      const isCut = style.overflow !== "visible" || style.clip !== "auto" || style.clipPath !== "none";
      if (isCut && box.width <= 2 && box.height <= 2) return false;
      if (part === document.body) break;
    }
    const box = element.getBoundingClientRect();
    return box.right > 0 && box.bottom + scrollY > 0;
  }

  function textNodes() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const parent = node.parentElement;
      if (node.data.trim() && !["SCRIPT", "STYLE", "OPTION", "TEXTAREA"].includes(parent.tagName) && isDrawn(parent)) {
        found.push(node);
      }
    }
    return found;
  }

  // A link with other text around it in the same block is part of a sentence.
  function isInSentence(link) {
    if (link.localName !== "a" || getComputedStyle(link).display !== "inline") return false;
    const block = link.closest("p, li, dd, dt, td, th, figcaption, caption, label, legend, div");
    if (!block) return false;
    const others = [...block.querySelectorAll("a")].reduce((left, a) => left.replace(a.innerText, ""), block.innerText);
    return others.replace(/[\s·|,，、。：:/-]/g, "").length > 0;
  }

  function union(boxes) {
    const drawn = boxes.filter((box) => box.width && box.height);
    if (!drawn.length) return { width: 0, height: 0 };
    const left = Math.min(...drawn.map((box) => box.left));
    const top = Math.min(...drawn.map((box) => box.top));
    return { width: Math.max(...drawn.map((box) => box.right)) - left,
             height: Math.max(...drawn.map((box) => box.bottom)) - top };
  }

  // A tick on a card is as large as the card when pressing anywhere on it ticks the box.
  function tickParts(tick) {
    const labels = [...(tick.labels || [])];
    const card = tick.parentElement;
    tick.scrollIntoView({ block: "center" });
    const box = card.getBoundingClientRect();
    const isPressable = [[0.01, 0.05], [0.99, 0.05], [0.5, 0.5], [0.01, 0.95], [0.99, 0.95]].every(([x, y]) => {
      const hit = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
      return hit && (hit === tick || labels.some((label) => label.contains(hit)));
    });
    return isPressable ? [card] : [tick, ...labels];
  }

  function smallTargets(smallest) {
    const faults = [];
    for (const element of document.querySelectorAll(CONTROLS)) {
      const labels = [...(element.labels || [])];
      const isTick = ["radio", "checkbox"].includes(element.type);
      if (!isDrawn(element) && !(isTick && labels.some(isDrawn))) continue;
      if (isInSentence(element)) continue;
      const parts = isTick ? tickParts(element) : [element];
      const box = union(parts.map((part) => part.getBoundingClientRect()));
      if (box.width < smallest - 0.5 || box.height < smallest - 0.5) {
        faults.push(`${described(element)} is ${Math.round(box.width)} × ${Math.round(box.height)} px`);
      }
    }
    return faults;
  }

  function tooWide() {
    const root = document.scrollingElement;
    if (root.scrollWidth <= innerWidth) return [];
    const wide = [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && isDrawn(element));
    return [`the page is ${root.scrollWidth} px wide at ${innerWidth}`, ...wide.slice(0, 10).map(described)];
  }

  // The boxes around an element, and its own, that hide what sticks out of them; each is looked at once.
  function cuttersAround(element, known) {
    if (!element || element === document.body) return [];
    if (!known.has(element)) {
      const style = getComputedStyle(element);
      const [hidesAcross, hidesDown] = [style.overflowX, style.overflowY].map((one) => ["hidden", "clip"].includes(one));
      const around = cuttersAround(element.parentElement, known);
      const own = { part: element, frame: element.getBoundingClientRect(), hidesAcross, hidesDown };
      known.set(element, hidesAcross || hidesDown ? [own, ...around] : around);
    }
    return known.get(element);
  }

  function lostText() {
    const faults = [];
    const boxes = [];
    const known = new Map();
    for (const node of textNodes()) {
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        if (rect.width < 1 || rect.height < 1) continue;
        boxes.push({ rect, node });
        for (const { part, frame, hidesAcross, hidesDown } of cuttersAround(node.parentElement, known)) {
          const isCutAcross = hidesAcross && (rect.right > frame.right + 1 || rect.left < frame.left - 1);
          // Half the leading may stick out of a box without a stroke being cut.
          const slack = rect.height * 0.25;
          const isCutDown = hidesDown && (rect.bottom > frame.bottom + slack || rect.top < frame.top - slack);
          if (isCutAcross || isCutDown) faults.push(`cut off by ${described(part)}: "${node.data.trim().slice(0, 40)}"`);
        }
      }
    }
    return [...new Set([...faults, ...overlaps(boxes)])];
  }

  function overlaps(boxes) {
    const faults = [];
    boxes.sort((one, other) => one.rect.top - other.rect.top);
    for (let i = 0; i < boxes.length; i += 1) {
      for (let j = i + 1; j < boxes.length && boxes[j].rect.top < boxes[i].rect.bottom; j += 1) {
        const [a, b] = [boxes[i].rect, boxes[j].rect];
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        const isPinyin = boxes[i].node.parentElement.closest("ruby") && boxes[j].node.parentElement.closest("ruby");
        if (across > 2 && down > Math.min(a.height, b.height) * 0.5 && !isPinyin) {
          faults.push(`"${boxes[i].node.data.trim().slice(0, 30)}" lies over "${boxes[j].node.data.trim().slice(0, 30)}"`);
        }
      }
    }
    return faults;
  }

  function borderless() {
    const faults = [];
    for (const element of document.querySelectorAll(CONTROLS)) {
      if (!isDrawn(element)) continue;
      const style = getComputedStyle(element);
      const sides = ["Top", "Right", "Bottom", "Left"];
      const hasBorder = sides.every((side) => parseFloat(style[`border${side}Width`]) >= 1 &&
        style[`border${side}Style`] !== "none");
      const isNative = ["radio", "checkbox", "file"].includes(element.type) && style.appearance !== "none";
      const isLine = style.textDecorationLine.includes("underline") || element.localName === "summary" ||
        [...element.querySelectorAll("*")].some((part) => getComputedStyle(part).textDecorationLine.includes("underline"));
      const isLink = element.localName === "a" && parseFloat(style.borderBottomWidth) >= 1;
      if (!hasBorder && !isNative && !isLine && !isLink) faults.push(`${described(element)} has no edge`);
    }
    return faults;
  }

  function spaceOut(isOn) {
    const others = document.adoptedStyleSheets.filter((sheet) => sheet !== spacing);
    document.adoptedStyleSheets = isOn ? [...others, spacing] : others;
  }

  function clipped(when) {
    return { [`${when}tooWide`]: tooWide(), [`${when}lostText`]: lostText() };
  }

  function spaced() {
    spaceOut(true);
    const found = clipped("spaced out: ");
    spaceOut(false);
    return found;
  }

  // All that the width of the page and the size of its letters may change, under what each fault is called.
  function faultsOfShape(smallest) {
    return { smallTargets: smallTargets(smallest), ...clipped(""), ...spaced() };
  }

  return { smallTargets, tooWide, lostText, borderless, spaceOut, faultsOfShape };
})();
