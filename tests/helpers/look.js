// What the browser tests ask a page, beyond what Playwright can ask it.
window.look = {
    // The contrast of every visible text with what lies behind it, both as the browser has them.
    contrasts(pad) {
        const options = {willReadFrequently: true};
        const canvas = document.createElement("canvas").getContext("2d", options);
        const brightness = (colors) => {
            canvas.fillStyle = "#fff";
            for (const color of colors) {
                canvas.fillRect(0, 0, 1, 1);
                canvas.fillStyle = color;
            }
            canvas.fillRect(0, 0, 1, 1);
            const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) =>
                value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const texts = document.createTreeWalker(pad, NodeFilter.SHOW_TEXT), found = [];
        while (texts.nextNode()) {
            const text = texts.currentNode.data.trim(), element = texts.currentNode.parentElement;
            if (!text || element.tagName === "STYLE" || !element.checkVisibility()) continue;
            const behind = [];
            for (let each = element; each; each = each.parentElement)
                behind.unshift(getComputedStyle(each).backgroundColor);
            const back = brightness(behind);
            const front = brightness([...behind, getComputedStyle(element).color]);
            const [dark, light] = [back, front].sort((a, b) => a - b);
            found.push([text, (light + 0.05) / (dark + 0.05)]);
        }
        return found;
    },

    // Where an element is shown: left, top, right and bottom.
    box(element) {
        const {left, top, right, bottom} = element.getBoundingClientRect();
        return [left, top, right, bottom];
    },

    // The texts that are wider than the cells that they stand in.
    cramped(cells) {
        const wide = (cell) => {
            const text = document.createRange();
            text.selectNodeContents(cell);
            return text.getBoundingClientRect().width > cell.clientWidth;
        };
        return cells.filter(wide).map((cell) => cell.textContent);
    },

    // How long each of some bars is, as a share of its groove.
    shares(grooves) {
        return grooves.map((groove) => groove.firstElementChild.getBoundingClientRect().width
            / groove.getBoundingClientRect().width);
    },

    // Red, green, blue and opacity of each pixel of a canvas, with its height and width.
    pixels(canvas) {
        const copy = document.createElement("canvas");
        [copy.width, copy.height] = [canvas.width, canvas.height];
        const context = copy.getContext("2d", {willReadFrequently: true});
        context.drawImage(canvas, 0, 0);
        const {data, height, width} = context.getImageData(0, 0, canvas.width, canvas.height);
        return [[...data], [height, width, 4]];
    },

    // The parts of a notebook's pad that reach beyond the right edge of the notebook's output.
    cutOff(pad) {
        const edge = pad.closest(".jp-OutputArea-output").getBoundingClientRect().right;
        return [...pad.querySelectorAll("*")].filter((part) => part.checkVisibility() &&
            part.getBoundingClientRect().right > edge + 1).map((part) => part.outerHTML);
    },

    // Note in `look.told` what places say each time when something is written into them.
    listeners: [],
    listen(places) {
        for (const each of look.listeners) each.disconnect();
        look.told = [];
        look.listeners = places.map((place) => {
            const listener = new MutationObserver(() => look.told.push(place.textContent));
            listener.observe(place, {childList: true, characterData: true, subtree: true});
            return listener;
        });
    },

    // Bring a picture to the page by pasting or dropping; says whether the browser would open it.
    bring([content, name, kind, way, event, holder]) {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt());
        const data = new DataTransfer();
        data.items.add(new File([bytes], name, {type: kind}));
        const options = {[holder]: data, bubbles: true, cancelable: true};
        return document.body.dispatchEvent(new window[event](way, options));
    },

    // Let the first picture wait in the decoder, until `look.release` is called.
    holdDecoding() {
        const decode = window.createImageBitmap;
        window.createImageBitmap = async (...all) => {
            window.createImageBitmap = decode;
            await new Promise((resolve) => { look.release = resolve; });
            return decode(...all).finally(() => { look.decoded = true; });
        };
    },

    // Shut down the kernel of a notebook, as from another page than the notebook's.
    async shutDownElsewhere() {
        const path = location.pathname.match(/(tree|notebooks).(.*)/)[2];
        const sessions = await (await fetch("/api/sessions")).json();
        const {kernel} = sessions.find((session) => session.path === path);
        const token = document.cookie.match(/_xsrf=([^;]*)/)[1];
        const headers = {"X-XSRFToken": token};
        await fetch(`/api/kernels/${kernel.id}`, {method: "DELETE", headers});
    },
};
