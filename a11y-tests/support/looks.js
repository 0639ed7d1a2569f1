// One page under many looks. The language is drawn by the server; theme, size and spacing are attributes of the
// root and nothing else (templates/base.html), and so is the version for elders of most pages: they are changed
// in place.
// Needs layout.js, focus.js and axe-core. Loaded into the page by the test, never served.
window.portalLooks = window.portalLooks || (() => {
  const root = document.documentElement;
  const numbers = new Map();
  const stops = new Map();

  function wear(look) {
    root.dataset.theme = look.theme;
    root.dataset.size = look.size;
    if (look.spacing === "wide") root.dataset.spacing = "wide";
    else delete root.dataset.spacing;
    root.toggleAttribute("data-elder", look.elder === "1");
    root.classList.toggle("large", look.elder === "1" || Number(look.size) >= 28);
    if (!root.classList.length) root.removeAttribute("class");
    scrollTo(0, 0);
  }

  // Equal descriptions have the same number.
  function numbered(words) {
    const said = words.join();
    if (!numbers.has(said)) numbers.set(said, numbers.size);
    return numbers.get(said);
  }

  function scrolls(element, style) {
    const isLarger = element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight;
    return isLarger && style.overflow !== "visible";
  }

  // skeleton: what of the page is there at all, for eyes and for screen readers, that is everything by which
  // axe-core's other rules tell the hidden from the shown. paint: what is seen, and everything by which its rules of
  // colours tell ink from ground, but the size of letters. places: where every element lies, how large it is, how it is set,
  // and all by which a style sheet tells one shape from another.
  function anatomy() {
    document.activeElement.blur();
    const bones = [];
    const paint = [];
    const places = [root.className, "elder" in root.dataset, root.dataset.spacing, getComputedStyle(root).fontSize];
    for (const element of document.body.querySelectorAll("*")) {
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      bones.push(style.display, style.visibility, style.position, style.clipPath, style.clip, style.overflow,
        style.opacity === "0", style.contentVisibility, box.width < 1, box.height < 1,
        box.right + scrollX < 0, box.bottom + scrollY < 0, scrolls(element, style));
      paint.push(style.color, style.backgroundColor, style.backgroundImage, style.opacity, style.fontWeight,
        style.fontStyle, style.textDecorationLine, style.borderBottomStyle, style.textShadow, style.filter,
        style.mixBlendMode, style.visibility, style.clipPath, box.width < 1 || box.height < 1);
      places.push(box.left, box.top, box.width, box.height, style.fontSize, style.lineHeight, style.letterSpacing,
        style.wordSpacing);
    }
    return { skeleton: numbered(bones), paint: numbered(paint), places: numbered(places) };
  }

  function anatomiesOf(looks) {
    return looks.map((look) => { wear(look); return anatomy(); });
  }

  // Whoever walked through the page with Tab says so here: the stops hold for every look of this skeleton.
  function keepStops() {
    stops.set(anatomy().skeleton, portalFocus.walked());
  }

  function focus(thinnest) {
    const number = anatomy().skeleton;
    return stops.has(number) ? portalFocus.lookAtAll(stops.get(number), thinnest) : ["nobody walked here with Tab"];
  }

  // Everything that a theme may change.
  async function checkColours(look, asked) {
    wear(look);
    const found = await axe.run(document, asked.colours);
    return { violations: found.violations, incomplete: found.incomplete, focus: focus(asked.thinnest) };
  }

  // Everything that size, spacing and width may change.
  function checkShape(look, asked) {
    wear(look);
    return {
      violations: [],
      incomplete: [],
      ...portalLayout.faultsOfShape(asked.smallest),
      focus: focus(asked.thinnest),
    };
  }

  async function checkAll(question, looks, asked) {
    const check = { checkColours, checkShape }[question];
    const answers = [];
    for (const look of looks) answers.push(await check(look, asked));
    return answers;
  }

  function borderless(looks) {
    return looks.map((look) => { wear(look); return portalLayout.borderless(); });
  }

  return { wear, anatomiesOf, keepStops, checkAll, borderless };
})();
