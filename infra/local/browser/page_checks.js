// What a page is asked in the browser. Each function returns what is wrong, in words.
(() => {
  const parts = (colour) => {
    const numbers = colour.match(/-?[\d.]+/g).map(Number);
    const scale = colour.startsWith("color(") ? 255 : 1;
    const [r, g, b, a = 1] = numbers;
    return [r * scale, g * scale, b * scale, a];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);

  // WCAG 2.1, relative luminance and contrast ratio.
  const luminance = ([r, g, b]) => {
    const [R, G, B] = [r, g, b].map((it) => {
      const part = it / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
  };
  const contrast = (one, other) => {
    const [a, b] = [luminance(one), luminance(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };

  // The ground on which an element stands: the first opaque one behind it, else that of the browser.
  const canvas = () => {
    const probe = document.createElement("i");
    probe.style.backgroundColor = "Canvas";
    document.body.append(probe);
    const colour = parts(getComputedStyle(probe).backgroundColor);
    probe.remove();
    return colour;
  };
  const ground = (element) => {
    const layers = [];
    for (let it = element; it; it = it.parentElement) {
      const layer = parts(getComputedStyle(it).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), canvas());
  };
  const isSeen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && element.getClientRects().length > 0;
  const named = (element) => {
    const text = (element.innerText || element.value || element.name || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.localName}> "${text}"`;
  };

  const tooFaint = () => {
    const wrong = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.textContent.trim() || !isSeen(element) || element.closest("script, style")) continue;
      const style = getComputedStyle(element);
      const below = ground(element);
      const found = contrast(over(parts(style.color), below), below);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const needed = large ? 3 : 4.5;
      if (found < needed) {
        wrong.add(`contrast ${found.toFixed(2)} of ${needed}: "${node.textContent.trim().slice(0, 40)}" ${style.color}`);
      }
    }
    return [...wrong];
  };

  const tooWide = () => {
    const [needed, there] = [document.documentElement.scrollWidth, document.documentElement.clientWidth];
    if (needed <= there) return [];
    const widest = [...document.body.querySelectorAll("*")].filter((it) => it.getBoundingClientRect().right > there + 1);
    return [`it scrolls sideways, ${needed} of ${there} pixels: ${widest.slice(0, 3).map(named).join(", ")}`];
  };

  const keys = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])";
  const toReach = () => [...document.querySelectorAll(keys)].filter((it) => isSeen(it) && !it.disabled);

  // Numbers what can be reached, so that the presses of the key can be compared with it.
  const number = () => toReach().map((it, at) => (it.dataset.reached = String(at), named(it)));

  // Which of them has the focus, and what is wrong with how that is seen.
  const focus = () => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    const wide = parseFloat(style.outlineWidth);
    let wrong = null;
    if (style.outlineStyle === "none" || wide < 1) wrong = "its focus cannot be seen";
    else if (style.outlineStyle !== "auto") {
      // The line lies beside the element, on the ground of whatever holds it.
      const below = ground(element.parentElement);
      const found = contrast(over(parts(style.outlineColor), below), below);
      if (found < 3) wrong = `its focus has a contrast of ${found.toFixed(2)}, of 3`;
      else if (wide < 2) wrong = `its focus is ${wide} pixels wide, of 2`;
    }
    return { at: element.dataset.reached ?? null, named: named(element), wrong };
  };

  // WCAG 2.2, target size: what is pressed is 24 pixels high, unless it stands in a line of text.
  const isInText = (element) => [...element.parentElement.childNodes].some((it) => it.nodeType === 3 && it.textContent.trim());
  const tooSmall = () => [...document.querySelectorAll("button, summary, input:not([type=hidden])")]
    .filter((it) => isSeen(it) && !isInText(it))
    .filter((it) => it.getBoundingClientRect().height < 23.5)
    .map((it) => `${named(it)} is ${Math.round(it.getBoundingClientRect().height)} pixels high, of 24`);

  const unfold = () => document.querySelectorAll("details").forEach((it) => { it.open = true; });

  // Where the key Tab begins: before everything.
  const begin = () => {
    const start = document.createElement("i");
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    start.remove();
  };

  window.fairlead = { tooFaint, tooWide, tooSmall, number, focus, begin, unfold };
})();
