// What Tab comes to, asked while the test presses it. Loaded into the page by the test, never served.
window.portalStops = window.portalStops || (() => {
  const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]";

  function here() {
    const element = document.activeElement || document.body;
    return { element, tag: element.localName, name: element.name || "", type: element.type || "",
      value: String(element.value || ""), is_chosen: Boolean(element.checked) };
  }

  // Radio buttons of one group are one stop or several, as they are chosen: they are met singly.
  function isSurelyStop(element) {
    return element.tabIndex >= 0 && !element.disabled && element.type !== "radio" &&
      element.getClientRects().length > 0 && element.checkVisibility({ visibilityProperty: true });
  }

  // Everything from which the browser may make a name: whoever has not all the letters is not called so.
  function isPerhapsCalled(element, letters) {
    const named = (element.getAttribute("aria-labelledby") || "").split(/\s+/).map((id) => document.getElementById(id));
    const parts = [element, element.closest("label"), ...(element.labels || []), ...named].filter(Boolean);
    const said = parts.map((part) => part.outerHTML).join();
    return letters.every((letter) => said.includes(letter));
  }

  const lettersOf = (name) => name.match(/[\p{L}\p{N}]/gu) || [];

  // How many stops certainly lie between the focus and the next thing that may be called so, and so can be
  // passed at once.
  function surelyPassed(name, tags, isBackwards) {
    const letters = lettersOf(name);
    const isWanted = (element) => tags.includes(element.localName) && isPerhapsCalled(element, letters);
    return isWanted(document.activeElement || document.body) ? 0 : surelyBefore(isWanted, isBackwards);
  }

  // The same on the way to the next box of a form that has no answer yet, or to the button called so.
  function surelyPassedInForm(button, answered) {
    const letters = lettersOf(button);
    return surelyBefore((element) => {
      if (!element.checkVisibility()) return false;
      if (element.localName === "button") return isPerhapsCalled(element, letters);
      return ["input", "textarea"].includes(element.localName) && !answered.includes(element.name);
    });
  }

  // None where the next Tab may start elsewhere than at the element that has the focus.
  function surelyBefore(isWanted, isBackwards) {
    const from = document.activeElement || document.body;
    if (from === document.body && location.hash) return 0;
    const following = isBackwards ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
    const isAhead = (element) => from === document.body || from.compareDocumentPosition(element) & following;
    const ahead = [...document.querySelectorAll(CONTROLS)].filter(isAhead);
    if (isBackwards) ahead.reverse();
    const wanted = ahead.findIndex(isWanted);
    return ahead.slice(0, Math.max(0, wanted)).filter(isSurelyStop).length;
  }

  return { here, surelyPassed, surelyPassedInForm };
})();
