// SPDX-License-Identifier: Apache-2.0
//
// Two logs over one another: the first event in which they differ.
(function (prisim) {
'use strict';

function describe(run, event) {
    return event < run.cycle.length ? run.typeName(event) + ' at ' + run.cycle[event] : 'end of the log';
}

// What differs between event number i of both runs: '' if nothing, else a text.
function differs(a, b, i) {
    const same = a.cycle[i] === b.cycle[i] && a.typeName(i) === b.typeName(i) &&
                 a.lanes[a.lane[i]].name === b.lanes[b.lane[i]].name;
    if (!same)
        return describe(a, i) + ' in 1, ' + describe(b, i) + ' in 2';
    const fields = a.types[a.type[i]].fields;
    const at = fields.findIndex((name, k) => a.values[i][k] !== b.values[i][k]);
    const both = at < 0 ? '' : a.values[i][at] + ' in 1, ' + b.values[i][at] + ' in 2';
    return both && describe(a, i) + ': ' + fields[at] + ' is ' + both;
}

// The first difference of two runs: {event, cycle, text}; null if there is none.
prisim.firstDifference = function (a, b) {
    const both = Math.min(a.cycle.length, b.cycle.length);
    for (let i = 0; i < both; ++i) {
        const text = differs(a, b, i);
        if (text)
            return {event: i, cycle: Math.min(a.cycle[i], b.cycle[i]), text};
    }
    if (a.cycle.length === b.cycle.length)
        return null;
    const longer = a.cycle.length > b.cycle.length ? a : b;
    return {event: both, cycle: longer.cycle[both], text: describe(a, both) + ' in 1, ' + describe(b, both) + ' in 2'};
};

prisim.drawDifference = function (to) {
    const {ctx, view, state} = to;
    if (!state.difference)
        return;
    const x = Math.round(view.x(state.scale.toUnits(state.difference.cycle)));
    if (x < 0 || x > view.width)
        return;
    ctx.fillStyle = prisim.ink.premise;
    for (let y = state.layout.axis; y < state.layout.height; y += 8)
        ctx.fillRect(x - 1, y, 2, 5);
};

// The line's label, in the title row of the first run.
prisim.labelDifference = function (to, gutter) {
    const {ctx, view, state} = to, row = state.layout.rows[0];
    if (!state.difference || row.kind !== 'title')
        return;
    const x = Math.round(view.x(state.scale.toUnits(state.difference.cycle)));
    if (x < 0 || x > view.width)
        return;
    prisim.setFont(ctx, 'bold');
    const text = 'first difference at ' + state.difference.cycle, w = prisim.widthOf(ctx, text) + 12;
    const at = Math.min(Math.max(gutter + x - 1, to.titleEnd + 12), gutter + view.width - w);
    ctx.fillStyle = prisim.ink.premise;
    ctx.fillRect(at, row.y, w, row.h);
    ctx.fillStyle = prisim.ink.ground;
    to.write(text, at + 6, row.y + 17, 'difference');
};

})(window.prisim = window.prisim || {});
