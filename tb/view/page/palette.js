// SPDX-License-Identifier: Apache-2.0
//
// Colours and fonts. The colours are those of Okabe and Ito, which people with colour-blindness can tell apart, each with
// a dash of its own, so that colour is never the only sign. Vermillion is kept for hazards.
(function (prisim) {
'use strict';

const LIGHT = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9'];
const DARK = ['#3d9be0', '#f0ad1e', '#1fbf90', '#e093c0', '#86cdf5'];
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

let looks = [], none = null; // of the theme

prisim.isDark = () => document.documentElement.dataset.theme === 'dark';

prisim.setTheme = function (theme) {
    document.documentElement.dataset.theme = theme;
    const style = getComputedStyle(document.documentElement);
    const of = name => style.getPropertyValue('--' + name).trim();
    prisim.ink = {};
    const colours = theme === 'dark' ? DARK : LIGHT;
    looks = Array.from({length: colours.length * DASHES.length}, (_, at) =>
        ({color: colours[at % colours.length], dash: DASHES[at % DASHES.length]}));
    none = {color: of('dim'), dash: [1, 2]};
    for (const name of ['ground', 'lane', 'ink', 'dim', 'faint', 'line', 'hazard', 'premise', 'select', 'hit',
                        'clean', 'box'])
        prisim.ink[name] = of(name);
};

// What stands for the binding at this index of the list; -1: made under none.
prisim.bindingLook = at => at < 0 ? none : looks[at % looks.length];

// The colour with this opacity.
prisim.faded = (color, opacity) => color + Math.round(opacity * 255).toString(16).padStart(2, '0');

prisim.firstTheme = () => matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';

const FAMILY = 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';
const FONTS = {
    plain: '12px ' + FAMILY, bold: '600 12px ' + FAMILY, small: '11px ' + FAMILY, mark: '700 10px ' + FAMILY,
};
const MOST_WIDTHS = 5000;
const widths = new Map(); // of texts by their font: to measure one takes longer than to draw it

prisim.setFont = function (ctx, name) {
    ctx.font = FONTS[name];
    ctx.fontName = name;
};

// Pixels of a text in the font that was set.
prisim.widthOf = function (ctx, text) {
    const key = ctx.fontName + text;
    let width = widths.get(key);
    if (width === undefined) {
        if (widths.size > MOST_WIDTHS)
            widths.clear();
        widths.set(key, width = ctx.measureText(text).width);
    }
    return width;
};

})(window.prisim = window.prisim || {});
