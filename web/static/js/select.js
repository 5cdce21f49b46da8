// Rows that can be ticked: one box ticks the page, and the button says how many are.
// A value that is filled in is meant to be set, and its choice beside it says so.
// Without this the boxes, the button and the values work all the same.
(() => {
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("[name^=value_]") || !target.value) return;
    const what = target.form.elements[target.name.replace("value_", "what_")];
    if (what && !what.value) what.value = "set";
  });
  for (const all of document.querySelectorAll("[data-ticks]")) {
    const boxes = [...document.querySelectorAll(`input[name=${all.dataset.ticks}]`)];
    const button = document.getElementById(all.dataset.button);
    const words = button.textContent;
    let last = null;
    const show = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && !all.checked;
      button.textContent = ticked ? `Personalise ${ticked} selected…` : words;
      button.disabled = ticked === 0;
    };
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      show();
    });
    boxes.forEach((box, index) => {
      box.addEventListener("click", (event) => {
        if (event.shiftKey && last !== null) {
          const [from, to] = [Math.min(last, index), Math.max(last, index)];
          for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
        }
        last = index;
        show();
      });
    });
    addEventListener("pageshow", show);
    show();
  }
})();
