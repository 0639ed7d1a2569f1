// One page under many looks. Language and the version for elders are drawn by the server; theme, size and
// spacing are attributes of the root and nothing else (templates/base.html), so they are changed in place.
// Needs layout.js, focus.js and axe-core. Loaded into the page by the test, never served.
window.portalLooks = window.portalLooks || (() => {
  const root = document.documentElement;
  const skeletons = new Map();
  const stops = new Map();

  function wear(look) {
    root.dataset.theme = look.theme;
    root.dataset.size = look.size;
    if (look.spacing === "wide") root.dataset.spacing = "wide";
    else delete root.dataset.spacing;
    root.classList.toggle("large", "elder" in root.dataset || Number(look.size) >= 28);
    if (!root.classList.length) root.removeAttribute("class");
    scrollTo(0, 0);
  }

  // What of the page is there at all, for eyes and for screen readers: everything by which axe-core's other
  // rules tell the hidden from the shown. Equal skeletons have the same number.
  function skeleton() {
    document.activeElement.blur();
    const bones = [];
    for (const element of document.body.querySelectorAll("*")) {
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      bones.push(style.display, style.visibility, style.position, style.clipPath, style.clip, style.overflow,
        style.opacity === "0", style.contentVisibility, box.width < 1, box.height < 1,
        box.right + scrollX < 0, box.bottom + scrollY < 0);
    }
    const said = bones.join();
    if (!skeletons.has(said)) skeletons.set(said, skeletons.size);
    return skeletons.get(said);
  }

  function skeletonsOf(looks) {
    return looks.map((look) => { wear(look); return skeleton(); });
  }

  // Whoever walked through the page with Tab says so here: the stops hold for every look of this skeleton.
  function keepStops() {
    stops.set(skeleton(), portalFocus.walked());
  }

  function focus(thinnest) {
    const number = skeleton();
    return stops.has(number) ? portalFocus.lookAtAll(stops.get(number), thinnest) : ["nobody walked here with Tab"];
  }

  async function check(look, asked) {
    wear(look);
    const found = await axe.run(document, asked.axe);
    return {
      violations: found.violations,
      incomplete: found.incomplete,
      smallTargets: portalLayout.smallTargets(asked.smallest),
      ...clipped(""),
      ...spaced(),
      focus: focus(asked.thinnest),
    };
  }

  function clipped(when) {
    return { [`${when}tooWide`]: portalLayout.tooWide(), [`${when}lostText`]: portalLayout.lostText() };
  }

  function spaced() {
    portalLayout.spaceOut(true);
    const found = clipped("spaced out: ");
    portalLayout.spaceOut(false);
    return found;
  }

  async function checkAll(looks, asked) {
    const answers = [];
    for (const look of looks) answers.push(await check(look, asked));
    return answers;
  }

  function borderless(looks) {
    return looks.map((look) => { wear(look); return portalLayout.borderless(); });
  }

  return { wear, skeletonsOf, keepStops, checkAll, borderless };
})();
